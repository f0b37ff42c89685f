"""The workspace Clusters: looks that go on, curves that come in parts, names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from analysis.cluster_identity import typical_rows
from callbacks import clustering, clusters, views
from callbacks import map as map_callbacks
from callbacks.services import Services
from errors import UserError
from figures.map import named_groups
from tests.callbacks.test_compute import EVERYTHING, STYLE_B, made_services
from tests.callbacks.test_dimension import words
from tests.tables import made_table

WARD = {"linkage": "ward", "k": 3}
METHODS = [
    ("hierarchical", WARD),
    ("kmeans", {"k": 3, "seed": 4}),
    ("dbscan", {"eps": 4.5, "min_samples": 3}),
]


@pytest.fixture
def services() -> Iterator[Services]:
    app, made = made_services(made_table(recordings=8, segments=10))
    with app.app_context():
        yield made


def run(services: Services, method: str = "hierarchical", **settings: Any) -> dict[str, Any]:
    recipe, _, _ = clustering.compute_clustering(
        services, EVERYTHING, method, dict(METHODS)[method] | settings
    )
    assert isinstance(recipe, dict)
    return recipe


@pytest.mark.parametrize(("method", "settings"), METHODS)
def test_two_runs_are_equal_to_the_last_segment(method: str, settings: dict[str, Any]) -> None:
    answers = []
    for _ in range(2):  # nothing is kept from one app to the next
        app, services = made_services(made_table(recordings=8, segments=10))
        with app.app_context():
            recipe, text, _ = clustering.compute_clustering(services, EVERYTHING, method, settings)
            table = services.collection.table("made")
            assert table is not None
            labels = views.labels_of(services, table, recipe).tolist()
            shown = clusters.compute_clusters(services, recipe)
            curves = clusters.compute_curves(services, recipe, patience_s=60)
            answers.append((recipe, text, labels, shown, curves))
    assert answers[0] == answers[1]


def test_the_seed_is_shown_and_matters(services: Services) -> None:
    caption = clusters.compute_clusters(services, run(services, "kmeans", seed=11))[1]
    assert "seed 11" in caption
    table = made_table(recordings=8, segments=10)
    different = [views.labels_of(services, table, run(services, "kmeans", seed=s)) for s in (0, 1)]
    assert not np.array_equal(*different)


def test_one_cluster_more_keeps_the_colours_of_the_others(services: Services) -> None:
    table = made_table(recordings=8, segments=10)
    before = run(services)
    for k in (4, 5, 6, 5, 4):
        settings = WARD | {"k": k}
        after, _, _ = clustering.compute_clustering(
            services, EVERYTHING, "hierarchical", settings, before
        )
        colours = [views.colouring(services, table, "cluster", one) for one in (before, after)]
        of = [np.array(one.colours)[one.codes] for one in colours]
        kept = of[0] == of[1]
        assert kept.mean() > 0.5
        assert len(set(of[1])) == k
        before = after


def test_names_stand_in_legend_table_list_and_hover_and_outlive_a_change(
    services: Services,
) -> None:
    table = made_table(recordings=8, segments=10)
    recipe = run(services)
    named, text = clustering.compute_naming(services, recipe, {"label": 1, "name": " slow  erhu "})
    assert "slow erhu: " in words(text) and "Cluster 1: " in words(text)
    legend = map_callbacks.compute_legend(services, EVERYTHING, "cluster", named)
    assert "slow erhu" in words(legend) and "Cluster 2" not in words(legend)
    colours = views.colouring(services, table, "cluster", named)
    assert named_groups(colours) == ["Cluster 1", "slow erhu", "Cluster 3"]
    assert '"slow erhu"' in clusters.compute_clusters(services, named)[3]
    # Names change nothing about who is in a cluster …
    assert views.labels_of(services, table, named) is not None
    term = {"map": "made", "all_of": [{"cluster": {"of": named, "label": 1}}]}
    assert np.array_equal(views.rows_of(services, table, term), np.flatnonzero(colours.codes == 1))
    # … and come back with their cluster.
    away, _, _ = clustering.compute_clustering(
        services, EVERYTHING, "hierarchical", WARD | {"k": 9}, named
    )
    back, _, _ = clustering.compute_clustering(services, EVERYTHING, "hierarchical", WARD, away)
    assert views.colouring(services, table, "cluster", back).labels == colours.labels


def test_a_name_is_taken_away_by_an_empty_one_and_no_stranger_is_named(services: Services) -> None:
    recipe, _ = clustering.compute_naming(services, run(services), {"label": 0, "name": "x" * 99})
    assert list(recipe["names"].values()) == ["x" * 40]
    for name in ("", "Cluster 1"):
        assert (
            clustering.compute_naming(services, recipe, {"label": 0, "name": name})[0]["names"]
            == {}
        )
    for label in (3, -1, None, "0"):
        renamed, _ = clustering.compute_naming(services, recipe, {"label": label, "name": "y"})
        assert not isinstance(renamed, dict)


def test_markup_in_a_name_is_text(services: Services) -> None:
    named, _ = clustering.compute_naming(services, run(services), {"label": 0, "name": "<b>1 & 2"})
    figure = clusters.compute_clusters(services, named)[2]
    assert "<b>1" not in json.dumps(figure)


def test_the_tree_has_every_cluster_in_its_colour_and_a_cut_for_every_k(services: Services) -> None:
    recipe = run(services)
    method, caption, figure, listed = clusters.compute_clusters(services, recipe)
    assert method == "hierarchical" and "the top 60 of 79 merges" in caption
    meta = figure["layout"]["meta"]
    assert meta["k"] == 3 and len(meta["cuts"]) == 61
    for k, height in enumerate(meta["cuts"], start=1):
        if k <= 60:
            assert 1 + sum(merged > height for merged in meta["heights"]) == k
    colours = views.colouring(services, made_table(8, 10), "cluster", recipe)
    drawn = {trace["line"]["color"] for trace in figure["data"] if trace["mode"] == "lines"}
    assert drawn == {*colours.colours, colours.colour_of(-1)}
    assert words(listed).count("segments") >= 3


def test_each_cluster_can_be_heard_by_its_typical_segment(services: Services) -> None:
    recipe = run(services, "kmeans")
    table = made_table(recordings=8, segments=10)
    labels = views.labels_of(services, table, recipe)
    rows = typical_rows(table.latents, labels)
    listed = clusters.compute_clusters(services, recipe)[3]
    assert [f'"data-row": "{row}"' in listed for row in rows] == [True] * 3


def test_clusters_of_a_part_are_heard_and_counted_in_the_whole_table(services: Services) -> None:
    recipe, _, _ = clustering.compute_clustering(services, STYLE_B, "hierarchical", WARD)
    view = views.selected(services, STYLE_B)
    assert view is not None
    listed = json.loads(clusters.compute_clusters(services, recipe)[3])
    heard = [int(line["props"]["children"][3]["props"]["data-row"]) for line in listed]
    assert set(heard) <= set(view.rows.tolist())
    assert clusters.compute_clusters(services, recipe)[1].startswith("40 segments")


def test_a_cluster_is_kept_under_its_name_and_selects_the_same_segments(services: Services) -> None:
    table = made_table(recordings=8, segments=10)
    recipe, _ = clustering.compute_naming(services, run(services), {"label": 1, "name": "slow"})
    said = clusters.keep_cluster(services, recipe, {"label": 1}, "Li")
    assert "slow" in said
    (kept,) = services.selections.all()
    assert (kept.name, kept.who) == ("slow", "Li")
    labels = views.labels_of(services, table, recipe)
    assert np.array_equal(views.rows_of(services, table, kept.recipe), np.flatnonzero(labels == 1))
    assert "names" not in str(kept.recipe)
    with pytest.raises(UserError, match="already"):
        clusters.keep_cluster(services, recipe, {"label": 1}, "")


@pytest.mark.parametrize(("method", "settings"), METHODS)
def test_a_curve_says_at_the_chosen_value_what_the_table_says(
    services: Services, method: str, settings: dict[str, Any]
) -> None:
    recipe = run(services, method)
    figure, said = clusters.compute_curves(services, recipe, patience_s=60)
    assert figure["layout"]["meta"]["complete"] and said.startswith(("Click", "Drag"))
    table = made_table(recordings=8, segments=10)
    curve = figure["data"][0]
    setting = {"cluster-k": "k", "cluster-eps": "eps"}[figure["layout"]["meta"]["field"]]
    for value, silhouette in zip(curve["x"], curve["y"], strict=True):
        summary = views.summary_of(services, table, recipe | {setting: value})
        assert silhouette == summary.silhouette
    assert figure["layout"]["shapes"][0]["x0"] == recipe[setting]


def test_curves_come_in_parts_and_go_on_where_they_stopped(services: Services) -> None:
    recipe = run(services)
    lengths = []
    for _ in range(19):
        figure, said = clusters.compute_curves(services, recipe, patience_s=0)
        lengths.append(len(figure["data"][0]["x"]))
        assert figure["layout"]["meta"]["complete"] or said.startswith("Trying ")
    assert lengths[0] == 1
    figure, _ = clusters.compute_curves(services, recipe, patience_s=60)
    assert figure["data"][0]["x"] == list(range(2, 21))


def test_what_is_not_clustered_says_so(services: Services) -> None:
    assert "Nothing is clustered yet" in words(clusters.compute_clusters(services, None)[3])
    assert clusters.compute_curves(services, None)[1] == ""
    table = made_table(recordings=1, segments=2)
    app, tiny = made_services(table)
    with app.app_context():
        recipe, _, _ = clustering.compute_clustering(
            tiny, EVERYTHING, "kmeans", {"k": 2, "seed": 0}
        )
        figure, _ = clusters.compute_curves(tiny, recipe)
        assert "three segments" in figure["layout"]["annotations"][0]["text"]
