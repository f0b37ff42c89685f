"""The paper's three questions (Section 4.2) as figures; runs in workers.

T1: do note latents keep pitch, loudness and instrument? T2: do segment latents tell the
performers of one piece apart? T3: do they show where the music changes and what returns?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from analysis import evaluation, performers, structure, structure_scores
from analysis.baselines import principal_components
from analysis.segments import SEGMENT_COLUMNS
from analysis.similarity import cosine_similarity
from analysis.structure_scores import Section
from data.features import FeatureStore
from data.latents import LatentStore
from data.scales import read_scale_notes
from jobs.measures import pieces_of_several
from jobs.spaces import SEGMENTS
from language import N_

Figures = dict[str, Any]

#: Columns between two windows: one second.
HOP = 40
LONGEST_S = 7200


def scale_separability(folder: str, encoder_folder: str) -> Figures:
    """T1: do the nearest *other* notes have the same pitch, instrument, loudness?

    Parameters
    ----------
    folder, encoder_folder : str

    Returns
    -------
    dict
        Question -> space (note samples of 501 numbers, note latents of 32, as many principal
        components of the samples) -> separability.
    """
    from encoders.encoder import load_encoder
    from jobs.note_columns import note_samples

    notes = read_scale_notes(Path(folder))
    of_note = np.repeat(np.arange(len(notes)), [len(note.columns) for note in notes])
    samples = note_samples(folder, encoder_folder)
    latents = load_encoder(encoder_folder).note_latents(samples)
    spaces: dict[str, NDArray[Any]] = {
        N_("note samples"): samples,
        N_("note latents"): latents,
        N_("PCA of the samples"): principal_components(samples, latents.shape[1]),
    }

    def codes(label: str) -> NDArray[np.intp]:
        values = [str(getattr(note, label)) for note in notes]
        return np.unique(values, return_inverse=True)[1][of_note]

    questions = {
        "pitch": (codes("pitch"), of_note, N_("note")),
        "pitch across instruments": (codes("pitch"), codes("instrument"), "instrument"),
        "loudness": (codes("loudness"), of_note, "note"),
        "instrument": (codes("instrument"), of_note, "note"),
    }
    return {
        question: {
            space: _of_columns(
                evaluation.separability(vectors, labels, groups, unit=unit, what=N_("columns"))
            )
            | {"dimensions": vectors.shape[1]}
            for space, vectors in spaces.items()
        }
        for question, (labels, groups, unit) in questions.items()
    }


def performances(folder: str, names: dict[str, Sequence[str]]) -> list[Figures]:
    """T2: every piece of two performers or more, with the dimensions that separate them best.

    Parameters
    ----------
    folder : str
        Working folder with the segments.
    names : dict
        Vocabulary of ``title``, ``performer`` and ``instrument``.
    """
    segments = load_file(Path(folder) / SEGMENTS)

    def named(label: str, rows: NDArray[np.intp]) -> list[str]:
        return [names[label][code] for code in np.unique(segments[label][rows]) if code >= 0]

    pieces = []
    for rows in pieces_of_several(segments):
        found = performers.separation(segments["latents"][rows], segments["performer"][rows])
        pieces.append(
            {"title": named("title", rows)[0], "names": named("performer", rows)}
            | {"instruments": named("instrument", rows)}
            | asdict(found)
        )
    return sorted(pieces, key=lambda piece: (-piece["accuracy"], piece["title"]))


def recording_structure(
    latents_folder: str,
    encoder_folder: str,
    encoder_id: str,
    sha256: str,
    sections: Sequence[tuple[float, float, str]],
) -> Figures | None:
    """T3: where one recording changes and what of it returns, scored where that is known.

    Parameters
    ----------
    latents_folder, encoder_folder, encoder_id, sha256 : str
    sections : sequence of (start_s, end_s, label)
        Empty where they are not known.

    Returns
    -------
    dict or None
        None for a recording in which nothing can change, of less than twenty seconds, and for
        one of more than two hours, whose similarity matrix would fill a worker.
    """
    from encoders.encoder import load_encoder

    notes = LatentStore(latents_folder).read_notes(encoder_id, sha256)
    latents = load_encoder(encoder_folder).segment_latents(notes, hop=HOP)
    if not structure.WINDOW_S < len(latents) <= LONGEST_S:
        return None
    duration_s = len(notes) / HOP
    similarity = cosine_similarity(latents)
    curve = structure.novelty(similarity)
    times = structure.boundaries(curve)
    repeats = structure.repeats(similarity)
    known = [Section(*section) for section in sections]
    return {
        "duration_s": duration_s,
        "novelty": [float(f"{value:.4g}") for value in curve],
        "first_s": structure.WINDOW_S / 2 - 0.5,
        "boundaries": times.tolist(),
        "repeats": [asdict(repeat) for repeat in repeats],
        "sections": [list(section) for section in known],
        "scores": _scores(known, times, duration_s) if len(known) > 1 else None,
        "repeat_scores": asdict(structure_scores.repeat_score(known, repeats, duration_s))
        if known
        else None,
    }


def reconstruction(
    folder: str,
    sha256s: Sequence[str],
    latents_folder: str,
    features_folder: str,
    encoder_folder: str,
    encoder_id: str,
) -> Figures:
    """Mean squared errors of both autoencoders on the library, beside always the mean.

    The note autoencoder's columns are in [0, 1]; the segment autoencoder's note latents are
    centred for each dimension and divided by one number, so that the mean scores 1.
    """
    kept = [FeatureStore(features_folder).find(sha256, encoder_id) for sha256 in sha256s]
    sums = [arrays for arrays in kept if arrays is not None and len(arrays["total"])]
    columns: Figures = {"mse": None, "mean": None, "remark": N_("No recording could be decoded.")}
    if sums:
        count = sum(int(arrays["count"].item()) for arrays in sums)
        mean = np.sum([arrays["total"] for arrays in sums], axis=0) / count
        values = count * len(mean)
        columns = {
            "mse": float(sum(arrays["errors"].item() for arrays in sums) / values),
            "mean": float(sum(a["squares"].item() for a in sums) / values - np.mean(mean**2)),
            "remark": "",
        }
    store = LatentStore(latents_folder)
    return {
        "columns": columns,
        "segments": _segments(folder, sha256s, store, encoder_folder, encoder_id),
    }


def _segments(
    folder: str, sha256s: Sequence[str], store: LatentStore, encoder_folder: str, encoder_id: str
) -> Figures:
    from encoders.encoder import load_encoder

    encoder = load_encoder(encoder_folder)
    segments = load_file(Path(folder) / SEGMENTS)
    truth, rebuilt = [], []
    for index, sha256 in enumerate(sha256s):
        mine = segments["recording"] == index
        guess = encoder.decode_segments(np.ascontiguousarray(segments["latents"][mine]))
        step = SEGMENT_COLUMNS // guess.shape[1]
        places = segments["segment"][mine][:, None] * SEGMENT_COLUMNS
        columns = places + step * np.arange(guess.shape[1])
        truth.append(store.read_notes(encoder_id, sha256)[columns].astype(np.float32))
        rebuilt.append(guess)
    notes = np.concatenate(truth).astype(np.float64)
    variance = float(np.square(notes - notes.mean(axis=(0, 1))).mean())
    if variance == 0:
        return {"mse": None, "mean": None, "remark": N_("All note latents are the same.")}
    error = float(np.square(notes - np.concatenate(rebuilt)).mean())
    return {"mse": error / variance, "mean": 1.0, "remark": ""}


def _scores(sections: list[Section], times: NDArray[np.float64], duration_s: float) -> Figures:
    count = len(times)
    uniform = structure_scores.uniform_boundaries(count, duration_s)
    return {
        f"{window:g}": {
            "novelty": structure_scores.boundary_score(sections, times, duration_s, window),
            "uniform": structure_scores.boundary_score(sections, uniform, duration_s, window),
            "random": structure_scores.random_score(sections, count, duration_s, window),
        }
        for window in structure_scores.WINDOWS_S
    }


def _of_columns(result: evaluation.Separability) -> Figures:
    """The result of notes, under the names that the tables have for it."""
    figures = asdict(result)
    return {"value": figures.pop("accuracy"), **figures}
