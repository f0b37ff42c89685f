from __future__ import annotations

from pathlib import Path

import pytest

from data.metadata import read_metadata, resolve_labels
from errors import UsageError

HEADER = "path,title,performer,instrument\n"


def _csv(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "metadata.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_rows_and_further_columns_are_kept(tmp_path: Path) -> None:
    table = read_metadata(_csv(tmp_path, "path,title,album\na.ogg,Mo Li Hua,Best of\n"), tmp_path)
    labels = resolve_labels("a.ogg", table.row("a.ogg"), {})
    assert (labels.title, labels.performer, labels.extra) == (
        "Mo Li Hua",
        "Unknown",
        {"album": "Best of"},
    )


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + f"{HEADER}a.ogg,茉莉花,A,Erhu\n".encode(),
        f"{HEADER}a.ogg,茉莉花,A,Erhu\n".replace("\n", "\r\n").encode(),
        f"{HEADER}a.ogg,茉莉花,A,Erhu\n".replace(",", ";").encode(),
        f"{HEADER}a.ogg,茉莉花,A,Erhu\n".replace(",", "\t").encode(),
        f"Path, Title ,Performer,Instrument\n./a.ogg, 茉莉花 ,A,Erhu\n".encode(),  # noqa: F541
        f'{HEADER}"a.ogg","茉莉花","A",Erhu\n\n'.encode(),
    ],
)
def test_what_spreadsheets_write_is_read(tmp_path: Path, content: bytes) -> None:
    table = read_metadata(_csv(tmp_path, content), tmp_path)
    assert table.problems == ()
    assert table.row("a.ogg") == {"title": "茉莉花", "performer": "A", "instrument": "Erhu"}


def test_paths_match_however_they_were_typed(tmp_path: Path) -> None:
    content = f"{HEADER}Erhu\\Bela\\u0301.ogg,T,,\n{tmp_path.as_posix()}/b.ogg,U,,\n"
    table = read_metadata(_csv(tmp_path, content.replace("\\u0301", "\u0301")), tmp_path)
    assert table.row("Erhu/Belá.ogg") == {"title": "T"}
    assert table.row("b.ogg") == {"title": "U"}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("title,performer\nA,B\n", "metadata.csv: has no column 'path'"),
        ("", "metadata.csv: has no column 'path'"),
        ("path,title,instrument\na.ogg,A,B\n", "metadata.csv: has no column 'performer'"),
        (HEADER.encode() + "a.ogg,光,,\n".encode("gb18030"), "metadata.csv, line 2: is not UTF-8"),
        ((HEADER + "a.ogg,T,,\n").encode("utf-16"), "metadata.csv, line 1: is not UTF-8"),
        (HEADER + ",T,,\n", "metadata.csv, line 2: has no path"),
        (HEADER + "a.ogg,T,,\na.ogg,U,,\n", "metadata.csv, line 3: names a.ogg again; line 2"),
        (HEADER + "a.ogg,T,P,I,more\n", "metadata.csv, line 2: has 5 cells where the header has 4"),
        (HEADER + "/else/a.ogg,T,,\n", "metadata.csv, line 2: /else/a.ogg is not inside"),
        (HEADER + 'a.ogg,"T\n', "metadata.csv, line 2: unexpected end of data"),
    ],
)
def test_each_problem_is_one_line_with_its_place(
    tmp_path: Path, content: str | bytes, problem: str
) -> None:
    problems = read_metadata(_csv(tmp_path, content), tmp_path).problems_in(["a.ogg"])
    assert len(problems) == 1
    assert problems[0].startswith(problem)
    assert "\n" not in problems[0]


def test_rows_for_files_that_do_not_exist_are_named(tmp_path: Path) -> None:
    rows = "".join(f"gone{i}.ogg,T,,\n" for i in range(7))
    table = read_metadata(_csv(tmp_path, HEADER + "a.ogg,T,,\n" + rows), tmp_path)
    (problem,) = table.problems_in(["a.ogg"])
    assert problem.startswith("metadata.csv: 7 rows name files that are not among")
    assert "gone0.ogg (line 3)" in problem
    assert problem.endswith("and 2 more.")


def test_a_missing_csv_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.csv cannot be read"):
        read_metadata(tmp_path / "none.csv", tmp_path)


def test_each_label_comes_from_the_first_source_that_says_it() -> None:
    path = "Erhu/Shuai Chai/Guang Ming Xing.ogg"
    labels = resolve_labels(path, {"title": "光明行"}, {"title": "tag", "performer": "tagged"})
    assert (labels.title, labels.performer, labels.instrument) == ("光明行", "tagged", "Erhu")
    labels = resolve_labels(path, {}, {})
    assert (labels.title, labels.performer) == ("Guang Ming Xing", "Shuai Chai")
    labels = resolve_labels("disc/track 1.ogg", {}, {})
    assert (labels.title, labels.performer, labels.instrument) == ("track 1", "Unknown", "Unknown")
