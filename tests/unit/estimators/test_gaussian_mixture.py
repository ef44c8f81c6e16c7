"""The estimator: scikit-learn's face, sample weights, and all or nothing."""

import copy
import pickle
import signal
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mogul import GaussianMixture
from mogul.errors import (
    ConstantColumnWarning,
    MogulError,
    MogulWarning,
    NonFiniteError,
    ParameterError,
    RowWeightsError,
    ShapeError,
)

TYPES = ["full", "tied", "diag", "spherical"]
FITTED = ["weights_", "means_", "covariances_", "precisions_", "precisions_cholesky_", "mixture_"]


def _state(model):
    """Return what users see of a fitted estimator, to the last bit."""
    arrays = {name: np.asarray(getattr(model, name)).tobytes() for name in FITTED[:-1]}
    numbers = {name: getattr(model, name) for name in ("converged_", "n_iter_", "lower_bound_", "n_features_in_")}
    return (
        arrays
        | numbers
        | {"mixture_": model.mixture_, "lower_bounds_": list(model.lower_bounds_), "all": sorted(vars(model))}
    )


# ------------------------------------------------------------------------------------------ fitting and using


@pytest.mark.parametrize("covariance_type", TYPES)
def test_it_finds_clear_groups(rows, labels, covariance_type):
    model = GaussianMixture(3, covariance_type=covariance_type, random_state=0)
    found = model.fit_predict(rows)
    matches = np.array([[(found[labels == k] == j).mean() for j in range(3)] for k in range(3)])
    assert sorted(matches.ravel().tolist()) == [0.0] * 6 + [1.0] * 3
    assert model.converged_
    np.testing.assert_array_equal(model.predict(rows), found)
    np.testing.assert_array_equal(model.predict_proba(rows).argmax(axis=1), found)
    assert model.fit(rows) is model


@pytest.mark.parametrize("name", ["VVV", "EEE", "VVI", "VII"])
def test_family_names_are_synonyms(rows, name):
    word = {"VVV": "full", "EEE": "tied", "VVI": "diag", "VII": "spherical"}[name]
    by_name, by_word = (GaussianMixture(3, covariance_type=each, random_state=0).fit(rows) for each in (name, word))
    np.testing.assert_array_equal(by_name.covariances_, by_word.covariances_)


@pytest.mark.parametrize("covariance_type", TYPES)
def test_precisions_belong_to_the_covariances(rows, covariance_type):
    model = GaussianMixture(3, covariance_type=covariance_type, random_state=0).fit(rows)
    shape = {"full": (3, 3, 3), "tied": (3, 3), "diag": (3, 3), "spherical": (3,)}[covariance_type]
    for name in ("covariances_", "precisions_", "precisions_cholesky_"):
        assert getattr(model, name).shape == shape
    if covariance_type in ("full", "tied"):
        product = model.covariances_ @ model.precisions_
        np.testing.assert_allclose(product, np.broadcast_to(np.eye(3), product.shape), atol=1e-12)
        roots = model.precisions_cholesky_
        np.testing.assert_allclose(roots @ np.swapaxes(roots, -1, -2), model.precisions_, rtol=1e-12, atol=1e-14)
    else:
        np.testing.assert_allclose(model.covariances_ * model.precisions_, 1.0, rtol=1e-14)
        np.testing.assert_allclose(model.precisions_cholesky_**2, model.precisions_, rtol=1e-14)


def test_before_a_fit_there_is_nothing(rows):
    model = GaussianMixture(3)
    for name in FITTED:
        assert not hasattr(model, name)
    for method in ("predict", "predict_proba", "score_samples", "score", "aic", "bic"):
        with pytest.raises(NotFittedError):
            getattr(model, method)(rows)
    with pytest.raises(NotFittedError):
        model.sample()


def test_a_user_may_not_change_the_model_by_its_attributes(rows):
    model = GaussianMixture(3, random_state=0).fit(rows)
    before = model.means_
    model.means_[0, 0] = 99.0
    np.testing.assert_array_equal(model.means_, before)


