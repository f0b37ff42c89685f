"""One evaluation: what is asked of the workers, and how far it is.

The coordinator reads the catalogue and hands out work; everything that decodes, needs torch
or takes long runs in workers: features of recordings (:mod:`jobs.features`), the spaces that
are compared (:mod:`jobs.spaces`, :mod:`jobs.measures`) and the paper's three questions
(:mod:`jobs.questions`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from analysis import evaluation
from analysis.variance import dimension_variance
from data.catalogue import Recording
from data.features import FeatureStore
from data.files import real_path
from data.library import Library
from data.scales import DEMO_SCALES, read_scale_notes
from data.sections import find_sections, read_sections
from encoders.registry import ensure_installed, installed
from errors import UserError
from jobs.chosen import LABELS, Chosen
from jobs.features import keep_features
from jobs.measures import map_faithfulness, measure_space
from jobs.questions import performances, reconstruction, recording_structure, scale_separability
from jobs.spaces import SPACE_LIST, build_spaces
from language import N_, Sentence, joined

if TYPE_CHECKING:
    from jobs.engine import Engine

Progress = Callable[[int, int, str], None]
Figures = dict[str, Any]

FORMAT = 2


class EvaluationRun:
    """One evaluation: what is asked of the workers, in order, and how far it is."""

    def __init__(
        self,
        library: Library,
        engine: Engine,
        chosen: Chosen,
        folder: str,
        progress: Progress | None,
    ) -> None:
        self._engine = engine
        self._chosen = chosen
        self._folder = folder
        self._progress = progress or (lambda done, total, message: None)
        self._features = FeatureStore(library.features_folder)
        self._latents = str(library.latents.folder)
        self._encoder_id = chosen.table.encoder_id
        self._encoder = str(ensure_installed(library, self._encoder_id))
        self._missing = [
            recording
            for recording in chosen.recordings
            if not self._features.has(recording.sha256)
            or not self._features.has(recording.sha256, self._encoder_id)
        ]
        self._rivals = rivals(library, chosen)
        self._done = 0
        spaces = len(SPACE_LIST) + len(self._rivals)
        self._total = len(self._missing) + spaces + len(chosen.recordings) + 4

    def figures(self) -> Figures:
        """Ask everything, in order."""
        table = self._chosen.table
        drawn = len(self._chosen.recordings) < len(table.recordings)
        problems = self._keep_features()
        decoded = [row for row in self._chosen.recordings if self._features.has(row.sha256)]
        if decoded:  # every space is compared on the same segments
            self._chosen = self._chosen.only(decoded)
        chosen = self._chosen
        chosen.save(self._folder)
        spaces = self._spaces(with_features=bool(decoded))
        self._step(N_("Comparing the map with its latents"), 0)
        trust, continuity, compared = self._engine.run(map_faithfulness, self._folder)
        self._step(N_("Rebuilding note latents from segment latents"))
        rebuilt = self._engine.run(reconstruction, self._folder, *self._places())
        self._step(N_("Comparing the notes of the scales"))
        scales = self._scales()
        self._step(N_("Comparing performers of the same piece"))
        names = {label: list(table.labels(label)[1]) for label in LABELS}
        pieces = self._engine.run(performances, self._folder, names)
        return {
            "format": FORMAT,
            "encoder": self._encoder_id,
            "map": table.map_id,
            "labels": table.key,
            "segments": len(table),
            "segments_compared": len(chosen.rows),
            "recordings": len(table.recordings),
            "recordings_compared": len(chosen.recordings),
            "drawn_at_random": drawn,
            "problems": problems,
            "spaces": spaces,
            "variance": dimension_variance(table.latents).tolist(),
            "dead_dimensions": evaluation.dead_dimensions(table.latents),
            "reconstruction": rebuilt,
            "map_faithfulness": {
                "method": table.method,
                "trustworthiness": trust,
                "continuity": continuity,
                "segments": compared,
                "remark": "" if trust is not None else N_("Needs 12 segments or more."),
            },
            "scales": scales,
            "performances": pieces,
            "structure": self._structure(),
        }

    def _keep_features(self) -> list[str]:
        """Have recordings decoded whose features are missing; says what could not be."""
        places = (str(self._features.folder), self._encoder, self._encoder_id)
        calls = [(row.source, row.sha256, *places) for row in self._missing]
        problems = []
        for index, outcome in self._engine.map(keep_features, calls) if calls else ():
            self._step(Sentence(N_("Decoding {title}"), title=self._missing[index].title))
            reason = (
                str(outcome.error) if isinstance(outcome.error, UserError) else outcome.unwrap()
            )
            if reason:
                problems.append(reason)
        return sorted(problems)

    def _spaces(self, *, with_features: bool) -> list[Figures]:
        self._step(N_("Building the baselines"), 0)
        spaces = self._engine.run(
            build_spaces, self._folder, *self._places(), with_features, self._rivals
        )
        measured: dict[int, Figures] = {}
        calls = [(self._folder, space.name, space.distance) for space in spaces]
        for index, outcome in self._engine.map(measure_space, calls):
            measured[index] = outcome.unwrap()
            space = Sentence(spaces[index].name)
            self._step(Sentence(N_("Comparing segments: {space}"), space=space))
        return [asdict(space) | measured[index] for index, space in enumerate(spaces)]

    def _places(self) -> tuple[Any, ...]:
        """Where workers find what they read: contents, latents, features, encoder."""
        folders = (self._latents, str(self._features.folder), self._encoder, self._encoder_id)
        return (self._chosen.sha256s, *folders)

    def _scales(self) -> Figures:
        try:
            read_scale_notes(DEMO_SCALES)
            return dict(self._engine.run(scale_separability, str(DEMO_SCALES), self._encoder))
        except UserError as problem:
            return {"remark": str(problem)}

    def _structure(self) -> Figures:
        sections, remarks = known_sections(self._chosen.recordings)
        places = (self._latents, self._encoder, self._encoder_id)
        calls = [
            (*places, recording.sha256, [tuple(known) for known in sections.get(recording.id, ())])
            for recording in self._chosen.recordings
        ]
        found: dict[int, Figures] = {}
        for index, outcome in self._engine.map(recording_structure, calls):
            recording = self._chosen.recordings[index]
            self._step(Sentence(N_("Looking for sections: {title}"), title=recording.title))
            if (figures := outcome.unwrap()) is not None:
                found[index] = _facts(recording) | figures
        if left_out := len(calls) - len(found):
            said = N_(
                "{left_out:,} recordings are left out: shorter than 20 s, or longer than 2 hours."
            )
            remarks.append(Sentence(said, left_out=left_out))
        return {
            "recordings": [found[index] for index in sorted(found)],
            "remark": joined(remarks),
        }

    def _step(self, message: str, done: int = 1) -> None:
        self._done += done
        self._progress(min(self._done, self._total), self._total, message)


def rivals(library: Library, chosen: Chosen) -> list[str]:
    """Other encoders of the library that have encoded every recording compared."""
    contents = set(chosen.sha256s)
    return [
        info.id
        for info in installed(library)
        if info.id != chosen.table.encoder_id and contents <= library.latents.known(info.id)
    ]


def known_sections(
    recordings: Sequence[Recording],
) -> tuple[dict[int, tuple[Any, ...]], list[str]]:
    """Sections of the recordings whose folder has a ``sections.csv``, and what was wrong.

    Returns
    -------
    sections : dict
        Recording id -> sections.
    remarks : list of str
    """
    sections: dict[int, tuple[Any, ...]] = {}
    remarks = []
    for root in dict.fromkeys(recording.root for recording in recordings):
        path = find_sections(real_path(root, ""))
        if path is None:
            continue
        try:
            known = read_sections(path)
        except UserError as problem:
            remarks.append(str(problem))
            continue
        mine = [recording for recording in recordings if recording.root == root]
        sections |= {row.id: known[row.path] for row in mine if row.path in known}
    return sections, remarks


def _facts(recording: Recording) -> Figures:
    names = ("title", "performer", "instrument")
    return {"id": recording.id} | {name: getattr(recording, name) for name in names}
