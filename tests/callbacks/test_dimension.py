"""What the card of a dimension says, on a table whose dimensions mean something known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analysis.descriptors import DESCRIPTORS, DescriptorState
from analysis.segments import SegmentTable
from callbacks import dimension, player
from callbacks.services import Services
from layout.dimension import BEST
from tests.callbacks.test_compute import made_services
from tests.tables import made_table

NAMES = [descriptor.name for descriptor in DESCRIPTORS]
EVERYTHING: dict[str, Any] = {"map": "made", "all_of": []}


def meaningful_table() -> SegmentTable:
    """Dimension 7 parts the two performers, 3 rises with what is measured as loudness."""
    table = made_table(recordings=8, segments=10)
    codes, _ = table.labels("performer")
    latents = table.latents.copy()
    latents[:, 7] = np.where(codes == 0, -3, 3) + 0.1 * latents[:, 7]
    return replace(table, latents=latents, _label_cache={})


class Measured:
    """Everything is measured, or nothing is yet."""

    def __init__(self, *, busy: bool = False) -> None:
        self.busy = busy

    def state(self, table: SegmentTable) -> DescriptorState:
        values = np.random.default_rng(1).normal(size=(len(table), len(NAMES))).astype(np.float32)
        values[:, NAMES.index("Loudness")] = np.exp(table.latents[:, 3])
        values[:, NAMES.index("Brightness")] = -table.latents[:, 3]
        values[:, NAMES.index("Vibrato")] = np.nan
        known = np.full(len(table), not self.busy)
        sentence = "Measuring the recordings, 12 of 30 …" if self.busy else ""
        return DescriptorState(values, known, self.busy, sentence)


@pytest.fixture
def services() -> Iterator[Services]:
    app, made = made_services(meaningful_table())
    with app.app_context():
        yield replace(made, descriptors=Measured())


def asked(choice: int | str, **more: Any) -> dict[str, Any]:
    return {
        "choice": choice,
        "selection": EVERYTHING,
        "color_by": "performer",
        "clustering": None,
    } | more


def words(content: Any) -> str:
    """All text in components, or in the JSON of a list."""
    if isinstance(content, str) and content.startswith("["):
        content = json.loads(content)
    if isinstance(content, list):
        return " ".join(" ".join(words(part) for part in content).split())
    if isinstance(content, dict):
        return words(content["props"].get("children") or "")
    if hasattr(content, "children"):
        return words(content.children or "")
    return str(content)


def rows_of(items: str) -> list[int]:
    """Rows behind the buttons of an end."""
    found = [part["props"].get("data-row") for part in json.loads(items)]
    return [int(row) for row in found if row is not None]


def test_what_separates_two_performers_completely_is_said_and_found(services: Services) -> None:
    card = dimension.compute_card(services, asked(7))
    said = words(card.groups)
    assert "Separates Style A from Style B completely (AUC 1.00)." in said
    assert "Completely told apart by dim-7" in said
    assert dimension.compute_card(services, asked(BEST)).dimension == "7"


def test_a_dimension_that_does_not_separate_says_so_and_names_a_better_one(
    services: Services,
) -> None:
    said = words(dimension.compute_card(services, asked(5)).groups)
    assert "Does not separate Style" in said or "barely" in said
    assert "dim-7" in said


def test_several_groups_are_compared_with_the_rest_and_in_pairs(services: Services) -> None:
    said = words(dimension.compute_card(services, asked(7, color_by="instrument")).groups)
    # Performers and instruments alternate together: flute and pipa are Style A's.
    assert "Separates 4 of 6 pairs completely" in said
    names = ("Pipa 琵琶", "Zheng 古筝", "Erhu 二胡")
    areas = [float(said.split(f" {name} ")[-1].split()[0]) for name in names]
    assert areas == sorted(areas, reverse=True)


def test_one_group_and_no_clusters_say_what_to_do(services: Services) -> None:
    alone = {"map": "made", "all_of": [{"performer": ["Style A"]}]}
    said = words(dimension.compute_card(services, asked(7, selection=alone)).groups)
    assert "no two groups" in said
    said = words(dimension.compute_card(services, asked(7, color_by="cluster")).groups)
    assert "Press Run" in said


def test_clusters_are_groups_too(services: Services) -> None:
    clustering = {"method": "kmeans", "k": 2, "seed": 0, "selection": EVERYTHING}
    card = dimension.compute_card(services, asked(7, color_by="cluster", clustering=clustering))
    assert "Cluster 1" in words(card.groups)


def test_ends_are_the_lowest_and_highest_segments_and_play(services: Services) -> None:
    values = meaningful_table().latents[:, 3]
    card = dimension.compute_card(services, asked(3))
    low, high = rows_of(card.low), rows_of(card.high)
    assert low[0] == values.argmin() and high[0] == values.argmax()
    assert len(low) == len(high) == 3
    table = meaningful_table()
    assert player.row_at_end({"row": low[0]}, table) == [low[0]]
    assert player.row_at_end({"row": len(table)}, table) == []
    assert player.row_at_end(None, table) == []


def test_correlations_are_of_the_selected_and_the_strongest_become_words(
    services: Services,
) -> None:
    sound = dimension.compute_sound(services, asked(3))
    said = words(sound.items)
    assert "Higher values sound louder and darker." in said or "darker and louder" in said
    assert "Loudness +1.00" in said and "Brightness −1.00" in said
    assert "Vibrato –" in said
    assert sound.idle and sound.status == ""


def test_nothing_is_claimed_of_what_goes_with_nothing(services: Services) -> None:
    assert "Nothing measured goes clearly" in words(
        dimension.compute_sound(services, asked(9)).items
    )


def test_while_measuring_the_card_says_how_far_it_is(services: Services) -> None:
    waiting = replace(services, descriptors=Measured(busy=True))
    sound = dimension.compute_sound(waiting, asked(3))
    assert (sound.items, sound.idle) == ("[]", False)
    assert sound.status == "Measuring the recordings, 12 of 30 …"
    assert rows_of(dimension.compute_card(waiting, asked(3)).low)


def test_an_empty_selection_says_so(services: Services) -> None:
    nothing = asked(3, selection={"map": "made", "all_of": [{"box": [90, 90, 91, 91]}]})
    assert "No segment is selected" in words(dimension.compute_card(services, nothing).groups)
    assert dimension.compute_sound(services, nothing).idle


def test_one_segment_has_a_card(services: Services) -> None:
    latents = meaningful_table().latents
    value = float(latents[4, 3])
    one = {"range": {"dim": 3, "ranges": [[value - 1e-6, value + 1e-6]]}}
    card = dimension.compute_card(services, asked(3, selection={"map": "made", "all_of": [one]}))
    assert "1 segment" in words(card.title) and "segments" not in words(card.title)


def test_1_00_is_kept_for_what_is_complete() -> None:
    from callbacks.dimension_view import auc

    assert [auc(1.0), auc(0.9999), auc(0.5)] == ["1.00", "0.99", "0.50"]
