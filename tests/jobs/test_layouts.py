"""Published data sets, made small with real sound in the layout they have."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.layouts import LAYOUTS
from data.library import Library
from data.maps import segment_table
from errors import UsageError
from jobs.importing import import_folder
from jobs.label_preview import preview_labels, preview_lines
from tests.making import melody, write_audio
from tests.serial_engine import serial


def _music(root: Path, *paths: str, seconds: float = 21) -> Path:
    for seed, path in enumerate(paths):
        write_audio(root / path, melody(seconds, 22_050, seed), 22_050)
    return root


def _table(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _labels(library: Library) -> set[tuple[str, str, str]]:
    return {(r.instrument, r.performer, r.title) for r in library.catalogue.recordings()}


def test_cbf_has_players_parts_and_techniques(library: Library, tmp_path: Path) -> None:
    root = _music(
        tmp_path / "CBFdataset",
        "Player1/Iso/Iso_Vibrato.wav",
        "Player1/Piece/Busuijing.wav",
        "Player10/Piece/Busuijing.wav",
    )
    _table(root / "Player1/Iso/Iso_Vibrato.csv", "1.0\n8.0\n12.0\n19.0\n")
    _table(root / "Player1/Piece/Busuijing_tech_FT.csv", "11\n14\n")
    _table(root / "Player1/Piece/Busuijing_tech_Trill.csv", "15\n19.5\n")
    summary = import_folder(library, serial(), root, layout="cbf")
    assert (summary.encoded, summary.problems) == (3, ())
    assert _labels(library) == {
        ("Bamboo Flute", "Player 1", "Vibrato"),
        ("Bamboo Flute", "Player 1", "Busuijing"),
        ("Bamboo Flute", "Player 10", "Busuijing"),
    }
    assert library.catalogue.recordings()[0].extra == {"part": "Iso"}
    table = segment_table(library)
    assert table is not None
    codes, names = table.labels("layer:technique")
    assert names == ("Flutter-tongue", "Trill", "Vibrato")
    said = [names[code] if code >= 0 else None for code in codes]
    assert said == ["Vibrato", "Vibrato", None, "Trill", None, None]
    # What it was imported as is remembered: new files need not be named again.
    revision = library.catalogue.revision()
    assert import_folder(library, serial(), root).problems == ()
    assert library.catalogue.revision() == revision
    _music(root, "Player2/Piece/Gusuxing.wav", seconds=11)
    import_folder(library, serial(), root)
    assert ("Bamboo Flute", "Player 2", "Gusuxing") in _labels(library)


def test_a_layout_named_later_labels_what_no_table_has_named(
    library: Library, tmp_path: Path
) -> None:
    root = _music(
        tmp_path / "CBF", "Player1/Piece/Busuijing.wav", "Player2/Piece/Gusuxing.wav", seconds=11
    )
    table = tmp_path / "labels.csv"
    _table(table, "path,performer\nPlayer1/Piece/Busuijing.wav,Wang\n")
    import_folder(library, serial(), root, table)
    import_folder(library, serial(), root, layout="cbf")
    found = {recording.path: recording for recording in library.catalogue.recordings()}
    assert found["Player1/Piece/Busuijing.wav"].performer == "Wang"
    other = found["Player2/Piece/Gusuxing.wav"]
    assert (other.instrument, other.performer) == ("Bamboo Flute", "Player 2")
    # Another layout speaks for what the first one named.
    import_folder(library, serial(), root, layout="folders")
    again = {recording.path: recording for recording in library.catalogue.recordings()}
    assert (other.extra, again[other.path].extra) == ({"part": "Piece"}, {})


def test_chmusic_numbers_its_instruments(library: Library, tmp_path: Path) -> None:
    root = _music(tmp_path / "ChMusic", "Musics/1.3.wav", "Musics/4.1.wav", "Musics/11.5.wav")
    import_folder(library, serial(), root, layout="chmusic")
    assert _labels(library) == {
        ("Erhu", "Unknown", "Erhu 3"),
        ("Bamboo Flute", "Unknown", "Bamboo Flute 1"),
        ("Sheng", "Unknown", "Sheng 5"),
    }


def test_guzheng_tech99_has_a_technique_for_every_note(library: Library, tmp_path: Path) -> None:
    root = _music(tmp_path / "Guzheng", "data/train/出水莲.flac", "data/test/渔舟唱晚.flac")
    _table(
        root / "labels/train/出水莲.csv",
        "onset_time,offset_time,IPT,note\n0.5,4.0,chanyin,62\n4.0,6.0,yaozhi,69\n12,18,yaozhi,69\n",
    )
    import_folder(library, serial(), root, layout="guzheng-tech99")
    assert _labels(library) == {("Zheng", "Unknown", "出水莲"), ("Zheng", "Unknown", "渔舟唱晚")}
    rows = {row.title: row for row in library.catalogue.recordings()}
    assert rows["出水莲"].extra == {"split": "train"}
    found = library.catalogue.annotations.of([rows["出水莲"].sha256])[rows["出水莲"].sha256]
    assert [one.extra["note"] for one in found] == ["62", "69", "69"]
    table = segment_table(library)
    assert table is not None
    assert table.labels("layer:technique")[0].tolist() == [-1, -1, 0, 1]


def test_ctis_and_folders_are_named_by_their_folders(library: Library, tmp_path: Path) -> None:
    root = _music(tmp_path / "CTIS", "C0012_Erhu/1.wav", "07 二胡/a.wav", "古筝/x/2.wav")
    import_folder(library, serial(), root, layout="ctis")
    assert {label[0] for label in _labels(library)} == {"Erhu", "Zheng"}
    mine = _music(tmp_path / "mine", "Guzheng/Ji Qiu/01 粉红莲.wav", seconds=13)
    import_folder(library, serial(), mine, layout="folders")
    assert ("Zheng", "Ji Qiu", "粉红莲") in _labels(library)


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_a_wrong_layout_says_what_was_expected_and_found(
    library: Library, tmp_path: Path, name: str
) -> None:
    root = _music(tmp_path / "other", "a.wav", "b.wav")
    with pytest.raises(UsageError, match=rf"layout {name}: expected .*; found a\.wav, b\.wav\."):
        import_folder(library, serial(), root, layout=name)
    assert library.catalogue.recordings(state=None) == []
    with pytest.raises(UsageError, match="There is no layout 'x'; there are: cbf"):
        import_folder(library, serial(), root, layout="x")


def test_a_broken_table_and_strangers_are_reported_and_the_rest_imported(
    library: Library, tmp_path: Path
) -> None:
    root = _music(tmp_path / "cbf", "Player1/Iso/Iso_Trill.wav", "Player1/Piece/A.wav", "x.wav")
    _table(root / "Player1/Iso/Iso_Trill.csv", "3.0\n1.0\n")
    summary = import_folder(library, serial(), root, layout="cbf")
    assert summary.encoded == 3
    assert [line.split(":")[0] for line in summary.problems] == [
        "These do not belong to the data set cbf",
        "Iso_Trill.csv, line 1",
    ]


def test_a_table_of_annotations_goes_with_any_folder(library: Library, folder: Path) -> None:
    table = folder / "marks.csv"
    _table(
        table,
        "path,start_s,end_s,label,layer\n"
        "Erhu/A/Guang Ming Xing.ogg,0,9,slow,tempo\n"
        "Erhu/A/Guang Ming Xing.ogg,0,9,open,mood\n"
        "gone.ogg,0,1,slow,tempo\n",
    )
    summary = import_folder(library, serial(), folder, annotations_csv=table)
    assert summary.problems == ("These have annotations and are not in the folder: gone.ogg.",)
    shown = segment_table(library)
    assert shown is not None
    assert sorted(shown.layers) == ["mood", "tempo"]
    assert shown.labels("layer:tempo")[0].tolist() == [0] + [-1] * 8


def test_a_preview_shows_what_was_repaired_and_writes_nothing(tmp_path: Path) -> None:
    root = tmp_path / "rips"
    tags = {
        "title": "良宵".encode("gb18030").decode("latin-1"),
        "artist": "陳耀星".encode("big5").decode("latin-1"),
    }
    write_audio(root / "闵惠芬 - 江河水 (二胡).flac", melody(2))
    write_audio(root / "01.mp3", melody(2), tags=tags)
    (root / "bad.ogg").write_bytes(b"no music")
    before = sorted(tmp_path.rglob("*"))
    rows, problems = preview_labels(serial(), root)
    assert problems == ()
    by_path = {row.path: row for row in rows}
    assert (by_path["01.mp3"].title, by_path["01.mp3"].performer) == ("良宵", "陳耀星")
    assert by_path["01.mp3"].repairs["title"].before == "Á¼Ïü"
    assert by_path["01.mp3"].sources == {"title": "tags", "performer": "tags"}
    named = by_path["闵惠芬 - 江河水 (二胡).flac"]
    assert (named.instrument, named.performer, named.title) == ("Erhu", "闵惠芬", "江河水")
    assert by_path["bad.ogg"].reason
    text = "\n".join(preview_lines(rows, problems))
    assert "title: “良宵” was “Á¼Ïü”, read as gb18030" in text
    assert sorted(tmp_path.rglob("*")) == before


def test_a_preview_lists_the_tracks_of_an_album(tmp_path: Path) -> None:
    root = tmp_path / "闵惠芬二胡艺术"
    write_audio(root / "album.flac", melody(60), tags={"title": "专辑", "artist": "群星"})
    sheet = 'PERFORMER "闵惠芬"\nFILE "album.flac" WAVE\n  TRACK 01 AUDIO\n    TITLE "良宵"\n'
    sheet += "    INDEX 01 00:00:00\n  TRACK 02 AUDIO\n    INDEX 01 00:30:00\n"
    (root / "album.cue").write_bytes(sheet.encode("gb18030"))
    rows, problems = preview_labels(serial(), tmp_path)
    assert problems == ()
    assert [(row.instrument, row.performer, row.title) for row in rows] == [
        ("Erhu", "闵惠芬", "良宵"),
        ("Erhu", "闵惠芬", "Track 2"),
    ]


def test_a_file_that_was_tagged_anew_has_its_new_labels_unless_a_table_spoke(
    library: Library, tmp_path: Path
) -> None:
    root = tmp_path / "music"
    for seed, name in enumerate(("a.flac", "b.flac")):
        write_audio(root / name, melody(11, seed=seed), tags={"title": "Track 1"})
    _table(tmp_path / "m.csv", "path,title\nb.flac,良宵\n")
    import_folder(library, serial(), root, tmp_path / "m.csv")
    assert [row.title for row in library.catalogue.recordings()] == ["a", "良宵"]
    for seed, name in enumerate(("a.flac", "b.flac")):
        write_audio(root / name, melody(12, seed=seed), tags={"title": "光明行"})
    import_folder(library, serial(), root)
    assert [row.title for row in library.catalogue.recordings()] == ["光明行", "良宵"]


def test_edits_stay_over_whatever_a_table_says(library: Library, folder: Path) -> None:
    from dataclasses import replace

    import_folder(library, serial(), folder)
    row = library.catalogue.recordings()[0]
    assert row.given == {"title": "Guang Ming Xing", "performer": "A", "instrument": "Erhu"}
    library.catalogue.save_recordings(
        [replace(row, performer="Shuai Chai", edits={"performer": "Shuai Chai"})]
    )
    _table(folder / "m.csv", f"path,performer,instrument\n{row.path},Jun Rong,二胡\n")
    import_folder(library, serial(), folder, folder / "m.csv")
    row = library.catalogue.recordings()[0]
    assert (row.performer, row.given["performer"]) == ("Shuai Chai", "Jun Rong")
    assert row.instrument == "Erhu"
