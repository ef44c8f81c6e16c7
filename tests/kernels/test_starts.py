"""Partitions by k-means and the mixtures they imply: kernel == reference."""

import numpy as np
import pytest

from mogul._kernels import reference

FLOORS = {"full": (5, 5), "tied": (5, 5), "diagonal": (5,), "spherical": ()}


@pytest.fixture(params=[1, 2, 7, 33, 1025])
def rows(request):
    return np.random.default_rng(0).normal(size=(request.param, 5))


def draws(n_partitions, n_centres, n_trials, seed=0):
    return np.random.default_rng(seed).random((n_partitions, 1 + (n_centres - 1) * n_trials))


@pytest.mark.parametrize("n_centres", [1, 2, 6])
@pytest.mark.parametrize("n_trials", [1, 3])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_partitions_are_those_of_the_reference(core, rows, n_centres, n_trials, dtype):
    rows = rows.astype(dtype)
    row_weights = np.random.default_rng(1).random(len(rows)) + 0.1
    given = rows, row_weights, n_centres, draws(6, n_centres, n_trials), np.array([0, 1, 2, 3, 30, 100])
    expected = reference.kmeans(*given)
    for n_threads in (1, 4):
        np.testing.assert_array_equal(core.kmeans(*given, n_threads=n_threads), expected)


def test_parts_are_numbered_by_their_first_rows(core):
    rows = np.random.default_rng(0).normal(size=(200, 2))
    for labels in core.kmeans(rows, np.ones(200), 5, draws(10, 5, 2), np.full(10, 20)):
        _, first = np.unique(labels, return_index=True)
        assert (np.diff(first) > 0).all()


def test_k_means_finds_groups_that_are_far_apart(core):
    truth = np.arange(300) % 4
    rows = 1000.0 * truth[:, None] + np.random.default_rng(0).normal(size=(300, 3))
    for labels in core.kmeans(rows, np.ones(300), 4, draws(20, 4, 3), np.full(20, 30)):
        np.testing.assert_array_equal(labels, truth)


def test_seeds_are_far_apart_and_weighted(core):
    truth = np.arange(300) % 4
    rows = 1000.0 * truth[:, None] + np.random.default_rng(0).normal(size=(300, 3))
    for labels in core.kmeans(rows, np.ones(300), 4, draws(20, 4, 3), np.zeros(20, dtype=np.int64)):
        np.testing.assert_array_equal(labels, truth)
    heavy = np.where(np.arange(300) == 17, 1e9, 1.0)
    chosen = [reference._seeds(rows, heavy, 1, numbers) for numbers in draws(10, 1, 1)]
    np.testing.assert_array_equal(chosen, np.full((10, 1), 17))


def test_more_rounds_never_raise_the_distances(core):
    points = np.random.default_rng(0).normal(size=(300, 2))

    def loss(n_rounds):
        labels = core.kmeans(points, np.ones(300), 5, draws(1, 5, 2), np.array([n_rounds]))[0]
        means = np.array([points[labels == k].mean(axis=0) for k in range(5)])
        return ((points - means[labels]) ** 2).sum()

    losses = [loss(n) for n in range(1, 12)]
    assert losses == sorted(losses, reverse=True)


def test_a_centre_that_lost_its_rows_moves_to_the_farthest_row():
    points = np.r_[np.zeros((10, 1)), np.ones((10, 1)), [[50.0]]]
    labels = reference._lloyd(points, np.ones(21), np.array([[0.0], [1.0], [-1e3]]), 20)
    assert len(set(labels.tolist())) == 3
    assert (labels == labels[-1]).sum() == 1


def test_rows_that_are_all_equal_make_one_part(core):
    given = np.ones((9, 2)), np.ones(9), 3, draws(2, 3, 2), np.array([0, 9])
    np.testing.assert_array_equal(core.kmeans(*given), np.zeros((2, 9)))
    np.testing.assert_array_equal(reference.kmeans(*given), np.zeros((2, 9)))


