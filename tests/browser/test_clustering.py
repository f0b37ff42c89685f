"""Clustering the selection recolours the map, the lines and the heatmap's rows."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tools.browsing import graph, settle


def test_before_the_first_run_a_sentence_says_what_it_does(explore: Page) -> None:
    assert "16 latent dimensions" in explore.inner_text("#cluster-result")


def test_clusters_recolour_map_lines_and_heatmap(explore: Page) -> None:
    before = graph(explore, "map-graph")["colors"]
    _set_number(explore, "cluster-k", 3)
    explore.click("#cluster-run")
    settle(explore)

    result = explore.locator("#cluster-result")
    for text in ("Cluster 1", "Cluster 3", "ARI", "NMI", "silhouette"):
        expect(result).to_contain_text(text)
    expect(explore.locator("#color-by")).to_contain_text("Cluster")
    expect(explore.locator("#legend")).to_contain_text("Cluster 3")

    colours = graph(explore, "map-graph")["colors"]
    assert colours != before
    assert len(set(colours)) == 3
    assert graph(explore, "parallel-graph")["colors"] == colours
    strip = explore.evaluate(
        "() => { const plot = document.querySelector('#heatmap-graph .js-plotly-plot');"
        " return plot._fullData[1].z.map((row) => row[0]); }"
    )
    assert sorted(strip) == sorted(colours)


@pytest.mark.parametrize(
    ("method", "shown", "hidden"),
    [
        ("k-means", ["cluster-k", "cluster-seed"], ["cluster-linkage", "cluster-eps"]),
        ("DBSCAN", ["cluster-eps", "cluster-min-samples"], ["cluster-k", "cluster-linkage"]),
        ("Hierarchical", ["cluster-linkage", "cluster-k"], ["cluster-eps", "cluster-seed"]),
    ],
)
def test_only_the_settings_of_the_method_are_shown(
    explore: Page, method: str, shown: list[str], hidden: list[str]
) -> None:
    explore.click("#cluster-method")
    explore.locator(".dash-dropdown-option", has_text=method).click()
    settle(explore)
    for setting in shown:
        expect(explore.locator(f"#{setting}")).to_be_visible()
    for setting in hidden:
        expect(explore.locator(f"#{setting}")).to_be_hidden()
    explore.click("#cluster-run")
    settle(explore)
    expect(explore.locator("#cluster-result")).to_contain_text("ARI")


def test_a_setting_that_cannot_be_is_explained(explore: Page) -> None:
    _set_number(explore, "cluster-k", 1_000_000)
    explore.click("#cluster-run")
    settle(explore)
    expect(explore.locator("#cluster-result .problem")).not_to_be_empty()


def _set_number(page: Page, field: str, value: float) -> None:
    page.fill(f"#{field}", str(value))
    page.locator(f"#{field}").blur()
    settle(page)
