"""Regression by mixtures: against linear regression, and against the mixture that was fitted."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

import mogul
from mogul.errors import DataTypeError, ParameterError, ShapeError, TooFewRowsError


@pytest.fixture
def rows():
    return np.random.default_rng(0).standard_normal((300, 3))


@pytest.fixture
def outputs(rows):
    noise = np.random.default_rng(1).standard_normal((300, 2))
    return rows @ np.array([[1.0, -2.0], [0.0, 3.0], [0.5, 1.0]]) + [1.0, 2.0] + 0.1 * noise


def test_one_component_is_linear_regression(rows, outputs):
    weights = np.random.default_rng(2).uniform(0, 2, 300)
    ours = mogul.MixtureRegressor().fit(rows, outputs, sample_weight=weights)
    theirs = LinearRegression().fit(rows, outputs, sample_weight=weights)
    np.testing.assert_allclose(ours.predict(rows), theirs.predict(rows), rtol=1e-9, atol=1e-9)
    _, deviation = ours.predict(rows, return_std=True)
    residual = outputs - theirs.predict(rows)
    wanted = np.sqrt(np.average(residual**2, axis=0, weights=weights))
    np.testing.assert_allclose(deviation, np.tile(wanted, (300, 1)), rtol=1e-8)
    assert ours.score(rows, outputs) == pytest.approx(theirs.score(rows, outputs), rel=1e-10)


def test_everything_is_that_of_the_mixture(rows, outputs):
    model = mogul.MixtureRegressor(2, random_state=0).fit(rows, outputs)
    given = model.mixture_.conditionals([0, 1, 2], rows[:5])
    np.testing.assert_array_equal(model.predict(rows[:5]), given.mean())
    np.testing.assert_array_equal(model.predict_quantiles(rows[:5], 0.3), given.quantiles(0.3))
    assert model.predict_quantiles(rows[:5]).shape == (3, 5, 2)
    np.testing.assert_array_equal(model.logpdf(rows[:5], outputs[:5]), given.logpdf(outputs[:5]))
    np.testing.assert_array_equal(model.conditional(rows[:5]).weights, given.weights)
    assert (model.n_outputs_, model.n_features_in_, model.mixture_.n_features) == (2, 3, 5)


def test_outputs_come_in_the_shape_of_y(rows, outputs):
    flat = mogul.MixtureRegressor().fit(rows, outputs[:, 0])
    assert flat.predict(rows).shape == (300,)
    assert flat.predict(rows, return_std=True)[1].shape == (300,)
    assert flat.predict_quantiles(rows, [0.1, 0.9]).shape == (2, 300)
    assert flat.predict_quantiles(rows, 0.1).shape == (300,)
    assert flat.sample_y(rows, 4).shape == (300, 4)
    assert flat.logpdf(rows, outputs[:, 0]).shape == (300,)
    column = mogul.MixtureRegressor().fit(rows, outputs[:, :1])
    assert column.predict(rows).shape == (300, 1)
    assert mogul.MixtureRegressor().fit(rows, outputs).sample_y(rows, 4).shape == (300, 2, 4)


def test_quantiles_hold_their_share_where_the_width_changes():
    """Noise that grows with x, on one side larger: quantiles of new rows must cover."""
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 1, 8000)
    y = x + (0.1 + x) * rng.gumbel(size=8000)
    model = mogul.MixtureRegressor(8, random_state=0, tol=1e-4).fit(x[:4000, None], y[:4000])
    low, high = model.predict_quantiles(x[4000:, None], [0.1, 0.9])
    for part in (x[4000:] < 0.3, x[4000:] > 0.7):
        inside = ((y[4000:] >= low) & (y[4000:] <= high))[part]
        assert abs(inside.mean() - 0.8) < 0.04  # three standard errors of a share, and that of the fit
    draws = model.sample_y(x[4000:, None], 1, random_state=1)[:, 0]
    assert abs(draws.mean() - y[4000:].mean()) < 0.1


def test_draws_are_the_same_for_the_same_seed(rows, outputs):
    model = mogul.MixtureRegressor().fit(rows, outputs)
    np.testing.assert_array_equal(model.sample_y(rows, 5, random_state=3), model.sample_y(rows, 5, random_state=3))
    np.testing.assert_array_equal(
        model.sample_y(rows, 5, random_state=3)[..., :2], model.sample_y(rows, 2, random_state=3)
    )


def test_what_is_refused(rows, outputs):
    model = mogul.MixtureRegressor(2, random_state=0).fit(rows, outputs)
    kept = model.mixture_
    for work, kind, message in [
        (lambda: model.fit(rows, None), DataTypeError, "target y is None"),
        (lambda: model.fit(rows, outputs[:9]), ShapeError, "X has 300 rows, y has 9"),
        (lambda: model.fit(rows, ["a"] * 300), DataTypeError, "finite numbers for y"),
        (lambda: model.fit(rows, np.full(300, np.nan)), DataTypeError, "Input y contains NaN"),
        (lambda: model.fit(rows[:1], outputs[:1]), TooFewRowsError, "1 sample"),
        (lambda: model.logpdf(rows, outputs[:, 0]), ShapeError, "y has 1 columns, but the estimator was fitted to 2"),
        (lambda: model.predict(rows[:, :2]), ShapeError, "2 features"),
        (lambda: model.predict_quantiles(rows, 1.5), ParameterError, "less than 1"),
        (lambda: model.sample_y(rows, 0), ParameterError, "at least 1"),
    ]:
        with pytest.raises(kind, match=message):
            work()
    assert model.mixture_ is kept
    assert model.n_features_in_ == 3
