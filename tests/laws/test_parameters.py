"""The number of parameters that a family claims, wrapped or not, is the rank of its M-step's response to the rows."""

import numpy as np
import pytest

from mogul import ConjugatePrior
from mogul.expectation import expect
from mogul.family import (
    FAMILIES,
    Believing,
    Conditioned,
    EqualWeights,
    Factors,
    FixedCovariances,
    FixedMeans,
    FixedWeights,
    PrincipalFactors,
    SharedCovariances,
    SharedMeans,
)
from mogul.testing import random_mixture, random_rows

N_COMPONENTS, N_FEATURES = 3, 3


def rank_of_response(family, start, rows, rng, least=1e-5):
    """Return the rank of the response of weights, means and covariances to moves of rows and of their weights."""

    def parameters(rows, row_weights):
        statistics = expect(start, rows, row_weights, family.moments)
        made = family.mixture(statistics, start)
        return np.concatenate([made.weights, made.means.ravel(), made.covariances.dense().ravel()])

    responses = []
    for _ in range(family.n_free(*start.means.shape) + 5):
        step, more = 1e-5 * rng.standard_normal(rows.shape), 1e-5 * rng.standard_normal(len(rows))
        responses.append(parameters(rows + step, 1 + more) - parameters(rows - step, 1 - more))
    values = np.linalg.svd(np.array(responses), compute_uv=False)
    return int((values > least * values[0]).sum())


PRIOR = ConjugatePrior(np.ones(N_FEATURES), 0.5, 6.0, 1.0)
FREE = np.full((N_COMPONENTS, N_FEATURES), np.nan)
MEANS = np.where(np.arange(N_COMPONENTS)[:, None] == 1, 0.5, FREE)
MATRICES = np.where(np.arange(N_COMPONENTS)[:, None, None] == 1, np.eye(N_FEATURES), FREE[:, :, None])
WEIGHTS = np.array([np.nan, 0.3, np.nan])
GROUPS = np.array([0, 1, 1])


def _constrained(name, family):
    """Return the family under constraints of each kind."""
    yield f"{name}, fixed", FixedWeights(FixedMeans(FixedCovariances(family, MATRICES), MEANS), WEIGHTS)
    yield f"{name}, shared means", SharedMeans(family, GROUPS)
    if not family.moments.pooled:
        yield f"{name}, shared covariances", SharedCovariances(family, GROUPS)
    if family.averaging is not None:
        yield f"{name}, ratio", Conditioned(family, 1e6)


CASES = {
    **FAMILIES,
    **{f"{name}, equal weights": EqualWeights(family) for name, family in FAMILIES.items()},
    **{key: each for name, family in FAMILIES.items() for key, each in _constrained(name, family)},
    **{f"{name}, prior": Believing(f, PRIOR) for name, f in FAMILIES.items() if f.conjugacy is not None},
}


@pytest.mark.parametrize("which", CASES)
def test_the_number_of_free_parameters_is_the_rank(which):
    rng = np.random.default_rng(5)
    start = random_mixture(rng, N_COMPONENTS, N_FEATURES, separation=1.0)
    rows, _ = random_rows(rng, start, 60)
    family = CASES[which]
    assert rank_of_response(family, start, rows, rng) == family.n_free(N_COMPONENTS, N_FEATURES)


@pytest.mark.parametrize(("n_features", "n_factors"), [(4, 1), (5, 1), (5, 2), (4, 3)])
@pytest.mark.parametrize("kind", [Factors, PrincipalFactors])
def test_the_number_of_parameters_of_factors_is_the_rank(kind, n_features, n_factors):
    rng = np.random.default_rng(6)
    start = random_mixture(rng, 2, n_features, "factor", separation=1.0)
    rows, _ = random_rows(rng, start, 120)
    family = kind(n_factors)
    # A round or two, so that the factors of the mixture are as many as the family's.
    for _ in range(2):
        start = family.mixture(expect(start, rows, None, family.moments), start)
    rank = rank_of_response(family, start, rows, rng)
    assert rank == family.n_free(2, n_features)
    assert rank == EqualWeights(family).n_free(2, n_features) + 1
