"""Known sections: where the file stands, what it says, what is wrong with it."""

from pathlib import Path

import pytest

from data.sections import find_sections, read_sections
from errors import UserError

HEAD = "path,start_s,end_s,label\n"


def test_sections_are_read_by_recording_in_order_of_time(tmp_path: Path) -> None:
    path = tmp_path / "sections.csv"
    path.write_text(HEAD + "二泉.ogg,20,40.5,B\na/b.ogg,0,9,A\n二泉.ogg,0.3,20,A loud\n")
    found = read_sections(path)
    assert [section.label for section in found["二泉.ogg"]] == ["A loud", "B"]
    assert found["二泉.ogg"][0].name == "A"
    assert found["a/b.ogg"] == ((0.0, 9.0, "A"),)


def test_the_file_stands_in_the_folder_or_beside_its_metadata(tmp_path: Path) -> None:
    root = tmp_path / "recordings"
    root.mkdir()
    above, within = tmp_path / "sections.csv", root / "sections.csv"
    above.write_text(HEAD)
    assert find_sections(root) is None
    (tmp_path / "metadata.csv").write_text("path\n")
    assert find_sections(root) == above
    within.write_text(HEAD)
    assert find_sections(root) == within


@pytest.mark.parametrize(
    "content", ["path,start_s\na,1\n", HEAD + "a,x,2,A\n", HEAD + "a,5,2,A\n", HEAD + "a,nan,2,A\n"]
)
def test_what_cannot_be_read_is_said_in_a_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "sections.csv"
    path.write_text(content)
    with pytest.raises(UserError, match="it needs the columns path, start_s, end_s, label"):
        read_sections(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError):
        read_sections(path)
