"""Who may import whom (docs/architecture.md); the rules stand in pyproject.toml."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_rooms_import_only_what_they_may() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache", "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_mathematics_loads_no_web_and_no_torch() -> None:
    _assert_not_loaded(
        "import analysis.segments, analysis.selection, analysis.similarity, analysis.clustering",
        {"dash", "plotly", "flask", "torch", "sqlalchemy"},
    )


def test_background_rooms_load_no_web_and_no_torch() -> None:
    _assert_not_loaded(
        "import jobs.engine, jobs.importing, encoders.service, encoders.registry, data.library",
        {"dash", "plotly", "flask", "torch"},
    )


def _assert_not_loaded(imports: str, forbidden: set[str]) -> None:
    code = f"import sys; {imports}; print(*sorted({forbidden!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
