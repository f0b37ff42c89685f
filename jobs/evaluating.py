"""``musiclatentvis evaluate``: what the latents of a library know, in figures and a report.

Protocols stand in :mod:`analysis.evaluation`; this module reads the library, asks for the
figures and writes ``figures.json`` and ``report.html``. Baselines are computed from the same
20 note latents that a segment latent is made of: their first 16 principal components and
16 random directions.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analysis import evaluation
from analysis.agreement import label_agreement, silhouette
from analysis.clustering import cluster
from analysis.segments import SegmentTable
from analysis.variance import dimension_variance
from data.files import write_atomically
from data.library import Library
from data.maps import segment_table
from data.scales import DEMO_SCALES, read_scale_notes
from encoders.registry import ensure_installed
from errors import UserError
from jobs.report import report_html

if TYPE_CHECKING:
    from jobs.engine import Engine

Progress = Callable[[int, int, str], None]
Figures = dict[str, Any]

FORMAT = 1
LABELS = ("instrument", "performer")
UNKNOWN = "Unknown"
# Above this, figures come from a random sample: all pairs are compared.
MAX_SEGMENTS = 10_000
COLUMNS_PER_SEGMENT, COLUMN_STEP = 400, 20


def evaluate(
    library: Library, engine: Engine, out: str | Path, progress: Progress | None = None
) -> Figures:
    """Evaluate the latents and the current map; write ``figures.json`` and ``report.html``.

    Parameters
    ----------
    library : Library
    engine : Engine
        A worker encodes the scales of the paper's T1.
    out : path
        Folder, made when missing.
    progress : callable, optional
        ``progress(done, total, message)``.

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
    report = progress or (lambda done, total, message: None)
    table = segment_table(library)
    if table is None or len(table) == 0:
        raise UserError(
            f"The library {library.folder} has no map, so there is nothing to evaluate: "
            "run 'musiclatentvis import AUDIO_DIR'."
        )
    report(0, 3, "Comparing segments")
    figures = evaluate_table(table, lambda rows: segment_features(library, table, rows))
    report(1, 3, "Comparing the notes of the scales")
    figures["scales"] = _scales(library, engine, table.encoder_id)
    report(2, 3, "Writing the report")
    _write(Path(out), figures)
    report(3, 3, "Done")
    return figures


def evaluate_table(
    table: SegmentTable,
    features: Callable[[NDArray[np.intp]], NDArray[np.float32]],
    seed: int = 0,
) -> Figures:
    """Figures of a table of segments.

    Parameters
    ----------
    table : SegmentTable
    features : callable
        Gives, for rows [m], what their latents were made of, float32 [shape=(m, 640)].
    seed : int
        Of the sample above ``MAX_SEGMENTS`` and of the random directions.
    """
    rows = np.arange(len(table))
    if len(rows) > MAX_SEGMENTS:
        random = np.random.default_rng(seed)
        rows = np.sort(random.choice(len(rows), size=MAX_SEGMENTS, replace=False))
    latents, notes = table.latents[rows], features(rows)
    spaces: dict[str, NDArray[Any]] = {
        "segment latents": latents,
        "principal components of the notes": evaluation.principal_components(notes),
        "random directions of the notes": evaluation.random_projection(notes, seed=seed),
    }
    codes = {name: _codes(table, name)[rows] for name in LABELS}
    trust, continuity, compared = evaluation.map_faithfulness(table.latents, table.positions)
    return {
        "format": FORMAT,
        "encoder": table.encoder_id,
        "map": table.map_id,
        "segments": len(table),
        "segments_compared": len(rows),
        "recordings": len(table.recordings),
        "separability": {
            name: {
                space: asdict(
                    evaluation.separability(values, codes[name], table.recording_index[rows])
                )
                for space, values in spaces.items()
            }
            for name in LABELS
        },
        "clusters": {name: _clusters(latents, codes[name]) for name in LABELS},
        "variance": dimension_variance(table.latents).tolist(),
        "dead_dimensions": evaluation.dead_dimensions(table.latents),
        "map_faithfulness": {
            "method": table.method,
            "trustworthiness": trust,
            "continuity": continuity,
            "segments": compared,
            "remark": "" if trust is not None else "Needs 12 segments or more.",
        },
    }


