"""Maps keep neighbourhoods; their coordinates mean nothing and are not tested."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.manifold import trustworthiness
from sklearn.neighbors import KNeighborsClassifier

from analysis import projection
from analysis.projection import Projection, project
from errors import UserError


@pytest.mark.parametrize(("method", "accuracy"), [("tsne", 0.95), ("pca", 0.93), ("umap", 0.93)])
def test_iris_flowers_stay_beside_their_kind(method, accuracy):
    data, kinds = load_iris(return_X_y=True)
    positions = project(data, Projection.of(method))
    assert positions.shape == (150, 2)
    assert positions.dtype == np.float32
    assert KNeighborsClassifier(5).fit(positions, kinds).score(positions, kinds) >= accuracy
    assert trustworthiness(data, positions, n_neighbors=5) > 0.95


def test_the_fft_gradient_keeps_neighbourhoods_like_the_tree(blobs, monkeypatch):
    latents, groups = blobs
    monkeypatch.setattr(projection, "FFT_FROM", 10)
    monkeypatch.setattr(projection, "PLAIN_ITERATIONS", 50)
    positions = project(latents)
    assert KNeighborsClassifier(5).fit(positions, groups).score(positions, groups) == 1.0


@pytest.mark.parametrize("method", ["tsne", "pca"])
@pytest.mark.parametrize("n", [0, 1, 2, 3, 5, 7, 8, 9, 12])
def test_any_number_of_segments_has_a_map(rng, method, n):
    positions = project(rng.normal(size=(n, 16)), Projection.of(method))
    assert positions.shape == (n, 2)
    assert np.isfinite(positions).all()
    assert len(np.unique(positions, axis=0)) == n


@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_equal_segments_have_a_map(rng, method):
    projection = Projection.of(method)
    assert np.isfinite(project(np.ones((40, 16)), projection)).all()
    few = rng.normal(size=(3, 16))[rng.integers(0, 3, size=60)]
    assert np.isfinite(project(few, projection)).all()


def test_segments_on_a_line_have_a_map(rng):
    line = np.outer(rng.normal(size=50), np.ones(16))
    assert np.isfinite(project(line)).all()
    assert np.isfinite(project(rng.normal(size=(50, 1)))).all()


@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_the_same_seed_gives_the_same_map(blobs, method):
    latents, _ = blobs
    projection = Projection.of(method, seed=4)
    assert np.array_equal(project(latents, projection), project(latents, projection))


def test_the_order_of_segments_does_not_matter_to_neighbourhoods(rng, blobs):
    latents, groups = blobs
    order = rng.permutation(len(latents))
    positions = project(latents[order])
    assert KNeighborsClassifier(5).fit(positions, groups[order]).score(
        positions, groups[order]
    ) == pytest.approx(1.0)


def test_principal_axes_are_scikit_learns(rng):
    from sklearn.decomposition import PCA

    latents = rng.normal(size=(100, 16)) * np.arange(1, 17)
    expected = PCA(2).fit_transform(latents)
    assert np.allclose(np.abs(project(latents, Projection.of("pca"))), np.abs(expected), atol=1e-3)


def test_progress_rises_to_its_total(blobs):
    seen: list[tuple[int, int, str]] = []
    project(blobs[0], progress=lambda *report: seen.append(report))
    done = [count for count, _, _ in seen]
    assert done == sorted(done)
    assert seen[-1][0] == seen[-1][1]


def test_latents_are_left_as_they_were(blobs):
    latents = blobs[0].copy()
    project(latents)
    assert np.array_equal(latents, blobs[0])


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"method": "magic"}, "no projection"),
        ({"perplexity": 0}, "perplexity must"),
        ({"perplexity": float("nan")}, "perplexity must"),
        ({"method": "umap", "neighbours": 2.5}, "neighbours must be a whole number from 2"),
        ({"method": "umap", "min_distance": 1.5}, "min distance must"),
        ({"method": "umap", "seed": "1"}, "seed must"),
    ],
)
def test_unknown_settings_are_refused_in_a_sentence(settings, sentence):
    with pytest.raises(UserError, match=sentence):
        Projection.of(**settings)


def test_a_projection_has_the_settings_of_its_method_alone():
    assert Projection.of("tsne", perplexity=None, neighbours=4) == Projection.of()
    assert Projection.of("pca", seed=1) == Projection.of("pca", perplexity=5)
    umap = Projection.of("umap", neighbours=30, seed=2, perplexity=0)
    assert umap.settings == {"neighbours": 30, "min_distance": 0.1, "seed": 2}
    assert umap != Projection.of("umap", neighbours=30)
    assert len({umap, Projection.of("umap", seed=2, neighbours=30)}) == 1


def test_sketches_of_tsne_come_nearer_to_the_map(blobs):
    latents, _ = blobs
    seen = []
    positions = project(latents, sketch=seen.append)
    assert len(seen) >= 10
    assert all(sketch.shape == positions.shape for sketch in seen)
    early, late = (trustworthiness(latents, seen[at], n_neighbors=10) for at in (0, -1))
    final = trustworthiness(latents, positions, n_neighbors=10)
    assert early < late == pytest.approx(final, abs=1e-3)


def test_settings_of_umap_change_its_map_and_its_epochs_are_told(blobs):
    latents, _ = blobs
    told: list[tuple[int, int, str]] = []
    close = project(latents, Projection.of("umap", min_distance=0.0), lambda *now: told.append(now))
    loose = project(latents, Projection.of("umap", min_distance=0.9))

    def nearest(positions):
        distances = np.linalg.norm(positions[:, None] - positions, axis=2) / positions.std()
        return np.median(np.sort(distances, axis=1)[:, 1])

    assert nearest(close) < 0.7 * nearest(loose)
    assert {done for done, total, _ in told if total == 500} >= {0, 500}


def test_latents_that_are_not_numbers_are_refused():
    with pytest.raises(UserError, match="not numbers"):
        project(np.full((10, 16), np.nan))
