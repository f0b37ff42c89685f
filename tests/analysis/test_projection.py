"""Maps keep neighbourhoods; their coordinates mean nothing and are not tested."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.manifold import trustworthiness
from sklearn.neighbors import KNeighborsClassifier

from analysis import projection
from analysis.projection import project
from errors import UserError


@pytest.mark.parametrize(("method", "accuracy"), [("tsne", 0.95), ("pca", 0.93), ("umap", 0.93)])
def test_iris_flowers_stay_beside_their_kind(method, accuracy):
    data, kinds = load_iris(return_X_y=True)
    positions = project(data, method)
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
    positions = project(rng.normal(size=(n, 16)), method)
    assert positions.shape == (n, 2)
    assert np.isfinite(positions).all()
    assert len(np.unique(positions, axis=0)) == n


@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_equal_segments_have_a_map(rng, method):
    assert np.isfinite(project(np.ones((40, 16)), method)).all()
    few = rng.normal(size=(3, 16))[rng.integers(0, 3, size=60)]
    assert np.isfinite(project(few, method)).all()


def test_segments_on_a_line_have_a_map(rng):
    line = np.outer(rng.normal(size=50), np.ones(16))
    assert np.isfinite(project(line)).all()
    assert np.isfinite(project(rng.normal(size=(50, 1)))).all()


@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_the_same_seed_gives_the_same_map(blobs, method):
    latents, _ = blobs
    assert np.array_equal(project(latents, method, seed=4), project(latents, method, seed=4))


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
    assert np.allclose(np.abs(project(latents, "pca")), np.abs(expected), atol=1e-3)


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
    ],
)
def test_unknown_settings_are_refused_in_a_sentence(settings, sentence):
    with pytest.raises(UserError, match=sentence):
        project(np.ones((10, 16)), **settings)


def test_latents_that_are_not_numbers_are_refused():
    with pytest.raises(UserError, match="not numbers"):
        project(np.full((10, 16), np.nan))
