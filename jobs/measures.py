"""What one space knows: every protocol of an evaluation on it; runs in workers."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import load_file

from analysis import evaluation, performers
from analysis.agreement import label_agreement, silhouette
from analysis.baselines import standardise
from analysis.clustering import cluster
from analysis.retrieval import piece_retrieval, recording_means
from jobs.spaces import SCALED, SEGMENTS, SPACES, Arrays
from language import N_, Sentence

Measures = dict[str, Any]

#: Label, and what neighbours must differ in: never only in the recording's segments.
SPLITS = (
    ("instrument", N_("recording")),
    ("instrument", N_("piece")),
    ("instrument", "performer"),
    ("performer", "recording"),
    ("performer", "piece"),
)


def measure_space(folder: str, name: str, distance: str) -> Measures:
    """Every protocol on one space.

    Parameters
    ----------
    folder : str
        Working folder.
    name, distance : str
        Of the space.

    Returns
    -------
    measures : dict
        Protocol -> its figures; a figure that the labels do not allow is None, with a remark.
    """
    segments = load_file(Path(folder) / SEGMENTS)
    with safe_open(Path(folder) / SPACES, framework="numpy") as file:
        vectors = file.get_tensor(name)
    values = standardise(vectors) if distance == SCALED else np.asarray(vectors, np.float64)
    recording, title = segments["recording"], segments["title"]
    groups = {"recording": recording, "piece": title, "performer": segments["performer"]}
    measures: Measures = {"dimensions": vectors.shape[1]}
    for label, unit in SPLITS:
        result = asdict(evaluation.separability(values, segments[label], groups[unit], unit=unit))
        measures[f"{label} by {unit}"] = {"value": result.pop("accuracy"), **result}
    measures["piece by segment"] = asdict(piece_retrieval(values, title, recording))
    means, first = recording_means(vectors, recording)
    by_recording = piece_retrieval(means, title[first], recording[first], "recordings")
    measures["piece by recording"] = asdict(by_recording)
    for label in ("performer", "instrument"):
        measures[f"clusters of {label}"] = label_clusters(values, segments[label])
    measures["performers of a piece"] = _performers(values, segments)
    return measures


def map_faithfulness(folder: str) -> tuple[float | None, float | None, int]:
    """Trustworthiness and continuity of the map, and how many segments were compared."""
    segments = load_file(Path(folder) / SEGMENTS)
    return evaluation.map_faithfulness(segments["latents"], segments["positions"])


def label_clusters(values: NDArray[np.floating], codes: NDArray[np.integer]) -> Measures:
    """Agreement of ward clusters, as many as there are labels, with the labels."""
    values, codes = values[codes >= 0], codes[codes >= 0]
    count = len(np.unique(codes))
    if count < 2:
        return {
            "ari": None,
            "nmi": None,
            "silhouette": None,
            "remark": N_("Needs two labels or more."),
        }
    labels = cluster(values, "hierarchical", linkage="ward", k=min(count, 1000))
    ari, nmi = label_agreement(labels, codes)
    score, sample = silhouette(codes, values)
    drawn = N_("The silhouette is that of {sample:,} segments drawn at random.")
    remark = Sentence(drawn, sample=sample) if sample else ""
    return {"clusters": count, "ari": ari, "nmi": nmi, "silhouette": score, "remark": remark}


def pieces_of_several(segments: Arrays) -> list[NDArray[np.intp]]:
    """Rows of each piece that two performers or more play, one array a piece."""
    known = (segments["title"] >= 0) & (segments["performer"] >= 0)
    pieces = [
        np.flatnonzero(known & (segments["title"] == t)) for t in np.unique(segments["title"])
    ]
    return [rows for rows in pieces if len(np.unique(segments["performer"][rows])) > 1]


def _performers(values: NDArray[np.float64], segments: Arrays) -> Measures:
    found = [
        performers.separation(values[rows], segments["performer"][rows])
        for rows in pieces_of_several(segments)
    ]
    if not found:
        need = N_("Needs a title that two performers or more play.")
        return {"ari": None, "nmi": None, "accuracy": None, "chance": None, "auc": None} | {
            "remark": need
        }
    return {
        "pieces": len(found),
        "ari": float(np.mean([piece.ari for piece in found])),
        "nmi": float(np.mean([piece.nmi for piece in found])),
        "accuracy": float(np.mean([piece.accuracy for piece in found])),
        "chance": float(np.mean([piece.chance for piece in found])),
        "auc": float(np.mean([piece.auc[0] for piece in found])),
        "remark": "",
    }
