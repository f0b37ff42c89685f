"""Write constraints.txt anew: the version of everything that this environment needs.

Starts from the requirements in setup.cfg (with the extras ``test`` and ``bench``),
follows each installed distribution's own requirements, and writes one line each.
Whatever else happens to be installed is left out, and so are local version parts
(``torch==2.13.0+cpu`` is written ``torch==2.13.0``).
"""

from __future__ import annotations

from configparser import ConfigParser
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
HEADING = "# Every version that serving, testing and benchmarking need. Renew with `make lock`.\n"


def direct_requirements(setup_cfg: Path) -> list[str]:
    """Requirements that setup.cfg names, those of every extra included."""
    parser = ConfigParser()
    parser.read(setup_cfg, encoding="utf-8")
    texts = [parser["options"]["install_requires"], *parser["options.extras_require"].values()]
    return [line for text in texts for line in text.split("\n") if line]


def closure(requirements: list[str]) -> dict[str, Distribution]:
    """All installed distributions that `requirements` lead to, by canonical name.

    Raises
    ------
    importlib.metadata.PackageNotFoundError
        If one of them is not installed.
    """
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [Requirement(text) for text in requirements]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        key = (name, frozenset(requirement.extras))
        if key in seen:
            continue
        seen.add(key)
        found[name] = distribution(name)
        for child in map(Requirement, found[name].requires or []):
            extras = ["", *requirement.extras]
            if child.marker is None or any(child.marker.evaluate({"extra": e}) for e in extras):
                waiting.append(child)
    return found


def main() -> None:
    found = closure(direct_requirements(ROOT / "setup.cfg"))
    lines = [f"{name}=={found[name].version.split('+')[0]}\n" for name in sorted(found)]
    (ROOT / "constraints.txt").write_text(HEADING + "".join(lines), encoding="utf-8")
    print(f"constraints.txt: {len(lines)} versions")


if __name__ == "__main__":
    main()
