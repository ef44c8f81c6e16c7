import numpy as np
import pytest
from matplotlib.colors import to_hex

import mogul
from mogul.errors import ParameterError
from mogul.plot import ResponsibilityDisplay
from mogul.plot.palette import PALETTE, component_style, rgb
from mogul.plot.responsibility_display import colours_of, uncertainty


def test_areas_are_the_responsibilities_and_fill_the_picture(three):
    display = ResponsibilityDisplay.from_mixture(three)
    line = display.ax_.get_lines()[0]
    shares = three.responsibilities(line.get_xdata())
    np.testing.assert_allclose(line.get_ydata(), 1 - shares.max(axis=1))
    assert len(display.areas_) == 3
    assert display.ax_.get_ylim() == (0, 1)
    assert display.areas_[-1].get_paths()[0].vertices[:, 1].max() == pytest.approx(1)
    assert [text.get_text() for text in display.ax_.get_legend().get_texts()][-1] == "uncertainty"


def test_plane_has_the_colour_of_the_component_and_is_pale_between(plane):
    display = ResponsibilityDisplay.from_mixture(plane)
    (image,) = display.areas_
    colours, (left, right, bottom, top) = image.get_array(), image.get_extent()

    def colour_at(x, y):
        row, column = ((np.array([y - bottom, x - left]) / [top - bottom, right - left]) * 399).astype(int)
        return colours[row, column]

    for k, mean in enumerate(plane.means):
        np.testing.assert_allclose(colour_at(*mean)[:3], rgb(component_style(k).colour), atol=0.02)
        assert colour_at(*mean)[3] > 0.6
    # Where two components are equally likely, half of the way to knowing nothing of three is left.
    x = np.linspace(0, 4, 4001)
    shares = plane.responsibilities(np.column_stack([x, x / 4]))
    middle = x[np.abs(shares[:, 0] - shares[:, 1]).argmin()]
    assert colour_at(middle, middle / 4)[3] < 0.25


def test_colours_fade_where_nothing_is_known(plane):
    shares = np.array([[1.0, 0.0, 0.0], [1 / 3, 1 / 3, 1 / 3]])
    np.testing.assert_allclose(uncertainty(shares), [0, 2 / 3])
    np.testing.assert_allclose(colours_of(shares, plane)[:, 3], [0.65, 0], atol=1e-12)


def test_rows_have_the_colour_of_their_component_and_grow_with_doubt(plane):
    rows = np.vstack([plane.means, [[1.2, 1.9]]])
    display = ResponsibilityDisplay.from_mixture(plane, rows)
    np.testing.assert_array_equal(display.scatter_.get_offsets(), rows)
    assert [to_hex(colour) for colour in display.scatter_.get_facecolors()[:3]] == list(PALETTE[:3])
    assert display.scatter_.get_sizes()[3] > 2 * display.scatter_.get_sizes()[:3].max()


def test_one_component_is_certain():
    one = mogul.Mixture([1.0], [[0.0, 0.0]], mogul.SphericalCovariance([1.0]))
    assert (ResponsibilityDisplay.from_mixture(one).areas_[0].get_array()[..., 3] == 0.65).all()


def test_features_are_chosen(four_features):
    display = ResponsibilityDisplay.from_mixture(four_features, four_features.sample(9, rng=0), features=[2])
    assert display.ax_.get_xlabel() == "x2"
    assert display.ax_.get_ylabel() == "responsibility"
    with pytest.raises(ParameterError, match=r"has 4 features; a picture of responsibilities shows at most 2. Choose"):
        ResponsibilityDisplay.from_mixture(four_features)


@pytest.mark.parametrize("scale", [1.0, 1e-150, 1e100])
@pytest.mark.parametrize("n_features", [1, 2])
def test_any_scale_is_drawn_without_a_warning(plane, scale, n_features):
    mixture = mogul.Mixture([0.0, 0.6, 0.4], plane.means * scale, plane.covariances.dense() * scale**2)
    mixture = mixture.marginal(range(n_features))
    ResponsibilityDisplay.from_mixture(mixture, mixture.sample(20, rng=0)).figure_.canvas.draw()
