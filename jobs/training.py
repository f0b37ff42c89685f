"""``musiclatentvis train``: sample the library in workers, train here, install the encoder.

Call it from a process that may import torch (the command line, not the web server).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from data.catalogue import Recording
from data.files import write_atomically
from data.library import Library
from data.sources import Source
from data.titles import piece_key, pieces
from encoders.recipes import Recipe, Role, assign_roles, recipe_named
from errors import UserError
from jobs.engine import Engine

if TYPE_CHECKING:
    from encoders.sampling import SampleSummary
    from encoders.training import Progress, Run, Sample, Trained

Report = Callable[["Progress"], None]


def train(
    library: Library,
    engine: Engine,
    recipe: str = "paper",
    epochs: int | None = None,
    seed: int = 0,
    split: str = "piece",
    resume: bool = False,
    out: Path | None = None,
    *,
    show_progress: bool = True,
    report: Report | None = None,
    origin: str = "",
) -> str:
    """Train both autoencoders on the library's recordings (paper, Section 5).

    Ctrl-C ends it after the epoch under way, with a checkpoint from which `resume` goes
    on to the same weights that an uninterrupted training gives.

    Parameters
    ----------
    library : Library
    engine : Engine
        Decodes and samples; closed by nobody here.
    recipe : str
    epochs : int, optional
        Of the note autoencoder instead of the recipe's; the other keeps its proportion.
    seed : int
    split : str
        ``"piece"`` or ``"paper"``; see :func:`encoders.recipes.assign_roles`.
    resume : bool
        Go on with the interrupted training.
    out : Path, optional
        Folder to which the encoder's folder is written besides the library's.
    show_progress : bool
        Bars with loss and time left on stderr.
    report : callable, optional
        Called with a :class:`encoders.training.Progress` after each epoch.
    origin : str
        A sentence on where the recordings come from, for the model card.

    Returns
    -------
    encoder_id : str
        Installed in the library; nothing is encoded with it yet.

    Raises
    ------
    UserError
        If the library has no recordings to learn from, or there is nothing to resume.
    encoders.training.Stopped
        After Ctrl-C.
    """
    plan = recipe_named(recipe, epochs)
    recordings = library.catalogue.recordings()
    if not recordings:
        raise UserError(
            "The library has no recordings to learn from: import some with `musiclatentvis import`."
        )
    piece_of = pieces(library.catalogue, {recording.title for recording in recordings})
    roles = assign_roles([piece_of[recording.title] for recording in recordings], split, seed)
    folder = library.folder / "training" / f"{recipe}-{split}-seed{seed}"
    if not resume:
        shutil.rmtree(folder, ignore_errors=True)
    samples, summaries = sample(recordings, roles, engine, plan, seed, folder, show_progress)
    files = {one.sha256: one.source for one in recordings}
    return _train_and_install(
        library,
        engine,
        plan,
        samples,
        files,
        folder,
        resume=resume,
        seed=seed,
        training=_description(plan, seed, split, recordings, roles, summaries, origin),
        show_progress=show_progress,
        report=report,
        out=out,
    )


def sample(
    recordings: Sequence[Recording],
    roles: Sequence[Role],
    engine: Engine,
    recipe: Recipe,
    seed: int,
    folder: Path,
    show_progress: bool = True,
) -> tuple[list[Sample], dict[str, SampleSummary]]:
    """Sample recordings in the workers; those that cannot be decoded are left out.

    Returns
    -------
    samples : list of Sample
        In the order of their content's hash, so that a training does not depend on
        what the files are called or where they lie.
    summaries : dict
        By SHA-256.

    Raises
    ------
    UserError
        If none can be decoded.
    """
    from encoders.sampling import sample_recording
    from encoders.training import Sample

    draws = folder / f"samples-{_digest([repr(recipe), seed])}"
    role_of = dict(zip((one.sha256 for one in recordings), roles, strict=True))
    source_of = {one.sha256: one.source for one in recordings}
    calls = [
        (source_of[sha256], sha256, seed, recipe, str(draws / f"{sha256}.safetensors"))
        for sha256 in sorted(role_of)
    ]
    summaries: dict[str, SampleSummary] = {}
    with _bar(len(calls), "sampling", show_progress, unit="recording") as bar:
        for index, outcome in engine.map(sample_recording, calls):
            bar.update()
            if outcome.error is None:
                summaries[calls[index][1]] = outcome.value
            elif isinstance(outcome.error, UserError):
                bar.write(f"{calls[index][0].file} is left out: {outcome.error}")
            else:
                raise outcome.error
    if not summaries:
        raise UserError("None of the library's recordings can be decoded; see the lines above.")
    samples = [
        Sample(draws / f"{sha256}.safetensors", role_of[sha256]) for sha256 in sorted(summaries)
    ]
    return samples, summaries


def _train_and_install(
    library: Library,
    engine: Engine,
    recipe: Recipe,
    samples: list[Sample],
    files: dict[str, Source],
    folder: Path,
    *,
    resume: bool,
    seed: int,
    training: dict[str, Any],
    show_progress: bool,
    report: Report | None,
    out: Path | None,
) -> str:
    from encoders import training as torch_training
    from encoders.card import write_encoder
    from encoders.registry import install

    identity = _digest([recipe.name, seed, *((one.path.stem, one.role) for one in samples)])
    run = torch_training.Run(recipe, seed, identity, folder / "checkpoint.safetensors")
    if resume:
        run.resume()
    with _stop_on_interrupt() as stopped, _bars(recipe, show_progress, report) as tell:
        run.stopped, run.report = stopped, tell
        if recipe.name == "contrast":
            trained = _train_contrast(engine, samples, files, folder, run, show_progress)
        else:
            trained = torch_training.train(samples, run)
    training["device"] = run.device.type
    written = write_encoder(library.encoders_folder, trained, training)
    if out is not None and Path(out).resolve() != library.encoders_folder.resolve():
        install(written, Path(out))
    shutil.rmtree(folder, ignore_errors=True)
    return written.name


def _train_contrast(
    engine: Engine,
    samples: list[Sample],
    files: dict[str, Source],
    folder: Path,
    run: Run,
    show_progress: bool,
) -> Trained:
    """Note autoencoder here, its latents of every recording in the workers, segments here."""
    import torch
    from safetensors.torch import save

    from encoders import contrast_training as contrast
    from encoders.training import Trained

    run.device = torch.device("cpu")  # the networks are so small that a GPU would wait for us
    note, normalisation = contrast.fit_note(samples, run)
    weights = save(note.state_dict())
    stretches = folder / f"stretches-{hashlib.sha256(weights).hexdigest()[:16]}"
    model_file = stretches / "note.safetensors"
    write_atomically(model_file, weights)
    calls = [
        (
            files[one.path.stem],
            str(model_file),
            contrast.HIDDEN,
            normalisation.to_dict(),
            str(stretches / one.path.name),
        )
        for one in samples
    ]
    with _bar(len(calls), "listening", show_progress, unit="recording") as bar:
        for _, outcome in engine.map(contrast.keep_stretches, calls):
            outcome.unwrap()
            bar.update()
    stretches_of = {one.path.stem: Path(call[-1]) for one, call in zip(samples, calls, strict=True)}
    segment = contrast.fit_segment(
        [stretches_of[one.path.stem] for one in samples if one.role != "validation"],
        [stretches_of[one.path.stem] for one in samples if one.role == "validation"],
        run,
    )
    facts = contrast.facts(samples, normalisation, note)
    return Trained(note, segment, normalisation, run.curves, facts)


def _description(
    recipe: Recipe,
    seed: int,
    split: str,
    recordings: Sequence[Recording],
    roles: Sequence[Role],
    summaries: dict[str, SampleSummary],
    origin: str,
) -> dict[str, Any]:
    used = [
        (one, role) for one, role in zip(recordings, roles, strict=True) if one.sha256 in summaries
    ]
    held_out = [one for one, role in used if role == "validation"]
    return {
        "recipe": recipe.to_dict(),
        "seed": seed,
        "split": split,
        "hours": sum(summary.duration_s for summary in summaries.values()) / 3600,
        "recordings": len(used),
        "pieces": len({piece_key(one.title) for one, _ in used}),
        "performers": len({one.performer for one, _ in used}),
        "instruments": len({one.instrument for one, _ in used}),
        "validation_recordings": len(held_out),
        "validation_pieces": len({piece_key(one.title) for one in held_out}),
        "origin": origin,
    }


def _digest(value: Any) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


@contextmanager
def _stop_on_interrupt() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C into a wish to stop; the second is a KeyboardInterrupt as ever."""
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    wished = threading.Event()
    before = signal.getsignal(signal.SIGINT)

    def wish(number: int, frame: FrameType | None) -> None:
        wished.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, wish)
    try:
        yield wished.is_set
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _bars(recipe: Recipe, show: bool, report: Report | None) -> Iterator[Report]:
    """Bars with loss and time left, one for each autoencoder."""
    bars: dict[str, Any] = {}

    def tell(progress: Progress) -> None:
        if progress.stage not in bars:
            title = f"{progress.stage} autoencoder"
            bars[progress.stage] = _bar(progress.epochs, title, show, progress.epoch - 1)
        bar = bars[progress.stage]
        bar.update()
        losses = {"loss": f"{progress.training:.5f}"}
        if progress.validation is not None:
            losses["validation"] = f"{progress.validation:.5f}"
        bar.set_postfix(losses)
        if report is not None:
            report(progress)

    try:
        yield tell
    finally:
        for bar in bars.values():
            bar.close()


def _bar(total: int, title: str, show: bool, initial: int = 0, unit: str = "epoch") -> Any:
    from tqdm import tqdm

    return tqdm(
        total=total,
        initial=initial,
        desc=title,
        unit=unit,
        disable=not show,
        dynamic_ncols=os.isatty(2),
    )
