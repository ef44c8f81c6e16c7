"""Seeds in rounds: far apart, distinct, and as many as there are rows for."""

import numpy as np
import pytest

from mogul.start import StartSample, quick_partition


def sample_of(rows):
    rows = np.asarray(rows, dtype=float)
    return StartSample(np.eye(rows.shape[1]), rows, np.ones(len(rows)), rows)


@pytest.mark.parametrize("n_components", [1, 2, 7, 300])
def test_every_component_has_rows(n_components):
    sample = sample_of(np.random.default_rng(0).normal(size=(1000, 3)))
    labels = quick_partition(sample, n_components, np.random.default_rng(1))
    assert set(labels) == set(range(n_components))


def test_groups_that_lie_apart_are_nearly_all_found():
    rng = np.random.default_rng(0)
    centres = 1000 * rng.random((600, 2))
    sample = sample_of(np.repeat(centres, 10, axis=0) + 0.01 * rng.normal(size=(6000, 2)))
    labels = quick_partition(sample, 600, rng)
    alone = [len(set(labels[10 * k : 10 * k + 10])) == 1 for k in range(600)]
    firsts = labels[::10][np.array(alone)]
    assert len(set(firsts)) > 0.85 * 600


def test_fewer_distinct_rows_than_components_leave_the_rest_empty():
    sample = sample_of([[0.0], [1.0], [5.0]])
    assert len(set(quick_partition(sample, 5, np.random.default_rng(0)))) == 3
