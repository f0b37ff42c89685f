"""Figures say what the arrays say: nothing dropped, reordered or recoloured on the way."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from analysis.similarity import block_similarity
from figures.encoding import typed_array
from figures.heatmap import EXACT_ROWS, block_size, heatmap_caption, heatmap_figure
from figures.losses import losses_figure
from figures.map import map_figure
from figures.multiples import multiples_figure
from figures.notes import note_map_figure
from figures.palette import Colouring, categorical, stepped_colorscale
from figures.parallel import parallel_figure
from figures.similarity import similarity_figure, similarity_title
from figures.spectrogram import spectrogram_png
from tests.tables import made_table


def decoded(spec: dict[str, str]) -> np.ndarray[Any, Any]:
    """What the browser makes of a typed array."""
    values = np.frombuffer(base64.b64decode(spec["bdata"]), dtype=spec["dtype"])
    if "shape" in spec:
        values = values.reshape([int(length) for length in spec["shape"].split(",")])
    return values


def sentence_in(figure: dict[str, Any]) -> str:
    """What a figure says instead of showing something, without its lines' ends."""
    text: str = figure["layout"]["annotations"][0]["text"]
    return text.replace("<br>", "")


def colour_at(colorscale: list[list[Any]], share: float) -> str:
    """Colour of a stepped scale at a place between 0 and 1."""
    return [colour for place, colour in colorscale if place <= share][-1]


@pytest.fixture
def by_performer() -> Colouring:
    codes, names = made_table().labels("performer")
    return Colouring("performer", codes, names, categorical(len(names)))


@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8", "int16", "int32"])
def test_typed_arrays_come_back_as_they_went(dtype: str) -> None:
    values = np.arange(12).reshape(3, 4).astype(dtype)
    np.testing.assert_array_equal(decoded(typed_array(values)), values)
    np.testing.assert_array_equal(decoded(typed_array(values.T)), values.T)


def test_each_group_gets_its_own_colour_from_a_stepped_scale() -> None:
    colours = categorical(44)
    assert len(set(colours)) == 44
    scale = stepped_colorscale(colours)
    for code, colour in enumerate(colours):
        assert colour_at(scale, (code + 0.5) / len(colours)) == colour


def test_map_has_a_point_a_segment_and_greys_without_removing(by_performer: Colouring) -> None:
    table = made_table()
    figure = map_figure(table, by_performer, np.array([3, 5], dtype=np.int32))
    (points,) = figure["data"]
    np.testing.assert_array_equal(decoded(points["x"]), table.positions[:, 0])
    assert points["selectedpoints"] == [3, 5]
    assert (
        "text" not in points
    )  # named in the browser: texts of 100,000 points were most of the page
    assert map_figure(table, by_performer, None)["data"][0]["selectedpoints"] is None


def test_point_and_polyline_have_the_same_colour(by_performer: Colouring) -> None:
    table = made_table()
    rows = np.array([0, 9, 20, 41], dtype=np.int32)
    marker = map_figure(table, by_performer, None)["data"][0]["marker"]
    line = parallel_figure(table, rows, np.arange(16), by_performer, {})["data"][0]["line"]
    span = line["cmax"] - line["cmin"]
    assert (marker["cmin"], marker["cmax"]) == (line["cmin"], line["cmax"])
    for row, code in zip(rows, decoded(line["color"]), strict=True):
        assert code == decoded(marker["color"])[row]
        colour = colour_at(line["colorscale"], (code - line["cmin"]) / span)
        assert colour == by_performer.colour_of(int(by_performer.codes[row]))


def test_heatmap_scales_each_dimension_over_all_latents(by_performer: Colouring) -> None:
    table = made_table()
    order = np.arange(16)[::-1]
    lowest, highest = table.latents[:, 4].argmin(), table.latents[:, 4].argmax()
    rows = np.array([lowest, 1, highest], dtype=np.int32)
    cells, strip = heatmap_figure(table, rows, order, by_performer)["data"]
    column = cells["x"].index("dim-4")
    shades = decoded(cells["z"])
    assert shades.shape == (3, 16)
    assert shades[0, column] == 0 and shades[2, column] == 255
    np.testing.assert_allclose(decoded(cells["customdata"])[:, column], table.latents[rows, 4])
    np.testing.assert_array_equal(decoded(strip["z"])[:, 0], by_performer.codes[rows] + 1)
    assert len(set(cells["y"])) == 3