def segment_features(
    library: Library, table: SegmentTable, rows: NDArray[np.intp]
) -> NDArray[np.float32]:
    """The 20 note latents that each segment latent was made of, side by side.

    Returns
    -------
    features : float32 [shape=(m, 640)]
    """
    parts = []
    for recording in np.unique(table.recording_index[rows]):
        mine = rows[table.recording_index[rows] == recording]
        row = library.catalogue.recording(table.recordings[recording].id)
        if row is None:
            raise UserError("Recordings have left the library: run 'musiclatentvis map' first.")
        notes = library.latents.read_notes(table.encoder_id, row.sha256)
        first = np.round(table.start_s[mine] * 40).astype(np.int64)
        columns = first[:, None] + np.arange(0, COLUMNS_PER_SEGMENT, COLUMN_STEP)
        parts.append(notes[columns].reshape(len(mine), -1).astype(np.float32))
    return np.concatenate(parts)


def scale_separability(folder: str, encoder_folder: str) -> Figures:
    """Do the nearest *other* notes have the same pitch, instrument, loudness? Runs in a worker.

    Parameters
    ----------
    folder, encoder_folder : str

    Returns
    -------
    dict
        Label -> space (note samples of 501 numbers, note latents of 32) -> separability.
    """
    from encoders.encoder import load_encoder
    from jobs.notes import note_samples

    notes = read_scale_notes(Path(folder))
    of_note = np.repeat(np.arange(len(notes)), [len(note.columns) for note in notes])
    samples = note_samples(folder, encoder_folder)
    latents = load_encoder(encoder_folder).note_latents(samples)
    figures: Figures = {}
    for label in ("pitch", "instrument", "loudness"):
        values = [str(getattr(note, label)) for note in notes]
        codes = np.unique(values, return_inverse=True)[1][of_note]
        figures[label] = {
            space: asdict(_of_notes(evaluation.separability(vectors, codes, of_note)))
            for space, vectors in (("note samples", samples), ("note latents", latents))
        }
    return figures


def _of_notes(result: evaluation.Separability) -> evaluation.Separability:
    return replace(result, remark=result.remark.replace("recording", "note"))


def _scales(library: Library, engine: Engine, encoder_id: str) -> Figures:
    try:
        read_scale_notes(DEMO_SCALES)
    except UserError as problem:
        return {"remark": str(problem)}
    folder = str(ensure_installed(library, encoder_id))
    return dict(engine.run(scale_separability, str(DEMO_SCALES), folder))


def _codes(table: SegmentTable, name: str) -> NDArray[np.int32]:
    """Codes of a label, -1 where nobody said it."""
    codes, vocabulary = table.labels(name)
    known = np.array([label not in ("", UNKNOWN) for label in vocabulary])
    return np.where(known[codes], codes, np.int32(-1))


def _clusters(latents: NDArray[np.float32], codes: NDArray[np.int32]) -> Figures:
    """Agreement of Ward clusters, as many as there are labels, with the labels."""
    latents, codes = latents[codes >= 0], codes[codes >= 0]
    count = len(np.unique(codes))
    if count < 2:
        return {"ari": None, "nmi": None, "silhouette": None, "remark": "Needs two labels or more."}
    labels = cluster(latents, "hierarchical", linkage="ward", k=min(count, 1000))
    ari, nmi = label_agreement(labels, codes)
    score, sample = silhouette(codes, latents)
    remark = f"The silhouette is that of {sample} segments drawn at random." if sample else ""
    return {"clusters": count, "ari": ari, "nmi": nmi, "silhouette": score, "remark": remark}


def _write(out: Path, figures: Figures) -> None:
    text = json.dumps(figures, indent=2, ensure_ascii=False, allow_nan=False)
    try:
        out.mkdir(parents=True, exist_ok=True)
        write_atomically(out / "figures.json", text.encode())
        write_atomically(out / "report.html", report_html(figures).encode())
    except OSError as error:
        raise UserError(
            f"Nothing can be written in {out} ({error.strerror}): choose another folder."
        ) from error
