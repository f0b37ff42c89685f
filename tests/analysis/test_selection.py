"""Selection recipes: their canonical form, and the rows they select."""

import json
from dataclasses import replace

import numpy as np
import pytest

from analysis.recipes import MAX_DEPTH, MAX_TERMS
from analysis.selection import (
    UNCLUSTERED,
    clustering_labels,
    digest,
    evaluate,
    inside_polygon,
    normalise,
    without,
)
from analysis.stretches import stretches_term
from errors import UserError


def crosses_an_odd_number_of_edges(x, y, polygon):
    """Textbook even-odd test of one point, edge by edge."""
    inside = False
    for (x0, y0), (x1, y1) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            inside = not inside
    return inside


@pytest.mark.parametrize("corners", [3, 4, 10, 100])
def test_a_lasso_that_crosses_itself_agrees_with_brute_force(rng, corners):
    points = rng.normal(size=(400, 2))
    polygon = rng.normal(size=(corners, 2)).tolist()
    expected = [crosses_an_odd_number_of_edges(x, y, polygon) for x, y in points]
    assert inside_polygon(points, polygon).tolist() == expected
    assert 0 < sum(expected) < 400


def test_a_lasso_on_grid_points_agrees_with_brute_force():
    grid = np.stack(np.meshgrid(np.arange(9.0), np.arange(9.0)), axis=-1).reshape(-1, 2)
    polygon = [[1, 1], [6, 1], [6, 4], [3, 4], [3, 7], [1, 7]]
    expected = [crosses_an_odd_number_of_edges(x, y, polygon) for x, y in grid]
    assert inside_polygon(grid, polygon).tolist() == expected


def test_a_lasso_does_not_depend_on_where_it_starts_nor_its_direction(rng):
    points, polygon = rng.normal(size=(300, 2)), rng.normal(size=(20, 2))
    expected = inside_polygon(points, polygon)
    assert np.array_equal(inside_polygon(points, np.roll(polygon, 7, axis=0)), expected)
    assert np.array_equal(inside_polygon(points, polygon[::-1]), expected)


def test_a_box_is_the_lasso_of_its_corners(make_table):
    table = make_table()
    box = evaluate({"all_of": [{"box": [5, 8, -3, -7]}]}, table)
    lasso = evaluate({"all_of": [{"lasso": [[-3, -7], [5, -7], [5, 8], [-3, 8]]}]}, table)
    assert np.array_equal(box, lasso)
    assert 0 < len(box) < len(table)


def test_rows_are_sorted_int32_and_an_empty_recipe_selects_all(make_table):
    table = make_table(50)
    rows = evaluate({}, table)
    assert rows.dtype == np.int32
    assert rows.tolist() == list(range(50))


@pytest.mark.parametrize("kind", ["performer", "title", "instrument"])
def test_labels_select_their_segments(make_table, kind):
    table = make_table()
    codes, vocabulary = table.labels(kind)
    for code, label in enumerate(vocabulary):
        rows = evaluate({"all_of": [{kind: [label, "nobody"]}]}, table)
        assert np.array_equal(rows, np.flatnonzero(codes == code))
    assert len(evaluate({"all_of": [{kind: ["nobody"]}]}, table)) == 0
    assert len(evaluate({"all_of": [{kind: []}]}, table)) == len(table)


def test_ranges_include_their_ends_and_may_be_several_or_open(make_table):
    table = make_table()
    column = table.latents[:, 3]
    low, high = float(column[10]), float(column.max())
    rows = evaluate({"all_of": [{"range": {"dim": 3, "min": low, "max": high}}]}, table)
    assert np.array_equal(rows, np.flatnonzero(column >= column[10]))
    both = {"range": {"dim": 3, "ranges": [[None, -1.0], [1.0, None]]}}
    assert np.array_equal(
        evaluate({"all_of": [both]}, table), np.flatnonzero(np.abs(column) >= 1.0)
    )


