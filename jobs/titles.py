"""What a job is called, and how long it still takes, for people."""

from __future__ import annotations

from pathlib import Path

from analysis.projection import METHOD_NAMES
from data.jobs import Job
from language import N_, Sentence


def title(job: Job) -> Sentence:
    """A job in a few words."""
    params = job.params
    if job.kind == "demo":
        return Sentence(N_("Import of the demo collection"))
    if job.kind == "import":
        return Sentence(N_("Import of {folder}"), folder=Path(params["folder"]).name)
    if job.kind == "upload":
        return Sentence(N_("Import of added recordings"))
    if job.kind == "rescan" and params.get("retry"):
        return Sentence(N_("Another try of what failed"))
    if job.kind == "rescan":
        return Sentence(N_("Look for new and changed files"))
    if job.kind == "settle":
        return Sentence(N_("Update of the map"))
    if job.kind == "mend":
        return Sentence(N_("The map was damaged and is computed again"))
    if job.kind == "evaluate":
        return Sentence(N_("Evaluation"))
    if job.kind == "map":
        return Sentence(N_("Map by {method}"), method=METHOD_NAMES[params["method"]])
    return Sentence(N_("Training, recipe {recipe}"), recipe=params.get("recipe", ""))


def left(seconds: float | None) -> Sentence | None:
    """How long something still takes, as roughly as anybody can know it."""
    if seconds is None:
        return None
    if seconds < 50:
        return Sentence(N_("less than a minute left"))
    if seconds < 5400:
        return Sentence(N_("about {count} min left"), count=max(1, round(seconds / 60)))
    return Sentence(N_("about {count} h left"), count=round(seconds / 3600))
