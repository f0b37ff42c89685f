"""The command ``musiclatentvis``: arguments in, one call out.

Exit codes: 0 done, 1 done with failures listed (or failed), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli_curation import add_commands, writing_alone
from errors import UserError
from settings import Settings

if TYPE_CHECKING:
    from data.library import Library
    from jobs.engine import Engine

# Each command imports what it needs when it runs: `--help` and `status` answer at once.


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    parsed = _parser().parse_args(arguments)
    # File names may hold bytes that the terminal's encoding has no characters for.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        settings = _settings(parsed)
        logging.basicConfig(level=settings.log_level, format="%(levelname)s %(message)s")
        return parsed.run(settings, parsed)
    except UserError as error:
        print(f"musiclatentvis: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("musiclatentvis: stopped; what was done is kept.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="musiclatentvis",
        description="Learned representations of recordings, to see, hear, compare and search.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Any, help: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help, description=help)
        added.set_defaults(run=run)
        added.add_argument(
            "--library",
            type=Path,
            metavar="DIR",
            help="folder of the library (default: $MLV_LIBRARY, else ./library)",
        )
        return added

    serve = command("serve", _serve, "Serve the page; a first start imports the demo.")
    serve.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (default: 8050)")
    _workers(serve)

    importing = command("import", _import, "Encode a folder of recordings; can be resumed.")
    importing.add_argument("audio_dir", type=Path, metavar="AUDIO_DIR")
    importing.add_argument(
        "--metadata",
        type=Path,
        metavar="CSV",
        help="UTF-8 table with the columns path, title, performer, instrument",
    )
    importing.add_argument(
        "--retry", action="store_true", help="try failed files again though they are unchanged"
    )
    importing.add_argument(
        "--map",
        choices=("auto", "extend", "recompute"),
        default="auto",
        help="auto: new recordings are placed on the map, which is computed anew when more than "
        "a quarter of it is new; extend: always placed; recompute: always computed anew",
    )
    importing.add_argument(
        "--cue-encoding",
        metavar="NAME",
        help="encoding of all CUE sheets, such as gb18030 or big5 (default: each its own)",
    )
    _workers(importing)

    scales = command("import-scales", _import_scales, "Add your own scales to the Notes page.")
    scales.add_argument(
        "csv",
        type=Path,
        metavar="CSV",
        help="UTF-8 table with the columns path, start_s, end_s, pitch, loudness, instrument",
    )
    _workers(scales)

    train = command("train", _train, "Train both encoders on the library and use them.")
    train.add_argument("--recipe", default="paper", help="how to train (default: paper)")
    train.add_argument("--epochs", type=int, help="epochs, instead of the recipe's")
    train.add_argument("--seed", type=int, default=0, help="same seed, same weights (default: 0)")
    train.add_argument(
        "--split",
        choices=("piece", "paper"),
        default="piece",
        help="piece: validation pieces are never trained on; paper: slices of all recordings",
    )
    train.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    train.add_argument("--out", type=Path, metavar="DIR", help="also write the encoder here")
    train.add_argument(
        "--origin",
        default="",
        metavar="SENTENCE",
        help="where the recordings come from, for the model card",
    )
    _workers(train)

    encode = command("encode", _encode, "Change to another encoder; what it encoded is kept.")
    encode.add_argument("encoder", help="its id, or its recipe: contrast, paper")
    _workers(encode)

    mapping = command("map", _map, "Compute the map again.")
    mapping.add_argument("--method", choices=("tsne", "pca", "umap"), default="tsne")
    mapping.add_argument("--perplexity", type=float, help="of t-SNE (default: 30)")
    mapping.add_argument("--neighbours", type=int, help="of UMAP (default: 15)")
    mapping.add_argument("--min-distance", type=float, help="of UMAP (default: 0.1)")
    mapping.add_argument("--seed", type=int, help="of both (default: 0)")
    _workers(mapping)

    export = command("export", _export, "Write latents as a table for other programs.")
    export.add_argument("what", choices=("segments", "notes"))
    export.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="ends in .parquet, .csv or .npz"
    )

    evaluate = command("evaluate", _evaluate, "Measure what the latents tell apart.")
    evaluate.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="gets figures.json and report.html"
    )
    _workers(evaluate)

    add_commands(command)

    command("status", _status, "Say what is in the library, what failed and why.")
    return parser


def _workers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workers", type=int, metavar="N", help="processes (default: all cores)")
    parser.add_argument(
        "--scheduler",
        metavar="tls://HOST:PORT",
        help="let the workers of this Dask scheduler do the work (default: this machine's cores)",
    )


def _settings(parsed: argparse.Namespace) -> Settings:
    """The environment's settings under the flags that were given."""
    flags = {field.name: getattr(parsed, field.name, None) for field in fields(Settings)}
    given = {name: value for name, value in flags.items() if value is not None}
    return replace(Settings.from_environment(), **given)


def _open(settings: Settings, *, create: bool = False) -> Library:
    from data.library import Library

    return Library.open(settings.library, create=create, database_url=settings.database_url)


