import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError

import mogul
from mogul.errors import NonFiniteError, ParameterError, ShapeError
from mogul.plot import MixtureDisplay


class Fitted(BaseEstimator):
    """What a fitted estimator offers to a display."""

    def __init__(self, mixture, names=None):
        self.mixture_ = mixture
        if names is not None:
            self.feature_names_in_ = np.array(names, dtype=object)

    def fit(self):
        """Make it an estimator."""


def test_display_only_stores_until_it_is_drawn(three):
    display = MixtureDisplay(three, [1.0], feature_names=["x"])
    assert vars(display) == {"mixture": three, "data": [1.0], "feature_names": ["x"]}
    assert display.plot() is display
    assert display.figure_ is display.ax_.figure


def test_labels_of_the_axes(three, plane):
    data = pd.DataFrame({"eruption (min)": [1.0, 2.0], "waiting (min)": [1.0, 2.0]})
    ax = MixtureDisplay.from_mixture(plane, data).ax_
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("eruption (min)", "waiting (min)")
    ax = MixtureDisplay.from_mixture(three).ax_
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title()) == ("x", "density", "")


def test_chosen_features_are_drawn_as_their_marginal(four_features):
    rows = four_features.sample(20, rng=0)
    display = MixtureDisplay.from_mixture(four_features, rows, features=[3, 1])
    np.testing.assert_array_equal(display.panels_[0].scatter.get_offsets(), rows[:, [3, 1]])
    assert (display.ax_.get_xlabel(), display.ax_.get_ylabel()) == ("x3", "x1")
    display = MixtureDisplay.from_mixture(four_features, features=[2])
    x, density = display.panels_[0].sum_line.get_data()
    np.testing.assert_array_equal(density, four_features.marginal([2]).pdf(x))


def test_estimator_gives_its_mixture_and_names(plane):
    display = MixtureDisplay.from_estimator(Fitted(plane, ["a", "b"]), plane.sample(5, rng=0))
    assert display.mixture is plane
    assert display.ax_.get_ylabel() == "b"
    assert MixtureDisplay.from_estimator(Fitted(plane)).ax_.get_ylabel() == "x1"


def test_estimator_must_be_fitted():
    class Unfitted(BaseEstimator):
        def fit(self):
            """Make it an estimator."""

    with pytest.raises(NotFittedError):
        MixtureDisplay.from_estimator(Unfitted())


def test_given_axes_are_drawn_on(three, plane):
    figure, axes = plt.subplots(1, 2)
    assert MixtureDisplay.from_mixture(three, ax=axes[0]).ax_ is axes[0]
    assert MixtureDisplay.from_mixture(plane, ax=axes[1]).figure_ is figure
    assert len(plt.get_fignums()) == 1


def test_subfigures_are_drawn_on(three):
    figure = plt.figure(layout="constrained")
    ax = figure.subfigures(1, 2)[0].add_subplot()
    assert MixtureDisplay.from_mixture(three, ax=ax).figure_ is figure


def test_no_legend_on_request(three, four_features):
    assert MixtureDisplay.from_mixture(three, legend=False).ax_.get_legend() is None
    assert not MixtureDisplay.from_mixture(four_features, legend=False).figure_.legends


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"ax": True}, r"corner plot of 4 features needs a figure of its own. Leave ax out, or choose .*=\[0, 1\]"),
        ({"features": [0, 9]}, "no feature 9"),
        ({"deviations": [0.0]}, "deviations"),
        ({"masses": [2.0]}, "masses"),
        ({"scale": "cubic"}, "scale 'cubic' is unknown; use one of: auto, linear, log"),
        ({"max_points": 0}, "leave data out"),
        ({"data": np.zeros((3, 5))}, "data has shape"),
        ({"data": [[1.0, np.inf, 0.0, 0.0]]}, "Row 0"),
        ({"feature_names": ["a"]}, "feature_names has 1 names"),
    ],
)
def test_wrong_options_are_named_and_leave_no_figure(four_features, options, words):
    if options.get("ax"):
        options = {"ax": plt.figure().add_subplot()}
    before = plt.get_fignums()
    with pytest.raises((ParameterError, ShapeError, NonFiniteError), match=words):
        MixtureDisplay.from_mixture(four_features, **options)
    assert plt.get_fignums() == before


def test_more_than_eight_features_must_be_chosen_from():
    mixture = mogul.Mixture([1.0], np.zeros((1, 9)), mogul.SphericalCovariance([1.0]))
    with pytest.raises(ParameterError, match=r"has 9 features; a corner plot shows at most 8. Choose some, e.g. feat"):
        MixtureDisplay.from_mixture(mixture)
    assert len(MixtureDisplay.from_mixture(mixture, features=[0, 8]).panels_) == 1


@pytest.mark.parametrize("style", ["default", "dark_background", "ggplot", "classic"])
def test_settings_stay_as_they_were(three, plane, four_features, style):
    with plt.style.context(style):
        before = dict(mpl.rcParams)
        for mixture in (three, plane, four_features):
            MixtureDisplay.from_mixture(mixture, mixture.sample(50, rng=0)).figure_.canvas.draw()
        assert dict(mpl.rcParams) == before


@pytest.mark.parametrize(
    ("n_features", "n_components", "shift", "scale"),
    [
        *((d, k, shift, scale) for d in (1, 2) for k in (1, 30) for shift, scale in ((0.0, 1e-150), (1e8, 1.0))),
        *((d, 5, 1e8, 1e100) for d in (1, 2, 3)),
        (3, 1, 0.0, 1e-150),
    ],
)
def test_any_mixture_is_drawn_without_a_warning(n_features, n_components, shift, scale):
    rng = np.random.default_rng(0)
    weights = rng.dirichlet(np.ones(n_components))
    if n_components > 1:
        weights[0] += weights[1]
        weights[1] = 0.0
    means = (rng.normal(size=(n_components, n_features)) * 3 + shift) * scale
    deviations = 10.0 ** rng.uniform(-6, 0, size=n_components) * scale
    mixture = mogul.Mixture(weights, means, mogul.SphericalCovariance(deviations**2))
    display = MixtureDisplay.from_mixture(mixture, mixture.sample(100, rng=0))
    display.figure_.canvas.draw()
    for panel in display.panels_:
        x = panel.ax.get_xlim()
        assert np.isfinite(x).all()
        assert x[0] < x[1]
