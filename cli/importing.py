"""Commands that take recordings in, or one's own scales."""

from __future__ import annotations

import argparse

from cli.common import (
    Commands,
    ProgressBar,
    add_engine,
    open_library,
    path,
    start_engine,
    tell,
    writing_alone,
)
from settings import Settings


def add(commands: Commands) -> None:
    """Add ``import`` and ``import-scales``."""
    importing = commands.add("import", _import, "Encode a folder of recordings; can be resumed.")
    importing.add_argument("audio_dir", type=path, metavar="AUDIO_DIR")
    importing.add_argument(
        "--metadata",
        type=path,
        metavar="CSV",
        help="UTF-8 table with the columns path, title, performer, instrument",
    )
    importing.add_argument(
        "--layout",
        default="",
        metavar="NAME",
        help="a published data set: cbf, chmusic, guzheng-tech99, ctis; or folders",
    )
    importing.add_argument(
        "--annotations",
        type=path,
        metavar="CSV",
        help="UTF-8 table with the columns path, start_s, end_s, label and, if you like, layer",
    )
    importing.add_argument(
        "--preview", action="store_true", help="say what titles and names would be; write nothing"
    )
    importing.add_argument(
        "--retry", action="store_true", help="try failed files again though they are unchanged"
    )
    importing.add_argument(
        "--cue-encoding",
        metavar="NAME",
        help="encoding of the CUE sheets, such as big5; auto: each its own (default)",
    )
    importing.add_argument(
        "--map",
        choices=("auto", "extend", "recompute"),
        default="auto",
        help="auto: new recordings are placed on the map, which is computed anew when more than "
        "a quarter of it is new; extend: always placed; recompute: always computed anew",
    )
    add_engine(importing)

    scales = commands.add("import-scales", _import_scales, "Add your own scales to the Notes page.")
    scales.add_argument(
        "csv",
        type=path,
        metavar="CSV",
        help="UTF-8 table with the columns path, start_s, end_s, pitch, loudness, instrument",
    )
    add_engine(scales)


def _import(settings: Settings, parsed: argparse.Namespace) -> int:
    from data.scanning import audio_root
    from jobs.importing import import_folder
    from jobs.labelling import check_sources

    if parsed.preview:
        return _preview(settings, parsed)
    # A wrong path, table or data set must not leave a new library behind.
    check_sources(audio_root(parsed.audio_dir), parsed.layout, parsed.annotations)
    with (
        open_library(settings, create=True) as library,
        start_engine(settings) as engine,
        writing_alone(library.folder),
        ProgressBar() as progress,
    ):
        summary = import_folder(
            library,
            engine,
            parsed.audio_dir,
            parsed.metadata,
            progress,
            retry=parsed.retry,
            layout=parsed.layout,
            annotations_csv=parsed.annotations,
            cue_encoding=settings.cue_encoding,
            how=parsed.map,
        )
    return tell([summary])


def _preview(settings: Settings, parsed: argparse.Namespace) -> int:
    from jobs.label_preview import preview_labels, preview_lines

    with start_engine(settings) as engine, ProgressBar() as progress:
        rows, problems = preview_labels(
            engine,
            parsed.audio_dir,
            parsed.metadata,
            parsed.layout,
            parsed.annotations,
            progress,
            cue_encoding=settings.cue_encoding,
        )
    print("\n".join(preview_lines(rows, problems)))
    return 1 if problems or any(row.reason for row in rows) else 0


def _import_scales(settings: Settings, parsed: argparse.Namespace) -> int:
    from data.scales import read_own_notes
    from jobs.scales import import_scales

    read_own_notes(parsed.csv)  # a wrong table must not leave a new library behind
    with open_library(settings, create=True) as library, start_engine(settings) as engine:
        scales = import_scales(library, engine, parsed.csv)
    recordings = "1 recording" if scales.recordings == 1 else f"{scales.recordings} recordings"
    print(f"{scales.name}: {scales.notes} notes of {recordings} are on the Notes page now.")
    return 0
