from __future__ import annotations

from pathlib import Path

import pytest

from analysis.annotations import Annotation, dominant_labels
from data.annotations import read_annotations, read_spans
from data.library import Library
from errors import UsageError, UserError


def test_a_segment_is_called_by_what_lasts_longest_in_it() -> None:
    spans = [
        Annotation(1, 3, "trill"),
        Annotation(4, 9, "vibrato"),
        Annotation(8, 14, "trill"),
        Annotation(31, 200, "vibrato"),
    ]
    codes = dominant_labels(spans, ("trill", "vibrato"), 5)
    assert codes.tolist() == [1, 0, -1, 1, 1]
    assert dominant_labels([], ("trill",), 3).tolist() == [-1, -1, -1]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0.5\n1.5\n2\n3\n", [(0.5, 1.5, "T"), (2.0, 3.0, "T")]),
        ("0.5,1.5\n2,3\n", [(0.5, 1.5, "T"), (2.0, 3.0, "T")]),
        ("0.5,1.5,trill\n", [(0.5, 1.5, "trill")]),
        ("onset_time,offset_time,IPT,note\n0,1,chanyin,62\n", [(0.0, 1.0, "chanyin")]),
        ("\ufeffStart,End,Technique\n0,1,\n", [(0.0, 1.0, "T")]),
        ("", []),
    ],
)
def test_published_tables_are_read_as_they_are(
    tmp_path: Path, text: str, found: list[tuple[float, float, str]]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    spans = read_spans(path, "T")
    assert [(one.start_s, one.end_s, one.label) for one in spans] == found


def test_further_columns_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("onset_time,offset_time,IPT,note\n0,1,chanyin,62\n")
    assert read_spans(path, "T")[0].extra == {"note": "62"}


def test_each_problem_is_one_sentence_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with pytest.raises(UsageError, match=r"a\.csv cannot be read"):
        read_annotations(path, tmp_path)
    for text, said in (
        ("path,start_s,end_s\n", "no column 'label'"),
        ("path,start_s,end_s,label\na.ogg,5,3,x\n", "line 2: goes from 5 to 3"),
        ("path,start_s,end_s,label\na.ogg,5,nan,x\n", "line 2: goes from 5 to nan"),
        ("path,start_s,end_s,label\na.ogg,5,6,\n", "line 2: needs a path and a label"),
    ):
        path.write_text(text)
        with pytest.raises(UserError, match=said):
            read_annotations(path, tmp_path)
    path.write_bytes("path,start_s,end_s,label\na.ogg,1,2,颤音\n".encode("gb18030"))
    with pytest.raises(UserError, match="not UTF-8"):
        read_annotations(path, tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffpath;start_s;end_s;label\r\na/b.ogg;0;5;trill\r\n",
        "Path\tStart_s\tEnd_s\t Label \na\\b.ogg\t0\t5\ttrill\n",
        "path,start_s,end_s,label\n{root}/a/b.ogg,0,5,trill\n",
    ],
)
def test_what_spreadsheets_write_is_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text.replace("{root}", str(tmp_path)), encoding="utf-8", newline="")
    assert read_annotations(path, tmp_path) == {"a/b.ogg": [Annotation(0, 5, "trill")]}


def test_a_cell_without_end_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('path,start_s,end_s,label\na.ogg,0,5,"' + "x" * 200_000)
    for read in (lambda: read_annotations(path, tmp_path), lambda: read_spans(path, "T")):
        with pytest.raises(UserError, match=r"a\.csv, line \d: field larger"):
            read()


def test_a_layer_is_replaced_whole_and_others_stay(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", create=True) as library:
        kept = library.catalogue.annotations
        first = [Annotation(0, 1, "a"), Annotation(0, 9, "I", layer="section")]
        kept.replace({"x": first, "y": [Annotation(0, 1, "b")]})
        revision = library.catalogue.revision()
        kept.replace({"x": first})
        assert library.catalogue.revision() == revision  # nothing was new
        kept.replace({"x": [Annotation(2, 3, "c")]})
        assert library.catalogue.revision() > revision
        found = kept.of(["x"])["x"]
        assert {(one.layer, one.label) for one in found} == {("section", "I"), ("technique", "c")}
        assert set(kept.of(["x", "y", "z"])) == {"x", "y"}
