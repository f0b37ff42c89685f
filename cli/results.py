"""Commands for what is made of latents: maps, tables for other programs, the evaluation."""

from __future__ import annotations

import argparse

from cli.common import (
    Commands,
    ProgressBar,
    add_engine,
    open_library,
    path,
    start_engine,
    writing_alone,
)
from settings import Settings


def add(commands: Commands) -> None:
    """Add ``map``, ``export`` and ``evaluate``."""
    mapping = commands.add("map", _map, "Compute the map again.")
    mapping.add_argument("--method", choices=("tsne", "pca", "umap"), default="tsne")
    mapping.add_argument("--perplexity", type=float, help="of t-SNE (default: 30)")
    mapping.add_argument("--neighbours", type=int, help="of UMAP (default: 15)")
    mapping.add_argument("--min-distance", type=float, help="of UMAP (default: 0.1)")
    mapping.add_argument("--seed", type=int, help="of both (default: 0)")
    add_engine(mapping)

    export = commands.add("export", _export, "Write latents as a table for other programs.")
    export.add_argument("what", choices=("segments", "notes"))
    export.add_argument(
        "--out", type=path, required=True, metavar="FILE", help="ends in .parquet, .csv or .npz"
    )

    evaluate = commands.add("evaluate", _evaluate, "Measure what the latents tell apart.")
    evaluate.add_argument(
        "--out", type=path, required=True, metavar="DIR", help="gets figures.json and report.html"
    )
    add_engine(evaluate)


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
        open_library(settings) as library,
        start_engine(settings) as engine,
        writing_alone(library.folder),
        ProgressBar() as progress,
    ):
        map_id = compute_map(library, engine, projection, progress)
    print(f"The map is {map_id}.")
    return 0


def _export(settings: Settings, parsed: argparse.Namespace) -> int:
    from data.export import export_notes, export_segments

    with open_library(settings) as library, ProgressBar() as progress:
        if parsed.what == "segments":
            rows = export_segments(library, parsed.out)
        else:
            rows = export_notes(library, parsed.out, progress)
    print(f"Wrote {rows} {parsed.what} to {parsed.out}.")
    return 0


def _evaluate(settings: Settings, parsed: argparse.Namespace) -> int:
    from analysis.report import as_text, facts, tables
    from jobs.evaluating import evaluate

    with (
        open_library(settings) as library,
        start_engine(settings) as engine,
        ProgressBar() as progress,
    ):
        figures = evaluate(library, engine, parsed.out, progress)
    print("\n\n".join([facts(figures), *(as_text(table) for table in tables(figures))]) + "\n")
    print(f"Wrote {parsed.out / 'figures.json'} and {parsed.out / 'report.html'}.")
    return 0
