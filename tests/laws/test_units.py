"""Laws 4 to 8: the units and the coordinates of the data mean nothing beyond the symmetry of the family."""

import math

import numpy as np
import pytest

from mogul import DiagonalCovariance, FullCovariance, Mixture, SphericalCovariance, TiedCovariance
from mogul.testing import assert_close, assert_same_mixture, matched, rounding

STARTS = pytest.mark.parametrize("starts", ["given", "default"])


def _fit(case, starts, change):
    if starts == "given":
        return case.em(change(case.rows.astype(float)), case.row_weights, responsibilities=case.responsibilities)
    return case.fit(change(case.separated[0].astype(float)), case.row_weights)


def _reach(mixture):
    return float(np.abs(mixture.means).max() + np.sqrt(np.abs(mixture.covariances.array).max()))


def _mapped(mixture, matrix):
    """Return the mixture of ``matrix @ x``, in the form it has; `matrix` must keep the form."""
    form = mixture.covariances
    factor = (matrix @ matrix.T)[0, 0]
    new = {
        FullCovariance: lambda: FullCovariance(matrix @ form.array @ matrix.T),
        TiedCovariance: lambda: TiedCovariance(matrix @ form.array @ matrix.T),
        DiagonalCovariance: lambda: DiagonalCovariance(form.array * np.diag(matrix) ** 2),
        SphericalCovariance: lambda: SphericalCovariance(form.array * factor),
    }[type(form)]()
    return Mixture(mixture.weights, mixture.means @ matrix.T, new)


@STARTS
def test_translation_translates_the_means_and_nothing_else(case, starts):
    shift = 2.0**20 * case.rng(20).choice([-1, 1], case.n_features)
    plain, moved = _fit(case, starts, lambda rows: rows), _fit(case, starts, lambda rows: rows + shift)
    # Means are stored in the units of the data: to eps * 2^20.
    scale = 2.0**20 + _reach(plain.mixture_)
    here = matched(
        Mixture(moved.mixture_.weights, moved.mixture_.means - shift, moved.mixture_.covariances), plain.mixture_
    )
    assert_close(here.means, plain.mixture_.means, case.n_rows, scale, "means")
    spread = float(np.sqrt(np.abs(plain.mixture_.covariances.array).max()))
    # Differences of rows from means are off by the same, relative to the spread.
    relative = scale / min(1.0, float(np.sqrt(np.linalg.eigvalsh(plain.mixture_.covariances.dense()).min())))
    assert_close(here.weights, plain.mixture_.weights, case.n_rows, relative, "weights")
    assert_close(here.covariances.array, plain.mixture_.covariances.array, case.n_rows, relative * spread**2)
    assert_close(moved.lower_bound_, plain.lower_bound_, case.n_rows, relative)


@STARTS
def test_scaling_of_everything_by_a_power_of_two_is_exact(case, starts):
    power = int(case.rng(21).integers(-60, 60))
    plain, scaled = _fit(case, starts, lambda rows: rows), _fit(case, starts, lambda rows: rows * 2.0**power)
    assert scaled.n_iter_ == plain.n_iter_
    assert_same_mixture(scaled.mixture_, _mapped(plain.mixture_, 2.0**power * np.eye(case.n_features)))
    shift = case.n_features * power * math.log(2.0)
    assert_close(scaled.lower_bound_ + shift, plain.lower_bound_, case.n_rows, abs(shift) + abs(plain.lower_bound_))


@STARTS
def test_scaling_of_columns_by_powers_of_two_is_exact(case, starts):
    if case.covariance_type in ("tied", "spherical"):
        # The law is about VVV and VVI. The case before has one of these, and gets other powers here.
        case = type(case)(case.number - 1)
    powers = case.rng(22).integers(-30, 30, case.n_features)
    plain, scaled = _fit(case, starts, lambda rows: rows), _fit(case, starts, lambda rows: np.ldexp(rows, powers))
    assert scaled.n_iter_ == plain.n_iter_
    assert_same_mixture(scaled.mixture_, _mapped(plain.mixture_, np.diag(np.ldexp(1.0, powers))))


@STARTS
def test_rotation_rotates_the_model(case, starts):
    if case.covariance_type == "diag":
        case = type(case)(case.number - 2)  # the law is about full, tied and spherical
    turn, _ = np.linalg.qr(case.rng(23).standard_normal((case.n_features, case.n_features)))
    plain, turned = _fit(case, starts, lambda rows: rows), _fit(case, starts, lambda rows: rows @ turn.T)
    wanted = _mapped(plain.mixture_, turn)
    found = matched(turned.mixture_, wanted)
    # Products with the rotation are themselves sums of D terms.
    assert_same_mixture(found, wanted, case.n_rows * case.n_features, _reach(plain.mixture_))
    assert_close(turned.lower_bound_, plain.lower_bound_, case.n_rows * case.n_features, 10 + abs(plain.lower_bound_))


def test_an_affine_map_shifts_the_score_by_its_log_determinant(case):
    if case.covariance_type in ("diag", "spherical"):
        case = type(case)(case.number - 2)  # the law is about full and tied
    rng = case.rng(24)
    axes = [np.linalg.qr(rng.standard_normal((case.n_features, case.n_features)))[0] for _ in range(2)]
    matrix = axes[0] @ np.diag(rng.uniform(0.3, 3.0, case.n_features)) @ axes[1]
    shift = rng.standard_normal(case.n_features)
    plain = _fit(case, "given", lambda rows: rows)
    mapped = _fit(case, "given", lambda rows: rows @ matrix.T + shift)
    log_determinant = float(np.linalg.slogdet(matrix)[1])
    original = case.rows.astype(float)
    scale = 100 * (10 + abs(plain.lower_bound_))  # the condition of the map, at most 10, squared
    assert abs(mapped.lower_bound_ + log_determinant - plain.lower_bound_) <= rounding(case.n_rows, scale)
    moved = original @ matrix.T + shift
    wanted = plain.score_samples(original) - log_determinant
    assert_close(mapped.score_samples(moved), wanted, case.n_rows, scale, "score_samples")
