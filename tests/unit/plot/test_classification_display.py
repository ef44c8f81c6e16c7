import numpy as np
import pytest
from matplotlib.colors import to_hex

import mogul
from mogul.errors import EmptyDataError, MogulError, ParameterError
from mogul.plot import ClassificationDisplay, UncertaintyDisplay
from mogul.plot.classified import MARKERS, marker_of
from mogul.plot.palette import PALETTE, component_style
from mogul.testing import random_mixture

BOTH = pytest.mark.parametrize("kind", [ClassificationDisplay, UncertaintyDisplay])


def texts(display):
    return [text.get_text() for text in display.ax_.get_legend().get_texts()]


def test_every_row_is_drawn_in_the_colour_of_its_component(plane):
    rows = plane.sample(300, rng=0)
    display = ClassificationDisplay.from_mixture(plane, rows, feature_names=["a", "b"])
    (dots,) = display.scatters_
    labels = plane.labels(rows)
    for k in range(3):
        drawn = np.asarray(dots[k].get_offsets())
        np.testing.assert_array_equal(np.sort(drawn, axis=0), np.sort(rows[labels == k], axis=0))
        assert {to_hex(colour) for colour in dots[k].get_facecolors()} == {component_style(k).colour}
    assert (display.ax_.get_xlabel(), display.ax_.get_ylabel()) == ("a", "b")
    assert texts(display)[0] == f"0: {100 * (labels == 0).mean():.3g} % of the rows"
    assert "ellipses: 1 and 2 sd" in texts(display)


def test_the_less_certain_is_the_larger_and_lies_on_top(plane):
    rows = plane.sample(300, rng=0)
    display = UncertaintyDisplay.from_mixture(plane, rows)
    for k, dots in enumerate(display.scatters_[0]):
        doubts = 1 - plane.responsibilities(np.asarray(dots.get_offsets())).max(axis=1)
        assert (np.diff(doubts) >= 0).all(), k
        assert (np.diff(dots.get_sizes()) >= 0).all()
        assert dots.get_sizes()[-1] > 2 * dots.get_sizes()[0]
    assert texts(display)[-1] == "the larger, the less certain"


@BOTH
def test_pairs_show_groups_of_all_features(kind):
    mixture = random_mixture(np.random.default_rng(0), 3, 4)
    rows = mixture.sample(80, rng=0)
    display = kind.from_mixture(mixture, rows)
    assert display.axes_.shape == (4, 4)
    assert display.axes_[0, 1] is None
    assert len(display.scatters_) == 6
    counts = np.bincount(mixture.labels(rows), minlength=3)
    for dots in display.scatters_:
        np.testing.assert_array_equal([len(each.get_offsets()) for each in dots], counts)
    pair = kind.from_mixture(mixture, rows, features=[2, 0])
    np.testing.assert_array_equal([len(each.get_offsets()) for each in pair.scatters_[0]], counts)
    assert pair.ax_.get_xlabel() == "x2"


def test_one_feature_has_a_lane_for_each_component(three):
    values = three.sample(100, rng=0)
    display = ClassificationDisplay.from_mixture(three, values)
    labels = three.labels(values)
    for k, dots in enumerate(display.scatters_[0]):
        drawn = np.asarray(dots.get_offsets())
        np.testing.assert_array_equal(drawn[:, 1], k)
        assert len(drawn) == (labels == k).sum()
    doubt = UncertaintyDisplay.from_mixture(three, values)
    heights = np.concatenate([np.asarray(dots.get_offsets())[:, 1] for dots in doubt.scatters_[0]])
    np.testing.assert_allclose(np.sort(heights), np.sort(1 - three.responsibilities(values).max(axis=1)), atol=1e-12)


def test_components_of_a_cluster_share_a_colour(plane):
    rows = plane.sample(200, rng=0)
    display = ClassificationDisplay.from_mixture(plane, rows, clusters=[0, 1, 0], group_names=["wide", "far"])
    shares = plane.responsibilities(rows)
    groups = (shares[:, 1] > shares[:, 0] + shares[:, 2]).astype(int)
    np.testing.assert_array_equal(display.classified_.groups, groups)
    assert len(display.scatters_[0]) == 2
    assert texts(display)[1].startswith("far: ")
    badges = [text for text in display.ax_.texts if text.get_text() in "01"]
    assert [badge.get_text() for badge in badges] == ["0", "1", "0"]


def test_groups_of_a_classifier_are_its_classes():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(60, 3)) + 5 * np.repeat([0, 1], 30)[:, None], np.repeat(["left", "right"], 30)
    model = mogul.MixtureClassifier([1, 2], covariance_type="spherical", random_state=0).fit(X, y)
    display = ClassificationDisplay.from_estimator(model, X)
    assert display.classified_.names == ["left", "right"]
    np.testing.assert_array_equal(model.classes_[display.classified_.groups], model.predict(X))
    plain = UncertaintyDisplay.from_estimator(mogul.GaussianMixture(2, random_state=0).fit(X), X)
    assert plain.classified_.names == ["0", "1"]


@BOTH
def test_many_rows_are_thinned_and_the_legend_says_so(kind, plane):
    display = kind.from_mixture(plane, plane.sample(500, rng=0), max_points=100)
    assert sum(len(dots.get_offsets()) for dots in display.scatters_[0]) == 100
    assert texts(display)[-1] == "100 of 500 rows"


def test_neighbours_differ_in_shape_and_the_first_hundred_in_shape_or_colour():
    looks = {(marker_of(k), component_style(k).colour) for k in range(100)}
    assert len(looks) == len(PALETTE) * len(MARKERS)
    assert all(marker_of(k) != marker_of(k + 1) for k in range(100))


@BOTH
def test_what_makes_no_sense_is_refused(kind, plane):
    rows = plane.sample(20, rng=0)
    for given, words in (
        ({"clusters": [0, 1]}, "3 integers"),
        ({"clusters": [0, 1, 1], "group_names": ["a"]}, "there are 2 groups"),
        ({"max_points": 0}, "max_points"),
        ({"deviations": [-1.0]}, "positive"),
    ):
        with pytest.raises(ParameterError, match=words):
            kind.from_mixture(plane, rows, **given)
    with pytest.raises(EmptyDataError, match="give data"):
        kind.from_mixture(plane, None)
    with pytest.raises(MogulError, match="features"):
        kind.from_mixture(plane, rows[:, :1])
    many = random_mixture(np.random.default_rng(0), 2, 3)
    with pytest.raises(ParameterError, match="figure of their own"):
        kind.from_mixture(many, many.sample(5, rng=0), ax=kind.from_mixture(plane, rows).ax_)