@pytest.mark.parametrize(
    ("name", "value"),
    [("rows", np.empty((0, 2))), ("row_weights", np.ones(8)), ("uniform", np.ones((2, 1))), ("n_centres", 0)],
)
def test_arguments_that_make_no_sense_are_refused(core, name, value):
    arguments = {"rows": np.ones((9, 2)), "row_weights": np.ones(9), "n_centres": 3}
    arguments |= {"uniform": draws(2, 3, 1), "n_rounds": np.array([0, 1]), name: value}
    with pytest.raises(ValueError, match="Expected"):
        core.kmeans(**arguments)


@pytest.mark.parametrize("rows_worth", [0.0, 6.0, 1000.0])
@pytest.mark.parametrize("floor", [None, 0.01, 0.9])
@pytest.mark.parametrize("widening", [0.0, 0.1])
def test_mixtures_are_those_of_the_reference(core, form, assert_close, rows, rows_worth, floor, widening):
    rng = np.random.default_rng(2)
    labels = np.sort(rng.integers(3, size=(8, len(rows))))
    if floor is not None:
        floor = np.multiply(floor, np.eye(5) if len(FLOORS[form]) == 2 else np.ones(FLOORS[form]))[None]
    given = rows, rng.random(len(rows)) + 0.1, labels, 3, np.array([rows_worth]), floor, widening
    expected = getattr(reference, f"partitioned_{form}")(*given)
    for n_threads in (1, 3):
        actual = getattr(core, f"partitioned_{form}")(*given, n_threads=n_threads)
        np.testing.assert_array_equal(actual[3], expected[3])
        made = expected[3] > 0
        assert_close([part[made] for part in actual[:3]], [part[made] for part in expected[:3]])


def test_a_part_without_rows_makes_no_mixture(core, form):
    rows = np.random.default_rng(0).normal(size=(30, 5))
    labels = np.array([np.arange(30) % 3, np.arange(30) % 2, np.zeros(30, dtype=int)])
    assert getattr(core, f"partitioned_{form}")(rows, np.ones(30), labels, 3, np.array([6.0]))[3].tolist() == [1, 0, 0]


@pytest.mark.parametrize("label", [-1, 3])
def test_labels_beyond_the_components_are_refused(core, form, label):
    labels = np.full((1, 9), label)
    with pytest.raises(ValueError, match="Expected labels"):
        getattr(core, f"partitioned_{form}")(np.ones((9, 5)), np.ones(9), labels, 3, np.array([6.0]))


def test_parts_of_the_rows_are_as_each_by_itself(core, form, assert_same_bits):
    rng = np.random.default_rng(3)
    offsets = np.array([0, 7, 7, 40, 300])
    rows, row_weights, uniform = rng.normal(size=(300, 5)), rng.random(300) + 0.1, draws(4, 3, 2)
    n_rounds, worth = np.array([1, 30, 30, 2]), np.array([1.0, 2.0, 3.0, 4.0])
    floors = np.array([1.0, 2.0, 3.0, 4.0]).reshape(-1, *(1,) * len(FLOORS[form])) * 1e-3
    floors = floors * (np.eye(5) if len(FLOORS[form]) == 2 else np.ones(FLOORS[form]))
    partitioned = getattr(core, f"partitioned_{form}")
    for kernels in (core, reference):
        labels = kernels.kmeans(rows, row_weights, 3, uniform, n_rounds, offsets)
        assert labels.shape == (1, 300)
        whole = getattr(kernels, f"partitioned_{form}")(rows, row_weights, labels, 3, worth, floors, 0.0, offsets)
        assert whole[3][1] == 0
        for c in (0, 2, 3):
            part = slice(offsets[c], offsets[c + 1])
            own = rows[part], row_weights[part]
            alone = core.kmeans(*own, 3, uniform[c : c + 1], n_rounds[c : c + 1])
            np.testing.assert_array_equal(labels[:, part], alone)
            mixture = partitioned(*own, alone, 3, worth[c : c + 1], floors[c : c + 1])
            if kernels is core:
                assert_same_bits([array[c] for array in whole], [array[0] for array in mixture])
    for threads in (2, 5):
        assert_same_bits([core.kmeans(rows, row_weights, 3, uniform, n_rounds, offsets, threads)], [labels])
