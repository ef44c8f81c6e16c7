"""Laws of the algebra of mixtures: what density, conditional, map, sum and product owe to each other."""

import numpy as np

import mogul
from mogul.testing import random_mixture

# Log-densities are sums of some D^2 terms of size up to a few hundred, worked out in two ways.
CLOSE = {"rtol": 1e-9, "atol": 1e-9}


def mixture_of(case, purpose=10, n_features=None):
    rng = case.rng(purpose)
    return random_mixture(rng, case.n_components, n_features or case.n_features, case.covariance_type)


def rows_around(mixture, rng, n_rows=20):
    return mixture.mean() + 2 * mixture.standard_deviation() * rng.standard_normal((n_rows, mixture.n_features))


def grid(*mixtures, n_nodes=4001):
    """Return nodes (N,) and their distance, with all of one-dimensional mixtures between them.

    The trapezoidal rule is exact to rounding for Gaussians of many nodes a standard deviation.
    """
    reach = max(np.abs(m.means).max() + 12 * np.sqrt(m.covariances.dense().max()) for m in mixtures)
    nodes = np.linspace(-reach, reach, n_nodes)
    return nodes, nodes[1] - nodes[0]


def parts_of(case, mixture):
    """Return some features and the others, both in random order; there are two features at least."""
    order = case.rng(11).permutation(mixture.n_features).tolist()
    n_known = int(case.rng(12).integers(1, mixture.n_features))
    return order[:n_known], sorted(order[n_known:])


def test_joint_is_marginal_times_conditional(case):
    mixture = mixture_of(case, n_features=case.n_features + 1)
    rows = rows_around(mixture, case.rng(13))
    known, free = parts_of(case, mixture)
    marginal = mixture.marginal(known).logpdf(rows[:, known])
    batch = mixture.conditionals(known, rows[:, known])
    np.testing.assert_allclose(marginal + batch.logpdf(rows[:, free]), mixture.logpdf(rows), **CLOSE)
    one = mixture.condition({feature: rows[3, feature] for feature in known})
    value = rows[3, free] if len(free) > 1 else rows[3, free[0]]
    np.testing.assert_allclose(marginal[3] + one.logpdf(value), mixture.logpdf(rows[3:4])[0], **CLOSE)


