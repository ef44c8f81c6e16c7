"""The M-step of every family against a minimiser that knows nothing of it."""

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.optimize import minimize

from mogul.family import FAMILIES, Symmetry
from mogul.statistics import Floor, FullMoments, Spread, Statistics

FAMILY = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)


def _scatters(rng, n_components, n_features):
    """Return (counts, scatters) of components of unlike volumes, shapes and orientations."""
    counts = rng.uniform(20, 60, n_components)
    factors = rng.standard_normal((n_components, n_features, 3 * n_features))
    factors *= np.exp(rng.standard_normal((n_components, n_features, 1)) / 2)
    factors = (np.eye(n_features) + 0.3 * rng.standard_normal((n_components, n_features, n_features))) @ factors
    return counts, factors @ factors.swapaxes(1, 2) * (counts / (3 * n_features))[:, None, None]


def _statistics(counts, scatter, family):
    zeros = np.zeros(scatter.shape[:2])
    return Statistics(0.0, counts, zeros, family.moments.of_full(scatter), zeros, family.moments)


def _loss(counts, scatter, covariances):
    traces = np.trace(np.linalg.solve(covariances, scatter), axis1=1, axis2=2)
    return float(counts @ np.linalg.slogdet(covariances)[1] + traces.sum())


def _skew(angles, n_features):
    matrix = np.zeros((n_features, n_features))
    matrix[np.triu_indices(n_features, 1)] = angles
    return matrix - matrix.T


class _Parameters:
    """The covariances of a family as a function of a vector, by its three letters alone."""

    def __init__(self, name, n_components, n_features):
        k, d = n_components, n_features
        sizes = [
            {"E": 1, "V": k}[name[0]],
            {"I": 0, "E": d - 1, "V": k * (d - 1)}[name[1]],
            {"I": 0, "E": d * (d - 1) // 2, "V": k * d * (d - 1) // 2}[name[2]],
        ]
        self.name, self.n_components, self.n_features = name, k, d
        self.size, self.edges = sum(sizes), np.cumsum(sizes)[:2]

    def covariances(self, vector):
        k, d = self.n_components, self.n_features
        # Far from the minimum a minimiser may try anything.
        volumes, shapes, angles = np.split(np.clip(vector, -12, 12), self.edges)
        logs = np.zeros((k, d))
        if self.name[1] != "I":
            logs[:, :-1] = shapes.reshape(k if self.name[1] == "V" else 1, d - 1)
            logs[:, -1] = -logs[:, :-1].sum(axis=1)
        axes = (
            [np.eye(d)]
            if self.name[2] == "I" or d == 1
            else [expm(_skew(a, d)) for a in np.reshape(angles, (-1, d * (d - 1) // 2))]
        )
        axes = np.broadcast_to(np.array(axes), (k, d, d))
        return (axes * np.exp(volumes.reshape(-1, 1) + logs)[:, None, :]) @ axes.swapaxes(1, 2)


@FAMILY
@pytest.mark.parametrize(("n_components", "n_features"), [(3, 2), (2, 3), (3, 1)])
def test_no_minimiser_finds_less(family, n_components, n_features):
    rng = np.random.default_rng([n_components, n_features])
    counts, scatter = _scatters(rng, n_components, n_features)
    found = _loss(counts, scatter, family.covariances(_statistics(counts, scatter, family), None).dense())
    parameters = _Parameters(family.name, n_components, n_features)
    assert parameters.size == family.n_parameters(n_components, n_features)
    reached = [
        minimize(lambda vector: _loss(counts, scatter, parameters.covariances(vector)), start, method="BFGS").fun
        for start in rng.standard_normal((3, parameters.size))
    ]
    # BFGS with differences for a gradient ends within 1e-6 or so, and may end in another local minimum.
    assert found <= min(reached) + 1e-9 * abs(found)
    assert found == pytest.approx(min(reached), abs=1e-5)


def _floor(family, matrix, level):
    """Return a floor that is `level` times the matrix, or its least direction."""
    spread = Spread.of_covariance(level * 2.0**30 * matrix, np.zeros(len(matrix)))
    return Floor(spread, is_round=family.symmetry is Symmetry.ROTATION)


@FAMILY
@pytest.mark.parametrize("level", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_with_a_floor_no_allowed_covariances_are_better(family, level, seed):
    """Whatever the family gives for other statistics under the same floor is allowed, so it must not be better."""
    rng = np.random.default_rng(seed)
    counts, scatter = _scatters(rng, 3, 3)
    floor = _floor(family, scatter.sum(axis=0) / counts.sum(), level)

    def m_step(scatter):
        return family.covariances(_statistics(counts, scatter, family), None, floor).dense()

    best = m_step(scatter)
    loss = _loss(counts, scatter, best)
    free = _loss(counts, scatter, family.covariances(_statistics(counts, scatter, family), None).dense())
    assert loss >= free - 1e-9 * abs(free)
    if family.moments == FullMoments() or family.name == "EEE":
        assert np.linalg.eigvalsh(best - floor.matrix).min() >= -1e-9 * np.abs(best).max()
    for size in (0.3, 0.03, 0.003):
        for _ in range(20):
            other = m_step(scatter + size * counts[:, None, None] * np.cov(rng.standard_normal((3, 9))))
            assert _loss(counts, scatter, other) >= loss - 1e-10 * abs(loss)
    for share in (1.0, 1.03, 1.3):
        assert _loss(counts, scatter, share * best) >= loss - 1e-10 * abs(loss)


@pytest.mark.parametrize(
    "name", ["EII", "VII", "EEI", "VEI", "EVI", "VVI", "EEE", "VEE", "EVE", "VVE", "EEV", "VEV", "EVV"]
)
@pytest.mark.parametrize("level", [0.05, 0.5, 2.0])
def test_with_a_floor_no_minimiser_finds_less(name, level):
    rng = np.random.default_rng(int(100 * level))
    family = FAMILIES[name]
    counts, scatter = _scatters(rng, 2, 2)
    floor = _floor(family, scatter.sum(axis=0) / counts.sum(), level)
    best = family.covariances(_statistics(counts, scatter, family), None, floor).dense()
    found = _loss(counts, scatter, best)
    parameters = _Parameters(name, 2, 2)

    def slack(vector):
        covariances = parameters.covariances(vector)
        if name[1:] == "II":
            return covariances[:, 0, 0] / floor.mean_variance - 1
        if name[2] == "I":
            return (np.einsum("kii->ki", covariances) / floor.variances - 1).ravel()
        # Trace and determinant of what is above the floor say whether it is positive in two dimensions.
        relative = floor.relative(covariances) - np.eye(2)
        return np.concatenate([np.linalg.det(relative), np.einsum("kii->k", relative)])

    reached = []
    for start in rng.standard_normal((4, parameters.size)):
        start[: parameters.edges[0]] += 1.0
        given = {
            "method": "SLSQP",
            "constraints": {"type": "ineq", "fun": slack},
            "options": {"maxiter": 300, "ftol": 1e-12},
        }
        run = minimize(lambda vector: _loss(counts, scatter, parameters.covariances(vector)), start, **given)
        if slack(run.x).min() > -1e-7:
            reached.append(run.fun)
    assert reached
    assert found <= min(reached) + 1e-5
    assert found == pytest.approx(min(reached), abs=1e-3)
