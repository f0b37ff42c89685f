"""Made figures of an evaluation for tests of the report and the page; they mean nothing."""

from __future__ import annotations

from typing import Any

from jobs.measures import SPLITS
from jobs.spaces import SPACE_LIST

NEED = "Needs two labels or more."


def made_figures(allowed: bool = True) -> dict[str, Any]:
    """Figures in the form of :func:`jobs.evaluating.evaluate`; without labels unless `allowed`."""
    value, remark = (0.5, "") if allowed else (None, NEED)
    retrieval = {"value": value, "chance": value, "queries": 4, "remark": remark}
    clusters = {"ari": value, "nmi": value, "silhouette": value, "remark": remark}
    none = "Needs a title that two performers or more play."
    performers = {
        "pieces": 1,
        "ari": value,
        "nmi": value,
        "accuracy": value,
        "chance": value,
        "auc": value,
        "remark": "" if allowed else none,
    }
    if not allowed:
        del performers["pieces"]
    spaces = [
        {
            "name": space.name,
            "distance": space.distance,
            "about": space.about,
            "dimensions": 16,
            **{f"{label} by {unit}": dict(retrieval) for label, unit in SPLITS},
            "piece by segment": retrieval,
            "piece by recording": retrieval,
            "clusters of performer": clusters,
            "clusters of instrument": clusters,
            "performers of a piece": performers,
        }
        for space in SPACE_LIST
    ]
    note = {"value": 0.9, "chance": 0.1, "dimensions": 32, "remark": ""}
    scales = {
        question: {"note samples": note, "note latents": note}
        for question in ("pitch", "pitch across instruments", "loudness", "instrument")
    }
    rebuilt = {"mse": 0.2, "mean": 1.0, "remark": ""}
    piece = {
        "title": "Liang Xiao",
        "names": ["<A>", "B"],
        "instruments": ["Erhu"],
        "performers": 2,
        "segments": 20,
        "ari": 1.0,
        "nmi": 1.0,
        "accuracy": 1.0,
        "chance": 0.5,
        "dimensions": [1, 10, 3],
        "auc": [1.0, 1.0, 0.8],
    }
    return {
        "format": 2,
        "encoder": "paper-0",
        "map": "tsne-0",
        "labels": "made",
        "segments": 40,
        "segments_compared": 40,
        "recordings": 4,
        "recordings_compared": 4,
        "drawn_at_random": False,
        "problems": [],
        "spaces": spaces,
        "variance": [0.1] * 16,
        "dead_dimensions": [] if allowed else [3],
        "reconstruction": {"columns": rebuilt, "segments": rebuilt},
        "map_faithfulness": {
            "method": "tsne",
            "trustworthiness": 0.98,
            "continuity": 0.97,
            "segments": 40,
            "remark": "",
        },
        "scales": scales if allowed else {"remark": "run 'make demo-audio'."},
        "performances": [piece] if allowed else [],
        "structure": {"recordings": [_structure(1, allowed), _structure(2, False)], "remark": ""},
    }


def _structure(recording: int, known: bool) -> dict[str, Any]:
    score = [0.5, 0.4, 0.45]
    scores = {"novelty": score, "uniform": score, "random": score}
    return {
        "id": recording,
        "title": "Liang Xiao",
        "performer": "<A>",
        "instrument": "Erhu",
        "duration_s": 60.0,
        "novelty": [0.0, 0.1, 0.4, 0.1, 0.0],
        "first_s": 4.5,
        "boundaries": [6.5],
        "repeats": [{"start_a": 0.0, "start_b": 30.0, "duration": 14.0, "similarity": 0.9}],
        "sections": [[0.0, 30.0, "A"], [30.0, 60.0, "A soft"]] if known else [],
        "scores": {"3": scores, "10": scores} if known else None,
        "repeat_scores": {"precision": 1.0, "chance": 0.5, "recall": None, "pairs": 0}
        if known
        else None,
    }
