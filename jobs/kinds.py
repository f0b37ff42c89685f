"""What each kind of job does; its parameters are plain values of the job's row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from analysis.projection import Projection
from data.uploads import Uploads
from jobs.checking import refuse_what_is_no_audio
from jobs.duplicates import settle_duplicates
from jobs.evaluating import evaluate
from jobs.importing import import_demo, import_folder, rescan, use_encoder
from jobs.locks import writing
from jobs.mapping import compute_map, refresh_map
from jobs.runner import Work
from jobs.summary import ImportSummary
from jobs.training_process import train_apart
from language import N_, Sentence


def _demo(work: Work) -> None:
    with _writing(work):
        _tell(work, import_demo(work.library, work.engine, work.progress))


def _import(work: Work) -> None:
    """``{"folder", "metadata", "retry", "cue_encoding"}``: all but the first may be missing."""
    with _writing(work):
        _import_one(work, Path(work.params["folder"]), work.params.get("metadata"))


def _upload(work: Work) -> None:
    """``{"batch", "cue_encoding"}``: files that came through the page."""
    uploads = Uploads(work.library)
    folder = uploads.folder(work.params["batch"])
    with _writing(work):
        for line in refuse_what_is_no_audio(work.engine, folder, work.progress):
            work.say(line)
        _import_one(work, folder, uploads.table(work.params["batch"]))


def _rescan(work: Work) -> None:
    """``{"retry"}``: every imported folder; what is new, changed, or failed and to be retried."""
    retry = bool(work.params.get("retry"))
    with _writing(work):
        for summary in rescan(work.library, work.engine, work.progress, retry=retry):
            _tell(work, summary)


def _settle(work: Work) -> None:
    """``{}``: after recordings were taken out or brought back, or when the map is damaged."""
    with _writing(work):
        settle_duplicates(work.library.catalogue)
        refresh_map(work.library, work.engine, work.progress)


def _map(work: Work) -> None:
    """As :func:`map_params` gives them."""
    settings = dict(work.params)
    encoder = settings.pop("encoder", None)
    projection = Projection.of(**settings)
    with _writing(work):
        map_id = compute_map(
            work.library,
            work.engine,
            projection,
            work.progress,
            encoder_id=encoder,
            current=encoder is None,
        )
    work.say(Sentence(N_("The map is {map}."), map=map_id))


def _train(work: Work) -> None:
    """``{"recipe", "epochs", "seed", "split"}``: all but the first may be missing."""
    encoder = train_apart(work)
    work.say(Sentence(N_("Trained the encoder {encoder}."), encoder=encoder))
    with _writing(work):
        for summary in use_encoder(work.library, work.engine, encoder, work.progress):
            _tell(work, summary)


def _evaluate(work: Work) -> None:
    """``{}``: measure the current map; the library is only read."""
    evaluate(work.library, work.engine, progress=work.progress)


#: Jobs that leave recordings, latents and map alone for long need not keep others waiting.
LANES: Mapping[str, str] = {"train": "training", "evaluate": "evaluation"}

#: What each kind of job does.
KINDS: Mapping[str, Callable[[Work], None]] = {
    "demo": _demo,
    "import": _import,
    "upload": _upload,
    "rescan": _rescan,
    "settle": _settle,
    "mend": _settle,
    "map": _map,
    "train": _train,
    "evaluate": _evaluate,
}


def map_params(projection: Projection, beside: str = "") -> dict[str, Any]:
    """Parameters of a job ``map``.

    Parameters
    ----------
    projection : Projection
    beside : str
        Id of the encoder, where the map is kept beside the library's own instead of taking its
        place.
    """
    params = {"method": projection.method, **projection.settings}
    return params | ({"encoder": beside} if beside else {})


def _import_one(work: Work, folder: Path, table: str | Path | None) -> None:
    summary = import_folder(
        work.library,
        work.engine,
        folder,
        table,
        work.progress,
        retry=bool(work.params.get("retry")),
        cue_encoding=work.params.get("cue_encoding", ""),
    )
    _tell(work, summary)


def _tell(work: Work, summary: ImportSummary) -> None:
    for line in summary.lines():
        work.say(line)


@contextmanager
def _writing(work: Work) -> Iterator[None]:
    said = N_("Waiting until another program has finished with this library")
    with writing(work.library.folder, lambda: work.progress(0, 1, said)):
        yield