def test_total_probability(case):
    """p(y) = integral p(x) p(y | x) dx, over one known feature x."""
    mixture = mixture_of(case, n_features=2 + case.number % 2)
    known, *free = case.rng(11).permutation(mixture.n_features).tolist()
    free = sorted(free)
    marginal = mixture.marginal([known])
    nodes, step = grid(marginal)
    point = rows_around(mixture, case.rng(13), 1)[0, free]
    batch = mixture.conditionals([known], nodes[:, None])
    total = step * marginal.pdf(nodes) @ batch.pdf(np.tile(point, (len(nodes), 1)))
    wanted = mixture.marginal(free).pdf(point[None])[0]
    np.testing.assert_allclose(total, wanted, rtol=1e-9)
    # E[y] = E[E[y | x]], and Var(y) = E[Var(y | x)] + Var(E[y | x]).
    density, means = step * marginal.pdf(nodes), batch.mean()
    np.testing.assert_allclose(density @ means, mixture.mean()[free], atol=1e-9)
    away = means - mixture.mean()[free]
    spread = np.einsum("n,nij->ij", density, batch.covariance()) + (density[:, None] * away).T @ away
    np.testing.assert_allclose(spread, mixture.covariance()[np.ix_(free, free)], rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(batch.variance(), np.einsum("nii->ni", batch.covariance()), rtol=1e-11)


def test_a_map_moves_density_mean_and_covariance(case):
    mixture, rng = mixture_of(case), case.rng(14)
    matrix, offset = rng.standard_normal((case.n_features, case.n_features)), rng.standard_normal(case.n_features)
    rows = rows_around(mixture, rng)
    moved = mixture.transform(matrix, offset)
    # As many digits are lost as the matrix has between its longest and its shortest axis.
    rtol = 1e-13 * np.linalg.cond(matrix) ** 2 + 1e-9
    change = np.log(abs(np.linalg.det(matrix)))
    np.testing.assert_allclose(
        moved.logpdf(rows @ matrix.T + offset) + change, mixture.logpdf(rows), rtol=rtol, atol=rtol
    )
    np.testing.assert_allclose(moved.mean(), matrix @ mixture.mean() + offset, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(moved.covariance(), matrix @ mixture.covariance() @ matrix.T, rtol=1e-9, atol=1e-9)


def test_marginal_of_a_map_is_the_map_by_some_rows(case):
    mixture, rng = mixture_of(case), case.rng(14)
    matrix, offset = rng.standard_normal((case.n_features, case.n_features)), rng.standard_normal(case.n_features)
    chosen = rng.permutation(case.n_features)[: rng.integers(1, case.n_features + 1)].tolist()
    long_way = mixture.transform(matrix, offset).marginal(chosen)
    short_way = mixture.transform(matrix[chosen], offset[chosen])
    np.testing.assert_allclose(short_way.means, long_way.means, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(short_way.covariances.dense(), long_way.covariances.dense(), rtol=1e-9, atol=1e-9)


def test_a_sum_multiplies_characteristic_functions(case):
    one, other, rng = mixture_of(case), mixture_of(case, 15), case.rng(16)
    total = mogul.convolve(one, other)
    t = rng.standard_normal((20, case.n_features)) / case.n_features
    np.testing.assert_allclose(total.cf(t), one.cf(t) * other.cf(t), rtol=0, atol=1e-13)
    np.testing.assert_allclose(total.logmgf(t), one.logmgf(t) + other.logmgf(t), rtol=1e-11, atol=1e-11)


def test_a_sum_has_the_density_that_quadrature_finds(case):
    one, other = mixture_of(case, n_features=1), mixture_of(case, 15, n_features=1)
    total = mogul.convolve(one, other)
    nodes, step = grid(one, other)
    for point in rows_around(total, case.rng(16), 5)[:, 0]:
        found = step * one.pdf(nodes) @ other.pdf(point - nodes)
        np.testing.assert_allclose(total.pdf(point), found, rtol=1e-9, atol=1e-14)


def test_a_product_is_the_product_of_densities(case):
    one, other = mixture_of(case), mixture_of(case, 15)
    both, log_normaliser = mogul.product(one, other)
    rows = rows_around(both, case.rng(16))
    np.testing.assert_allclose(both.logpdf(rows) + log_normaliser, one.logpdf(rows) + other.logpdf(rows), **CLOSE)


def test_the_normaliser_of_a_product_is_what_quadrature_finds(case):
    one, other = mixture_of(case, n_features=1), mixture_of(case, 15, n_features=1)
    nodes, step = grid(one, other)
    found = step * one.pdf(nodes) @ other.pdf(nodes)
    np.testing.assert_allclose(np.exp(mogul.product(one, other)[1]), found, rtol=1e-9)


def test_a_mixture_of_mixtures_has_the_mean_of_their_densities(case):
    parts, rng = [mixture_of(case), mixture_of(case, 15)], case.rng(16)
    shares = rng.dirichlet([2.0, 2.0])
    rows = rows_around(parts[0], rng)
    mixed = mogul.mix(parts, shares)
    np.testing.assert_allclose(
        mixed.pdf(rows), shares[0] * parts[0].pdf(rows) + shares[1] * parts[1].pdf(rows), rtol=1e-9
    )


def test_splitting_keeps_mean_and_covariance(case):
    mixture, rng = mixture_of(case), case.rng(17)
    component, spread = int(rng.integers(case.n_components)), rng.uniform(0.1, 0.95)
    halves = mixture.split(component, spread=spread)
    assert halves.n_components == case.n_components + 1
    np.testing.assert_allclose(halves.mean(), mixture.mean(), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(halves.covariance(), mixture.covariance(), rtol=1e-11, atol=1e-11)


def test_moments_are_those_of_many_draws(case):
    """Within six standard errors, which moments of twice the order tell."""
    mixture, rng = mixture_of(case), case.rng(18)
    n_draws = 20_000
    draws = mixture.sample(n_draws, rng=rng)
    for kind, values in (("raw", draws), ("central", draws - mixture.mean())):
        for order in (1, 2, 3, 4):
            moment, second = mixture.moment(order, kind), mixture.moment(2 * order, kind)
            error = np.sqrt((second - moment**2) / n_draws)
            assert (np.abs((values**order).mean(axis=0) - moment) < 6 * error).all(), (kind, order)
        powers = rng.integers(0, 3, case.n_features)
        moment, second = mixture.moment(powers, kind), mixture.moment(2 * powers, kind)
        error = np.sqrt(max(second - moment**2, 0.0) / n_draws)
        assert abs((values**powers).prod(axis=1).mean() - moment) <= 6 * error + 1e-12


def test_conditional_quantiles_have_their_probabilities(case):
    mixture = mixture_of(case, n_features=case.n_features + 1)
    known, _ = parts_of(case, mixture)
    batch = mixture.conditionals(known, rows_around(mixture, case.rng(13), 5)[:, known])
    for probability in (1e-12, 0.025, 0.5, 0.9):
        np.testing.assert_allclose(batch.cdf(batch.quantiles(probability)), probability, rtol=1e-11)
