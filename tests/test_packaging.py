"""What is installed, locked and promised agrees with what stands in the checkout."""

import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
#: Top-level folders that hold Python files and are not installed.
DEVELOPMENT_FOLDERS = {"tests", "benchmarks", "tools", "docs", "build", "dist", "library"}
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "docs/guide.md", "docs/architecture.md"]


@pytest.fixture(scope="module")
def setup_cfg() -> ConfigParser:
    parser = ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


def test_packages_are_the_folders_with_python_files(setup_cfg: ConfigParser) -> None:
    folders = {
        path.parent.relative_to(ROOT)
        for path in ROOT.glob("*/**/*.py")
        if not path.relative_to(ROOT).parts[0].startswith((".", "_"))
    }
    packages = {
        ".".join(folder.parts) for folder in folders if folder.parts[0] not in DEVELOPMENT_FOLDERS
    }
    # assets holds no Python, but travels as a package because the page is not whole without it.
    assert set(_lines(setup_cfg["options"]["packages"])) == packages | {"assets"}


def test_modules_are_the_python_files_of_the_top_level(setup_cfg: ConfigParser) -> None:
    modules = {path.stem for path in ROOT.glob("*.py")}
    assert set(_lines(setup_cfg["options"]["py_modules"])) == modules


def test_every_requirement_is_locked(setup_cfg: ConfigParser) -> None:
    constraints = _lines((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    locked = {
        canonicalize_name(line.split("==")[0]) for line in constraints if not line.startswith("#")
    }
    groups = [
        setup_cfg["options"]["install_requires"],
        *setup_cfg["options.extras_require"].values(),
    ]
    required = {
        canonicalize_name(Requirement(line).name) for group in groups for line in _lines(group)
    }
    assert required <= locked


def test_torch_is_locked_to_the_version_without_a_local_part() -> None:
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert "torch==2.13.0" in constraints


@pytest.mark.parametrize("document", DOCUMENTS)
def test_documents_name_only_targets_that_the_makefile_has(document: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    text = (ROOT / document).read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"`+[^`]+`+", text))
    assert set(re.findall(r"\bmake ([a-z-]+)", code)) <= targets


@pytest.mark.parametrize("document", DOCUMENTS)
def test_documents_name_only_commands_that_there_are(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    for command in sorted(set(re.findall(r"\bmusiclatentvis ([a-z]+)", text))):
        done = subprocess.run(
            [sys.executable, "-c", "import cli, sys; sys.exit(cli.main())", command, "--help"],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_between_documents_lead_somewhere(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    targets = [
        target.split("#")[0]
        for target in re.findall(r"\]\(([^)]+)\)", text)
        if not target.startswith(("http:", "https:", "#"))
    ]
    folder = (ROOT / document).parent
    assert [target for target in targets if not (folder / target).exists()] == []