def test_very_many_rows_of_the_heatmap_are_exact_means(by_performer: Colouring) -> None:
    table = made_table()
    rows = np.arange(len(table), dtype=np.int32).repeat(EXACT_ROWS // len(table) + 1)
    cells, strip = heatmap_figure(table, rows, np.arange(16), by_performer)["data"]
    size = block_size(len(rows))
    shades = decoded(cells["z"])
    assert len(shades) == -(-len(rows) // size)
    heights = np.diff(decoded(strip["y"])).astype(int)
    groups = decoded(strip["z"])[:, 0].repeat(heights)
    np.testing.assert_array_equal(groups, by_performer.codes[rows] + 1)
    low, high = table.latent_bounds
    for block in (0, 7, len(shades) - 1):
        mean = table.latents[rows[block * size : (block + 1) * size]].mean(axis=0)
        np.testing.assert_allclose(shades[block], 255 * (mean - low) / (high - low), atol=0.51)
    # The axis counts segments: the last block's middle is near the last one.
    assert abs(cells["y0"] + cells["dy"] * (len(shades) - 1) - len(rows)) <= size
    assert heatmap_caption(len(rows)) == f"Means of {size} · red is high"


def test_parallel_axes_keep_order_and_ranges(by_performer: Colouring) -> None:
    table = made_table()
    order = np.array([5, 2, *[d for d in range(16) if d not in (5, 2)]])
    ranges = {2: [(0.0, 0.5)], 5: [(-1.0, 0.0), (0.2, 0.4)]}
    axes = parallel_figure(table, np.arange(4, dtype=np.int32), order, by_performer, ranges)[
        "data"
    ][0]["dimensions"]
    assert [axis["label"] for axis in axes] == [f"dim-{d}" for d in order]
    assert axes[0]["constraintrange"] == [[-1.0, 0.0], [0.2, 0.4]]
    assert axes[1]["constraintrange"] == [0.0, 0.5]
    assert "constraintrange" not in axes[2]


def test_similarity_marks_recordings_and_says_when_cells_are_blocks() -> None:
    table = made_table()
    rows = np.arange(14, dtype=np.int32)
    figure = similarity_figure(table, rows, block_similarity(table.latents[rows]))
    assert decoded(figure["data"][0]["z"]).shape == (14, 14)
    (between,) = figure["layout"]["shapes"]
    assert between["path"] == "M6.5,-0.5V13.5M-0.5,6.5H13.5"
    assert figure["layout"]["meta"]["names"][8] == "Guang Ming Xing 0:10"
    assert similarity_title(14, 14) == "14 × 14"
    assert similarity_title(10_000, 512) == "512 × 512 means"


def test_similarity_names_only_recordings_whose_names_have_room() -> None:
    table = made_table()
    rows = np.arange(9, dtype=np.int32)  # seven segments of one recording, two of the next
    layout = similarity_figure(table, rows, block_similarity(table.latents[rows]))["layout"]
    assert layout["xaxis"]["ticktext"] == ["Mo Li Hua", "Guang…"]
    rows = np.arange(8, dtype=np.int32)
    layout = similarity_figure(table, rows, block_similarity(table.latents[rows]))["layout"]
    assert layout["xaxis"]["ticktext"] == ["Mo Li Hua", ""]


def test_small_maps_leave_a_line_above_each_for_its_name(by_performer: Colouring) -> None:
    layout = multiples_figure(made_table(), by_performer, None)["layout"]
    for place, name in enumerate(layout["annotations"]):
        _, top = layout[f"yaxis{place + 1 if place else ''}"]["domain"]
        assert name["y"] == top
        assert name["yanchor"] == "bottom"


def test_ticks_of_a_loss_stand_where_the_curve_is() -> None:
    for values in ([1.8, 0.9, 0.2], [8.4, 7.6, 6.5]):
        axis = losses_figure({"training": values}, "")["layout"]["yaxis"]
        assert len(axis["tickvals"]) > 3
        assert all(min(values) <= tick <= max(values) for tick in axis["tickvals"])


def test_similarity_of_one_recording_has_a_time_axis() -> None:
    table = made_table()
    rows = np.arange(7, dtype=np.int32)
    layout = similarity_figure(table, rows, block_similarity(table.latents[rows]))["layout"]
    assert layout["xaxis"]["ticktext"][:2] == ["0:00", "0:10"]
    assert layout["shapes"] == []


def test_spectrogram_picture_has_low_frequencies_at_the_bottom() -> None:
    shades = np.zeros((40, 501), dtype=np.uint8)
    shades[:, :100] = 255
    picture = np.asarray(Image.open(io.BytesIO(spectrogram_png(shades))).convert("L"))
    assert picture.shape == (501, 40)
    assert picture[-50:].min() > picture[:300].max()


def test_notes_are_labelled_once_where_instruments_share_a_place() -> None:
    positions = np.array([[0, 0], [0.01, 0], [10, 10], [0, 10]], dtype=np.float32)
    figure = note_map_figure(
        positions, ["La4", "La4", "La4", "Do5"], [1, 2, 3, 4], ["Erhu", "Pipa", "Zheng", "Erhu"]
    )
    labels = [note["text"] for note in figure["layout"]["annotations"]]
    assert labels.count("La4") == 2 and labels.count("Do5") == 1
    assert sum(len(decoded(trace["x"])) for trace in figure["data"]) == 4