def test_terms_are_combined(make_table):
    table = make_table()
    erhu, box = {"instrument": ["Erhu"]}, {"box": [-5, -5, 5, 5]}
    only = {name: set(evaluate({"all_of": [t]}, table)) for name, t in [("e", erhu), ("b", box)]}
    everything = set(range(len(table)))
    assert set(evaluate({"all_of": [erhu, box]}, table)) == only["e"] & only["b"]
    assert set(evaluate({"all_of": [{"any_of": [erhu, box]}]}, table)) == only["e"] | only["b"]
    assert set(evaluate({"all_of": [erhu, {"not": box}]}, table)) == only["e"] - only["b"]
    assert set(evaluate({"all_of": [{"not": erhu}]}, table)) == everything - only["e"]
    both = {"all_of": [erhu, box]}
    assert set(evaluate({"all_of": [both]}, table)) == only["e"] & only["b"]
    assert set(evaluate({"all_of": [{"not": both}]}, table)) == everything - (only["e"] & only["b"])


def test_a_stretch_of_a_recording_is_what_starts_in_it(make_table):
    table = make_table()
    index = int(np.argmax(np.bincount(table.recording_index)))
    of = np.flatnonzero(table.recording_index == index)
    name = table.recordings[index].id
    assert len(of) > 3
    whole = evaluate({"all_of": [{"recording": {"id": name}}]}, table)
    assert whole.tolist() == of.tolist()
    first, after = float(table.start_s[of[1]]), float(table.start_s[of[3]])
    stretch = {"recording": {"id": name, "start_s": first, "end_s": after}}
    assert evaluate({"all_of": [stretch]}, table).tolist() == of[1:3].tolist()
    assert len(evaluate({"all_of": [{"recording": {"id": -7}}]}, table)) == 0