def _engine(settings: Settings) -> Engine:
    from jobs.engine import Engine

    return Engine(settings)


def _serve(settings: Settings, parsed: argparse.Namespace) -> int:
    from server import serve

    serve(settings)
    return 0


def _import(settings: Settings, parsed: argparse.Namespace) -> int:
    from data.scanning import audio_root
    from jobs.importing import import_folder

    audio_root(parsed.audio_dir)  # a wrong path must not leave a new library behind
    with (
        _open(settings, create=True) as library,
        _engine(settings) as engine,
        writing_alone(library),
        _Bar() as bar,
    ):
        summary = import_folder(
            library,
            engine,
            parsed.audio_dir,
            parsed.metadata,
            bar,
            retry=parsed.retry,
            how=parsed.map,
            cue_encoding=settings.cue_encoding,
        )
    print("\n".join(summary.lines()))
    return summary.exit_code


def _import_scales(settings: Settings, parsed: argparse.Namespace) -> int:
    from data.scales import read_own_notes
    from jobs.scales import import_scales

    read_own_notes(parsed.csv)  # a wrong table must not leave a new library behind
    with _open(settings, create=True) as library, _engine(settings) as engine:
        scales = import_scales(library, engine, parsed.csv)
    recordings = "1 recording" if scales.recordings == 1 else f"{scales.recordings} recordings"
    print(f"{scales.name}: {scales.notes} notes of {recordings} are on the Notes page now.")
    return 0


def _train(settings: Settings, parsed: argparse.Namespace) -> int:
    from jobs.importing import use_encoder
    from jobs.training import train

    with _open(settings) as library, _engine(settings) as engine:
        encoder_id = train(
            library,
            engine,
            parsed.recipe,
            parsed.epochs,
            parsed.seed,
            parsed.split,
            parsed.resume,
            parsed.out,
            origin=parsed.origin,
        )
        print(f"Trained the encoder {encoder_id}; the library is encoded with it now.")
        with writing_alone(library), _Bar() as bar:
            summaries = use_encoder(library, engine, encoder_id, bar)
    for summary in summaries:
        print("\n".join(summary.lines()))
    return max((summary.exit_code for summary in summaries), default=0)


def _encode(settings: Settings, parsed: argparse.Namespace) -> int:
    from encoders.registry import named
    from jobs.importing import use_encoder

    with _open(settings) as library, _engine(settings) as engine:
        encoder_id = named(library, parsed.encoder).id
        with writing_alone(library), _Bar() as bar:
            summaries = use_encoder(library, engine, encoder_id, bar)
    print(f"The library uses the encoder {encoder_id} now.")
    for summary in summaries:
        print("\n".join(summary.lines()))
    return max((summary.exit_code for summary in summaries), default=0)


def _map(settings: Settings, parsed: argparse.Namespace) -> int:
    from analysis.projection import Projection
    from jobs.mapping import compute_map

    projection = Projection.of(
        parsed.method,
        perplexity=parsed.perplexity,
        neighbours=parsed.neighbours,
        min_distance=parsed.min_distance,
        seed=parsed.seed,
    )
    with (
        _open(settings) as library,
        _engine(settings) as engine,
        writing_alone(library),
        _Bar() as bar,
    ):
        map_id = compute_map(library, engine, projection, bar)
    print(f"The map is {map_id}.")
    return 0


def _export(settings: Settings, parsed: argparse.Namespace) -> int:
    from data.export import export_notes, export_segments

    with _open(settings) as library, _Bar() as bar:
        if parsed.what == "segments":
            rows = export_segments(library, parsed.out)
        else:
            rows = export_notes(library, parsed.out, bar)
    print(f"Wrote {rows} {parsed.what} to {parsed.out}.")
    return 0


def _evaluate(settings: Settings, parsed: argparse.Namespace) -> int:
    from analysis.report import as_text, facts, tables
    from jobs.evaluating import evaluate

    with _open(settings) as library, _engine(settings) as engine, _Bar() as bar:
        figures = evaluate(library, engine, parsed.out, bar)
    print("\n\n".join([facts(figures), *(as_text(table) for table in tables(figures))]) + "\n")
    print(f"Wrote {parsed.out / 'figures.json'} and {parsed.out / 'report.html'}.")
    return 0


def _status(settings: Settings, parsed: argparse.Namespace) -> int:
    from jobs.summary import status_lines

    with _open(settings) as library:
        print("\n".join(status_lines(library)))
    return 0


class _Bar:
    """A progress bar on stderr, called as ``progress(done, total, message)``."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __enter__(self) -> _Bar:
        return self

    def __call__(self, done: int, total: int, message: str) -> None:
        from tqdm import tqdm

        if self._bar is None or self._bar.total != total or done < self._bar.n:
            self.close()
            self._bar = tqdm(total=total, leave=False, dynamic_ncols=True)
        self._bar.set_description(message[-40:], refresh=False)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()

    def __exit__(self, *_exception: object) -> None:
        self.close()


if __name__ == "__main__":
    sys.exit(main())