def test_single_precision_stays_single(rows):
    single = rows.astype(np.float32)
    model = GaussianMixture(3, random_state=0).fit(single)
    for name in FITTED[:-1]:
        assert getattr(model, name).dtype == np.float32
    assert model.predict_proba(single).dtype == np.float32
    assert model.score_samples(single).dtype == np.float32
    assert model.sample(3)[0].dtype == np.float32
    double = GaussianMixture(3, random_state=0).fit(single.astype(np.float64))
    # Sums are of doubles: the model is that of the same numbers in double precision.
    np.testing.assert_allclose(model.mixture_.means, double.mixture_.means, rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(model.predict(rows), double.predict(rows))


def test_sample_weight_in_fit_predict_and_score(rows):
    weights = np.repeat([0.0, 2.0], 120)
    model = GaussianMixture(3, random_state=0)
    labels = model.fit_predict(rows, sample_weight=weights)
    half = GaussianMixture(3, random_state=0).fit(rows[120:])
    np.testing.assert_array_equal(labels[120:], half.predict(rows[120:]))
    np.testing.assert_allclose(model.means_, half.means_, rtol=1e-12)
    assert model.score(rows, sample_weight=weights) == pytest.approx(half.score(rows[120:]), rel=1e-12)
    assert model.lower_bound_ == model.score(rows, sample_weight=weights)
    with pytest.raises(RowWeightsError):
        model.score(rows, sample_weight=weights[:3])


def test_clone_copy_and_pickle(rows):
    model = GaussianMixture(3, random_state=0, tol=1e-4, responsibilities_init=None).fit(rows)
    assert clone(model).get_params() == model.get_params()
    assert not hasattr(clone(model), "means_")
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model)), copy.copy(model)):
        np.testing.assert_array_equal(other.score_samples(rows), model.score_samples(rows))
        assert other.get_params() == model.get_params()
        assert other.lower_bounds_ == model.lower_bounds_


def test_parameters_are_kept_as_given():
    given = {"n_components": "nonsense", "tol": object(), "max_iter": None}
    model = GaussianMixture(**given)
    assert all(getattr(model, name) is value for name, value in given.items())


def test_in_a_pipeline(rows):
    pipeline = make_pipeline(StandardScaler(), GaussianMixture(3, random_state=0)).fit(rows)
    assert np.unique(pipeline.predict(rows)).tolist() == [0, 1, 2]


# ------------------------------------------------------------------------------------------ tables


def _tables(rows):
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    columns = {name: rows[:, d] for d, name in enumerate(["width", "height", "depth"])}
    return {"pandas": pd.DataFrame(columns), "polars": pl.DataFrame(columns), "pyarrow": pa.table(columns)}


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_tables_are_rows(rows, library):
    pytest.importorskip(library)
    table = _tables(rows)[library]
    model = GaussianMixture(3, random_state=0).fit(table)
    wanted = GaussianMixture(3, random_state=0).fit(rows)
    np.testing.assert_array_equal(model.means_, wanted.means_)
    np.testing.assert_array_equal(model.predict(table), wanted.predict(rows))
    assert model.bic(table) == wanted.bic(rows)


def test_names_of_features_are_kept_and_checked(rows):
    pytest.importorskip("pandas")
    table = _tables(rows)["pandas"]
    model = GaussianMixture(3, random_state=0).fit(table)
    assert model.feature_names_in_.tolist() == ["width", "height", "depth"]
    with pytest.raises(ValueError, match="feature names should match"):
        model.predict(table[["height", "width", "depth"]])
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        model.predict(rows)


def test_another_number_of_features_is_refused(rows):
    model = GaussianMixture(3, random_state=0).fit(rows)
    for method in (model.predict, model.predict_proba, model.score_samples, model.score):
        with pytest.raises(ValueError, match="X has 2 features, but GaussianMixture is expecting 3 features") as caught:
            method(rows[:, :2])
        assert isinstance(caught.value, ShapeError)


@pytest.mark.parametrize("method", ["predict", "predict_proba", "score_samples", "score", "aic", "bic"])
def test_rows_to_score_are_checked(rows, method):
    model = GaussianMixture(3, random_state=0).fit(rows)
    with pytest.raises(NonFiniteError, match="row 7, column 1"):
        getattr(model, method)(np.where(np.arange(720).reshape(240, 3) == 22, np.nan, rows))


# ------------------------------------------------------------------------------------------ warm start


def test_warm_start_goes_on(overlapping):
    model = GaussianMixture(3, random_state=0, warm_start=True, max_iter=3, init_params="random_from_data")
    bounds = []
    for _ in range(5):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            bounds.append(model.fit(overlapping).lower_bound_)
    assert bounds == sorted(bounds)
    assert bounds[-1] > bounds[0]


