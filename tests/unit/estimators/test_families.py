"""Every family by its name: fitted, kept, drawn, and begun with."""

import numpy as np
import pytest

import mogul
from mogul import GaussianMixture, fit_many
from mogul.errors import ParameterError
from mogul.family import FAMILIES
from mogul.testing import random_mixture, random_rows

FAMILY = pytest.mark.parametrize("name", FAMILIES)
N_COMPONENTS, N_FEATURES = 3, 2


def _shape(name):
    if name == "EEE":
        return (N_FEATURES, N_FEATURES)
    return (N_COMPONENTS,) + (N_FEATURES,) * {"II": 0}.get(name[1:], 1 if name[2] == "I" else 2)


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    return random_rows(rng, random_mixture(rng, N_COMPONENTS, N_FEATURES, separation=4.0), 150)[0]


@FAMILY
def test_a_fit_of_every_family_is_a_model_like_any_other(name, rows, tmp_path):
    model = GaussianMixture(N_COMPONENTS, covariance_type=name, random_state=0).fit(rows)
    assert model.converged_
    assert model.covariances_.shape == model.precisions_.shape == _shape(name)
    n_parameters = FAMILIES[name].n_parameters(N_COMPONENTS, N_FEATURES) + 4 * N_FEATURES
    assert model.aic(rows) + 2 * model.score(rows) * len(rows) == pytest.approx(2 * n_parameters)
    model.mixture_.save(tmp_path / "model.mogul")
    np.testing.assert_array_equal(mogul.load(tmp_path / "model.mogul").logpdf(rows), model.score_samples(rows))
    model.mixture_.plot()


@FAMILY
def test_a_fit_goes_on_from_precisions_of_its_own(name, rows):
    first = GaussianMixture(N_COMPONENTS, covariance_type=name, random_state=0).fit(rows)
    given = {"weights_init": first.weights_, "means_init": first.means_, "precisions_init": first.precisions_}
    again = GaussianMixture(N_COMPONENTS, covariance_type=name, max_iter=1, tol=1.0, **given).fit(rows)
    assert again.score(rows) == pytest.approx(first.score(rows), abs=1e-9)


@FAMILY
def test_a_scale_of_two_to_any_power_changes_nothing(name, rows):
    first, second = (
        GaussianMixture(N_COMPONENTS, covariance_type=name, random_state=0).fit(rows * scale)
        for scale in (1.0, 2.0**37)
    )
    np.testing.assert_array_equal(first.means_ * 2.0**37, second.means_)
    np.testing.assert_array_equal(first.covariances_ * 2.0**74, second.covariances_)


@pytest.mark.parametrize("name", [name for name, family in FAMILIES.items() if family.averaging is None])
def test_small_groups_are_fitted_one_by_one_where_no_kernel_makes_rounds(name, rows):
    groups = np.arange(len(rows)) % 2
    many = fit_many(rows, groups, 2, covariance_type=name, random_state=0)
    for group in range(2):
        alone = GaussianMixture(2, covariance_type=name, random_state=0).fit(rows[groups == group])
        assert many.log_likelihoods[group] == alone.lower_bound_
        np.testing.assert_array_equal(many.covariances[group], alone.covariances_)


def test_one_column_has_two_families(rows):
    column = rows[:, :1]
    for name, same in (("E", "EII"), ("V", "VII")):
        found, wanted = (GaussianMixture(2, covariance_type=n, random_state=0).fit(column) for n in (name, same))
        np.testing.assert_array_equal(found.covariances_, wanted.covariances_)
    with pytest.raises(ParameterError, match="covariance_type 'E' is for one column, but X has 2. Use 'EII'"):
        GaussianMixture(2, covariance_type="E").fit(rows)


@FAMILY
def test_one_column_makes_all_families_one_of_two(name, rows):
    column = rows[:, :1]
    # From one start: searches of different families may find different optima.
    found = GaussianMixture(3, covariance_type=name, init_params="quantiles").fit(column)
    wanted = GaussianMixture(3, covariance_type=name[0], init_params="quantiles").fit(column)
    assert found.score(column) == pytest.approx(wanted.score(column), abs=1e-7)
    assert found.bic(column) == pytest.approx(wanted.bic(column), abs=1e-4)
