"""The numbers said about a clustering."""

import numpy as np
import pytest
from sklearn.metrics import silhouette_score

from analysis import agreement
from analysis.agreement import label_agreement, silhouette, summarise


def test_a_clustering_equal_to_the_performers_agrees_wholly(rng, blobs):
    latents, groups = blobs
    summary = summarise(groups, latents, 2 - groups, rng.integers(0, 2, len(groups)), groups)
    assert summary.sizes == (60, 40, 20)
    assert summary.noise == 0
    assert summary.ari_performer == 1.0
    assert summary.nmi_performer == pytest.approx(1.0)
    assert abs(summary.ari_instrument or 0) < 0.1
    assert summary.ari_title == summary.nmi_title == 1.0
    assert summary.silhouette == pytest.approx(silhouette_score(latents, groups))
    assert summary.silhouette_sample is None


def test_noise_lowers_agreement_and_is_left_out_of_the_silhouette(blobs):
    latents, groups = blobs
    labels = groups.copy()
    labels[:30] = -1
    summary = summarise(labels, latents, groups, groups, groups)
    assert summary.noise == 30
    assert summary.sizes == tuple(np.bincount(groups[30:]))
    assert 0 < (summary.ari_performer or 0) < 1
    assert summary.silhouette == pytest.approx(silhouette_score(latents[30:], groups[30:]))


def test_one_label_alone_is_nothing_to_agree_with(blobs):
    latents, groups = blobs
    summary = summarise(groups, latents, np.zeros_like(groups), groups, groups)
    assert summary.ari_performer is None
    assert summary.nmi_performer is None
    assert label_agreement([], []) == (None, None)


@pytest.mark.parametrize("labels", [[0, 0, 0, 0], [0, 1, 2, 3], [-1, -1, -1, -1]])
def test_one_cluster_or_as_many_as_segments_have_no_silhouette(rng, labels):
    summary = summarise(labels, rng.normal(size=(4, 16)), [0, 1, 0, 1], [0, 0, 1, 1], [0, 1, 1, 0])
    assert summary.silhouette is None


def test_a_sampled_silhouette_says_so_and_is_close(blobs, monkeypatch):
    latents, groups = blobs
    monkeypatch.setattr(agreement, "SILHOUETTE_LIMIT", 100)
    summary = summarise(groups, latents, groups, groups, groups, seed=1)
    assert summary.silhouette_sample == 100
    assert summary.silhouette == pytest.approx(silhouette_score(latents, groups), abs=0.02)
    assert summary == summarise(groups, latents, groups, groups, groups, seed=1)


def test_the_limit_itself_is_not_sampled(blobs):
    latents, groups = blobs
    assert silhouette(groups, latents, limit=len(groups))[1] is None
