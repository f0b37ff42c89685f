"""``musiclatentvis evaluate``: what the latents of a library know, in figures and a report.

:mod:`jobs.evaluation_run` asks the workers. The result is kept in the library's ``evaluation``
folder for the page, and written as ``figures.json`` and ``report.html`` where asked.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.files import room_for, sweep, temporary_prefix, write_atomically
from data.library import Library
from data.maps import segment_table
from errors import UserError
from jobs.chosen import Chosen
from jobs.evaluation_run import FORMAT, EvaluationRun, Figures, Progress
from jobs.report import report_html
from language import packed, unpacked

if TYPE_CHECKING:
    from jobs.engine import Engine


def evaluate(
    library: Library,
    engine: Engine,
    out: str | Path | None = None,
    progress: Progress | None = None,
    seed: int = 0,
) -> Figures:
    """Evaluate the latents and the current map, beside every baseline.

    Parameters
    ----------
    library : Library
    engine : Engine
    out : path, optional
        Folder for ``figures.json`` and ``report.html``, made when missing.
    progress : callable, optional
        ``progress(done, total, message)``.
    seed : int
        Of the recordings drawn above ``MAX_SEGMENTS``.

    Returns
    -------
    figures : dict
        What ``figures.json`` holds. A figure that the labels do not allow is null and has a
        ``remark`` beside it.

    Raises
    ------
    UserError
        If the library has no map yet, or `out` cannot be written.
    """
    table = segment_table(library)
    if table is None or len(table) == 0:
        raise UserError(
            f"The library {library.folder} has no map, so there is nothing to evaluate: "
            "run 'musiclatentvis import AUDIO_DIR'."
        )
    if out is not None:
        _prepare(Path(out))
    chosen = Chosen.of(library, table, seed)
    kept = evaluation_path(library, table.map_id)
    kept.parent.mkdir(parents=True, exist_ok=True)
    sweep(kept.parent)
    with (
        room_for(kept),
        tempfile.TemporaryDirectory(prefix=temporary_prefix("work"), dir=kept.parent) as folder,
    ):
        found = EvaluationRun(library, engine, chosen, folder, progress).figures()
    content = _as_json(_with_remarks(found, packed))
    write_atomically(kept, content)
    figures: Figures = _read(content)  # what is returned is what is read again later
    if out is not None:
        _write(Path(out), _as_json(found), report_html(figures))
    return figures


def evaluation_path(library: Library, map_id: str) -> Path:
    """Where the evaluation of a map is kept, once there is one."""
    return library.evaluation_folder / f"{map_id}.json"


def kept_evaluation(library: Library, map_id: str) -> Figures | None:
    """The evaluation of a map as it was kept; None where there is none of this version."""
    try:
        figures = _read(evaluation_path(library, map_id).read_bytes())
    except (OSError, ValueError):
        return None
    return figures if isinstance(figures, dict) and figures.get("format") == FORMAT else None


def _as_json(figures: Figures) -> bytes:
    return json.dumps(figures, indent=1, ensure_ascii=False, allow_nan=False).encode()


def _read(content: bytes) -> Any:
    return _with_remarks(json.loads(content), unpacked)


def _with_remarks(figures: Any, change: Callable[[str], str]) -> Any:
    """The same figures, each remark changed: as kept, it can be said in another language later."""
    if isinstance(figures, list):
        return [_with_remarks(value, change) for value in figures]
    if not isinstance(figures, dict):
        return figures
    return {
        key: change(value) if key == "remark" and value else _with_remarks(value, change)
        for key, value in figures.items()
    }


def _prepare(out: Path) -> None:
    """Make the folder now: nobody wants to hear after ten minutes that it cannot be made."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(out, error) from error


def _write(out: Path, figures: bytes, report: str) -> None:
    try:
        write_atomically(out / "figures.json", figures)
        write_atomically(out / "report.html", report.encode())
    except OSError as error:
        raise _unwritable(out, error) from error


def _unwritable(out: Path, error: OSError) -> UserError:
    return UserError(f"Nothing can be written in {out} ({error.strerror}): choose another folder.")
