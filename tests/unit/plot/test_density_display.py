import numpy as np
import pytest

import mogul
from mogul.errors import ParameterError
from mogul.plot import DensityDisplay
from mogul.plot.mass import mass_levels
from mogul.testing import random_mixture


def test_bands_lie_between_the_regions_that_hold_the_shares(plane):
    display = DensityDisplay.from_mixture(plane, plane.sample(100, rng=0), masses=[0.5, 0.9], feature_names=["a", "b"])
    (bands,) = display.bands_
    np.testing.assert_allclose(bands.levels[1:3], mass_levels(plane, [0.5, 0.9])[::-1])
    assert [text.get_text() for text in display.ax_.get_legend().get_texts()] == ["50 %", "90 %", "100 %"]
    assert (display.ax_.get_xlabel(), display.ax_.get_ylabel()) == ("a", "b")
    # Brighter towards the top.
    brightness = np.asarray(bands.get_facecolors())[:, :3].sum(axis=1)
    assert (np.diff(brightness) > 0).all()


def test_one_feature_is_a_curve_more_are_pairs_and_a_surface_is_one(three, plane):
    assert DensityDisplay.from_mixture(three).ax_.get_ylabel() == "density"
    many = random_mixture(np.random.default_rng(0), 2, 3)
    display = DensityDisplay.from_mixture(many, many.sample(20, rng=0))
    assert display.axes_.shape == (3, 3)
    assert len(display.bands_) == 3
    surface = DensityDisplay.from_mixture(many, features=[2, 0], surface=True)
    assert surface.ax_.get_zlabel() == "density"
    rows = plane.sample(30, rng=0)
    model = mogul.GaussianMixture(1).fit(rows)
    assert len(DensityDisplay.from_estimator(model, rows).bands_) == 1


def test_what_makes_no_sense_is_refused(three, plane):
    for given, words in (({"masses": [0.9, 0.5]}, "increase"), ({"max_points": 0}, "max_points")):
        with pytest.raises(ParameterError, match=words):
            DensityDisplay.from_mixture(plane, **given)
    with pytest.raises(ParameterError, match="A surface shows two features"):
        DensityDisplay.from_mixture(three, surface=True)