def test_warm_start_with_other_columns_or_components_begins_anew(rows):
    model = GaussianMixture(3, random_state=0, warm_start=True).fit(rows)
    assert model.set_params(n_components=2).fit(rows).means_.shape == (2, 3)


# ------------------------------------------------------------------------------------------ starts


def test_responsibilities_init_takes_labels_and_responsibilities(rows, labels):
    by_label = GaussianMixture(3, responsibilities_init=labels, max_iter=0).fit(rows)
    by_share = GaussianMixture(3, responsibilities_init=np.eye(3)[labels], max_iter=0).fit(rows)
    wanted = np.array([rows[labels == k].mean(axis=0) for k in range(3)])
    np.testing.assert_allclose(by_label.means_, wanted, rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(by_share.means_, wanted, rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(by_label.weights_, np.bincount(labels) / 240, rtol=1e-14)
    for k in range(3):
        np.testing.assert_allclose(
            by_label.covariances_[k], np.cov(rows[labels == k].T, bias=True), rtol=1e-11, atol=1e-12
        )


@pytest.mark.parametrize("covariance_type", TYPES)
def test_max_iter_zero_returns_the_start(rows, covariance_type):
    precisions = {
        "full": np.tile(2 * np.eye(3), (3, 1, 1)),
        "tied": 2 * np.eye(3),
        "diag": np.full((3, 3), 2.0),
        "spherical": [2.0] * 3,
    }
    model = GaussianMixture(
        3,
        covariance_type=covariance_type,
        weights_init=[0.2, 0.3, 0.5],
        means_init=12 * np.eye(3),
        precisions_init=precisions[covariance_type],
        max_iter=0,
    ).fit(rows)
    np.testing.assert_array_equal(model.weights_, [0.2, 0.3, 0.5])
    np.testing.assert_array_equal(model.means_, 12 * np.eye(3))
    np.testing.assert_allclose(model.precisions_, precisions[covariance_type], rtol=1e-14)
    assert model.n_iter_ == 0
    assert not model.converged_


def test_a_start_that_fails_does_not_spoil_the_rest(monkeypatch, overlapping):
    """The first and third start raise as a collapse would."""
    from mogul.errors import DegenerateComponentError
    from mogul.training import training

    calls = []

    def failing(self, *arguments, **options):
        calls.append(1)
        if len(calls) % 2:
            raise DegenerateComponentError("Component 1 collapsed.")
        return run(self, *arguments, **options)

    run = training.Training.run
    monkeypatch.setattr(training.Training, "run", failing)
    model = GaussianMixture(3, random_state=0, n_init=4, init_params="random_from_data").fit(overlapping)
    assert len(calls) == 4
    assert np.isfinite(model.lower_bound_)
    calls.clear()
    with pytest.raises(MogulError, match=r"ill-defined empirical covariance[\s\S]*Component 1 collapsed"):
        GaussianMixture(3, random_state=0, n_init=1).fit(overlapping)


# ------------------------------------------------------------------------------------------ all or nothing


class BoomError(Exception):
    pass


FAILURES = {
    "nan": lambda model, rows: model.fit(np.where(np.arange(rows.size).reshape(rows.shape) == 5, np.nan, rows)),
    "other columns": lambda model, rows: model.fit(np.full((4, 2), np.inf)),
    "too few rows": lambda model, rows: model.fit(rows[:2]),
    "weights": lambda model, rows: model.fit(rows, sample_weight=-np.ones(len(rows))),
    "wrong parameter": lambda model, rows: model.set_params(covariance_type="fulll").fit(rows),
    "wrong start": lambda model, rows: model.set_params(means_init=np.zeros((1, 1))).fit(rows),
    "words": lambda model, rows: model.fit([["a"], ["b"]]),
    "fit_predict": lambda model, rows: model.fit_predict(rows[:2]),
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("warm_start", [False, True])
def test_a_failed_fit_leaves_everything_as_it_was(rows, failure, warm_start):
    model = GaussianMixture(3, random_state=0, warm_start=warm_start).fit(rows)
    before, scores = _state(model), model.score_samples(rows)
    with pytest.raises(ValueError):
        FAILURES[failure](model, rows)
    assert _state(model) == before
    model.set_params(covariance_type="full", means_init=None)
    np.testing.assert_array_equal(model.score_samples(rows), scores)


@pytest.mark.parametrize("failure", [name for name in FAILURES if name != "wrong parameter"])
def test_a_failed_first_fit_leaves_no_attribute(rows, failure):
    model = GaussianMixture(3, random_state=0)
    before = set(vars(model))
    with pytest.raises(ValueError):
        FAILURES[failure](model, rows)
    assert set(vars(model)) == before


@pytest.mark.parametrize("kind", [KeyboardInterrupt, MemoryError, BoomError])
@pytest.mark.parametrize("place", ["m-step", "accept"])
def test_an_interrupted_fit_leaves_everything_as_it_was(monkeypatch, rows, overlapping, kind, place):
    from mogul import mixture
    from mogul.training import training

    model = GaussianMixture(3, random_state=0).fit(rows)
    before = _state(model)

    def interrupted(*arguments, **options):
        raise kind

    if place == "m-step":
        monkeypatch.setattr(training, "fit_mixture", interrupted)
    else:
        monkeypatch.setattr(training, "_warnings", interrupted)
    assert mixture is not None
    with pytest.raises(kind):
        model.fit(overlapping)
    monkeypatch.undo()
    assert _state(model) == before
    model.fit(overlapping)
    assert model.n_features_in_ == 2


def test_warnings_turned_into_errors_leave_the_model_whole_or_as_it_was(rows):
    model = GaussianMixture(3, random_state=0).fit(rows)
    before = _state(model)
    with warnings.catch_warnings():
        warnings.simplefilter("error", MogulWarning)
        with pytest.raises(ConstantColumnWarning):
            model.fit(np.c_[rows, np.ones(240)])
    assert _state(model) == before


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs timers")
def test_a_signal_in_mid_fit_leaves_everything_as_it_was(rows):
    rng = np.random.default_rng(0)
    many = rng.standard_normal((60_000, 6))
    model = GaussianMixture(3, random_state=0).fit(rows)
    before = _state(model)

    def interrupt(*_):
        raise KeyboardInterrupt

    old = signal.signal(signal.SIGALRM, interrupt)
    try:
        for delay in (0.02, 0.1, 0.3):
            signal.setitimer(signal.ITIMER_REAL, delay)
            with pytest.raises(KeyboardInterrupt):
                GaussianMixture.fit(model.set_params(n_components=12, max_iter=100_000), many)
            model.set_params(n_components=3)
            assert _state(model) == before
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)


# ------------------------------------------------------------------------------------------ warnings and words


def test_warnings_point_to_the_line_of_the_user(rows):
    for method in ("fit", "fit_predict"):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            getattr(GaussianMixture(1), method)(np.c_[rows, np.ones(240)])
        assert [warning.filename for warning in caught] == [__file__]


def test_not_converged_is_a_warning_of_both_libraries(overlapping):
    with pytest.warns(ConvergenceWarning, match="did not converge") as caught:
        GaussianMixture(3, random_state=0, max_iter=1).fit(overlapping)
    assert [warning.message.code for warning in caught] == ["NOTCONV"]
    assert isinstance(caught[0].message, MogulWarning)


def test_verbose_says_what_goes_on(overlapping, capsys):
    GaussianMixture(3, random_state=0, verbose=1, verbose_interval=1, n_init=2).fit(overlapping)
    out = capsys.readouterr().out
    assert out.count("Initialization 0") == out.count("Initialization 1") == 1
    assert "  Iteration 1\n" in out
    assert "converged" in out
    GaussianMixture(3, random_state=0, verbose=2, verbose_interval=1).fit(overlapping)
    assert "ll change" in capsys.readouterr().out
    GaussianMixture(3, random_state=0).fit(overlapping)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("n_samples", [0, -1])
def test_no_samples_are_refused(rows, n_samples):
    with pytest.raises(ParameterError, match=f"'n_samples': {n_samples}"):
        GaussianMixture(3, random_state=0).fit(rows).sample(n_samples)


def test_criteria_judge_the_number_of_components(rows):
    models = [GaussianMixture(k, random_state=0).fit(rows) for k in range(1, 5)]
    assert int(np.argmin([model.bic(rows) for model in models])) == 2