def test_rows_side_by_side_are_named_by_stretches(make_table, rng):
    table = make_table()
    for share in (0.1, 0.5, 1.0):
        shown = np.flatnonzero(rng.random(len(table)) < share)
        chosen = rng.permutation(shown)[: max(1, len(shown) // 3)]
        term = stretches_term(table, chosen, shown)
        found = evaluate({"all_of": [term]}, table)
        assert np.intersect1d(found, shown).tolist() == np.sort(chosen).tolist()
    assert stretches_term(table, shown[:1], shown[:1]) == {
        "recording": {"id": table.recordings[table.recording_index[shown[0]]].id}
    }


def test_a_cluster_of_a_selection_can_be_selected(make_table):
    table = make_table()
    of = {"method": "kmeans", "k": 3, "selection": {"all_of": [{"instrument": ["Erhu"]}]}}
    labels = clustering_labels(of, table)
    erhu = evaluate(of["selection"], table)
    assert np.array_equal(np.flatnonzero(labels != UNCLUSTERED), erhu)
    parts = [evaluate({"all_of": [{"cluster": {"of": of, "label": i}}]}, table) for i in range(3)]
    assert np.array_equal(np.sort(np.concatenate(parts)), erhu)
    assert len(parts[0]) >= len(parts[1]) >= len(parts[2]) > 0


def test_a_caller_may_bring_its_own_clusterings(make_table):
    table = make_table(10)
    asked = []

    def labels_of(of):
        asked.append(of)
        return np.arange(10, dtype=np.int32) % 2

    term = {"cluster": {"of": {"method": "dbscan"}, "label": 1}}
    assert evaluate({"all_of": [term]}, table, labels_of).tolist() == [1, 3, 5, 7, 9]
    assert asked[0]["eps"] == 0.5
    assert asked[0]["selection"] == {"map": "", "all_of": []}


def test_a_shape_on_another_map_selects_what_lies_inside_it_there(make_table):
    here, there = make_table(map_id="here"), make_table(map_id="there", seed=1)
    # The same recordings and starts as `here`, at the places of `there`, in another order,
    # without the last twenty.
    order = np.random.default_rng(2).permutation(len(here) - 20)
    there = replace(
        there,
        positions=there.positions[: len(order)],
        latents=there.latents[: len(order)],
        recording_index=here.recording_index[order],
        start_s=here.start_s[order],
    )
    asked = []

    def tables(map_id):
        asked.append(map_id)
        return there if map_id == "there" else None

    for shape in ({"box": [-5, -4, 3, 6]}, {"lasso": [[-8, -8], [9, -2], [0, 9]]}):
        inside = order[evaluate({"map": "there", "all_of": [shape]}, there)]
        recipe = {"map": "here", "all_of": [{**shape, "of": "there"}]}
        assert 0 < len(inside) < len(order)
        assert evaluate(recipe, here, tables=tables).tolist() == sorted(inside)
        # Of the other map's shape only: what is not shown there is not in it.
        outside = evaluate(
            {"map": "here", "all_of": [{"not": {**shape, "of": "there"}}]}, here, tables=tables
        )
        assert set(range(len(here) - 20, len(here))) <= set(outside)
        clustering = {"method": "kmeans", "k": 2, "selection": recipe}
        labels = clustering_labels(clustering, here, tables=tables)
        assert np.flatnonzero(labels != UNCLUSTERED).tolist() == sorted(inside)
    assert set(asked) == {"there"}
    own = {"map": "here", "all_of": [{"box": [-5, -4, 3, 6], "of": "here"}]}
    assert np.array_equal(
        evaluate(own, here), evaluate({"all_of": [{"box": [-5, -4, 3, 6]}]}, here)
    )


def test_a_shape_on_a_map_that_is_gone_is_refused_in_a_sentence(make_table):
    recipe = {"all_of": [{"box": [0, 0, 1, 1], "of": "tsne-gone"}]}
    for tables in (None, lambda of: None):
        with pytest.raises(UserError, match="does not have any more: draw it again"):
            evaluate(recipe, make_table(), tables=tables)


def test_the_map_of_a_shape_is_part_of_the_recipe():
    box = {"box": [3, 4, 1, 2]}
    assert digest({"all_of": [{**box, "of": "a"}]}) != digest({"all_of": [box]})
    assert digest({"all_of": [{**box, "of": "a"}]}) != digest({"all_of": [{**box, "of": "b"}]})
    assert digest({"all_of": [{"of": "a", **box}]}) == digest({"all_of": [{**box, "of": "a"}]})
    checked = normalise({"all_of": [{"of": "a", **box}]})
    assert checked["all_of"] == [{"box": [1.0, 2.0, 3.0, 4.0], "of": "a"}]
    assert without(checked, "box")["all_of"] == []


@pytest.mark.parametrize(
    "term",
    [
        {"box": [0, 0, 1, 1], "of": 3},
        {"box": [0, 0, 1, 1], "of": ""},
        {"box": [0, 0, 1, 1], "of": None},
        {"performer": ["A"], "of": "map-1"},
        {"any_of": [{"performer": ["A"]}], "of": "map-1"},
        {"of": "map-1"},
        {"box": [0, 0, 1, 1], "lasso": [[0, 0], [1, 0], [0, 1]]},
        {"box": [0, 0, 1, 1], "on": "map-1"},
    ],
)
def test_a_malformed_map_of_a_shape_is_a_sentence(term):
    with pytest.raises(
        UserError, match=r"This selection cannot be read, .*make it again on the map"
    ):
        normalise({"all_of": [term]})


def test_a_lasso_of_another_map_is_refused_but_names_are_not(make_table):
    table = make_table(map_id="map-2")
    with pytest.raises(UserError, match="computed anew"):
        evaluate({"map": "map-1", "all_of": [{"not": {"box": [0, 0, 1, 1]}}]}, table)
    named = {"map": "map-1", "all_of": [{"performer": ["Erhu A"]}]}
    assert len(evaluate(named, table)) > 0


def test_a_recipe_of_another_map_that_is_there_is_read_on_that_map(make_table):
    here, there = make_table(map_id="here"), make_table(map_id="there")
    there = replace(there, positions=there.positions[::-1].copy())
    recipe = {"map": "there", "all_of": [{"not": {"box": [-5, -4, 3, 6]}}]}
    rows = evaluate(recipe, here, tables={"there": there}.get)
    assert np.array_equal(rows, evaluate(recipe, there))
    assert not np.array_equal(rows, evaluate({**recipe, "map": "here"}, here))


def test_a_dimension_that_does_not_exist_is_refused(make_table):
    with pytest.raises(UserError, match="dim-16"):
        evaluate({"all_of": [{"range": {"dim": 16, "min": 0, "max": 1}}]}, make_table(5))


def test_recipes_that_say_the_same_have_one_digest():
    one = {
        "map": "m",
        "all_of": [
            {"performer": ["B", "A", "A"]},
            {"box": [0, 0, 1, 1]},
            {"range": {"dim": 1, "min": 0, "max": 2}},
            {"title": []},
        ],
    }
    other = {
        "all_of": [
            {"range": {"dim": 1, "ranges": [[0.0, 2.0]]}},
            {"box": [1.0, 1.0, 0.0, 0.0]},
            {"performer": ["A", "B"]},
        ],
        "map": "m",
    }
    assert digest(one) == digest(other) == digest(json.loads(json.dumps(normalise(one))))
    assert digest(one) != digest({**one, "map": "n"})


def test_without_drops_whole_terms_of_the_kinds_named():
    lasso, box = {"lasso": [[0, 0], [1, 0], [0, 1]]}, {"box": [0, 0, 1, 1]}
    erhu = {"instrument": ["Erhu"]}
    recipe = {"map": "m", "all_of": [lasso, erhu, {"any_of": [lasso, box]}, {"not": box}]}
    assert without(recipe, "lasso", "box") == normalise({"map": "m", "all_of": [erhu]})
    assert len(without(recipe, "lasso")["all_of"]) == 3
    assert without(recipe, "title") == normalise(recipe)


NESTED: dict = {"performer": ["A"]}
for _ in range(MAX_DEPTH + 1):
    NESTED = {"not": NESTED}


@pytest.mark.parametrize(
    "recipe",
    [
        None,
        [],
        "all",
        {"rows": [1, 2]},
        {"map": 3},
        {"all_of": {"box": [0, 0, 1, 1]}},
        {"all_of": ["box"]},
        {"all_of": [{}]},
        {"all_of": [{"box": [0, 0, 1, 1], "title": ["a"]}]},
        {"all_of": [{"rows": [1]}]},
        {"all_of": [{"box": [0, 0, 1]}]},
        {"all_of": [{"box": [0, 0, 1, "1"]}]},
        {"all_of": [{"box": [0, 0, 1, float("nan")]}]},
        {"all_of": [{"lasso": [[0, 0], [1, 1]]}]},
        {"all_of": [{"lasso": [[0, 0], [1, 1], [2, True]]}]},
        {"all_of": [{"performer": "Erhu A"}]},
        {"all_of": [{"performer": [1]}]},
        {"all_of": [{"range": {"min": 0, "max": 1}}]},
        {"all_of": [{"range": {"dim": -1, "min": 0, "max": 1}}]},
        {"all_of": [{"range": {"dim": 1, "ranges": []}}]},
        {"all_of": [{"range": {"dim": 1, "ranges": [[0]]}}]},
        {"all_of": [{"cluster": {"of": {"method": "kmeans"}}}]},
        {"all_of": [{"cluster": {"of": {"method": "magic"}, "label": 0}}]},
        {"all_of": [{"cluster": {"of": {"method": "kmeans", "k": -3}, "label": 0}}]},
        {"all_of": [{"cluster": {"of": "kmeans", "label": 0}}]},
        {"all_of": [{"cluster": {"of": {"method": "kmeans"}, "label": "0"}}]},
        {"all_of": [{"any_of": []}]},
        {"all_of": [{"any_of": [{"title": []}]}]},
        {"all_of": [{"not": {"title": []}}]},
        {"all_of": [{"title": ["a"]}] * (MAX_TERMS + 1)},
        {"all_of": [{"recording": 3}]},
        {"all_of": [{"recording": {"start_s": 0}}]},
        {"all_of": [{"recording": {"id": 3, "start_s": "0:10"}}]},
        {"all_of": [{"all_of": []}]},
        {"all_of": [NESTED]},
    ],
)
def test_malformed_recipes_are_refused_in_a_sentence(recipe):
    with pytest.raises(UserError, match=r"^\S.*\.$"):
        normalise(recipe)
