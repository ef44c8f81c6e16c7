import numpy as np
import pytest

import mogul
from mogul.errors import EmptyDataError, ParameterError
from mogul.plot import ProjectionDisplay
from mogul.testing import random_mixture


@pytest.fixture
def mixture():
    return random_mixture(np.random.default_rng(0), 3, 5)


def test_rows_are_drawn_at_their_coordinates(mixture):
    rows = mixture.sample(100, rng=0)
    found = mogul.projection(mixture, feature_names=list("abcde"))
    display = ProjectionDisplay.from_projection(found, rows)
    drawn = np.concatenate([np.asarray(dots.get_offsets()) for dots in display.scatters_])
    np.testing.assert_allclose(np.sort(drawn, axis=0), np.sort(found.transform(rows, 2), axis=0))
    assert [len(dots.get_offsets()) for dots in display.scatters_] == np.bincount(mixture.labels(rows)).tolist()
    assert {arrow.get_text() for arrow in display.arrows_} == set("abcde")
    assert display.ax_.get_xlabel().startswith("direction 0 (")


def test_boundaries_are_where_two_components_are_equally_likely(mixture):
    found = mogul.projection(mixture)
    display = ProjectionDisplay.from_projection(found, mixture.sample(50, rng=0), directions=(1, 0))
    seen = found.projected().marginal([1, 0])
    assert display.boundaries_
    for contour in display.boundaries_:
        points = np.concatenate([path.vertices for path in contour.get_paths()])
        shares = np.sort(seen.responsibilities(points), axis=1)
        # To a pixel of 1/400 of the view.
        assert np.median(shares[:, -1] - shares[:, -2]) < 0.05


def test_one_direction_is_a_line_of_densities():
    pair = mogul.Mixture([0.5, 0.5], [[0.0, 0.0], [3.0, 1.0]], mogul.SphericalCovariance([1.0, 1.0]))
    display = ProjectionDisplay.from_projection(mogul.projection(pair), pair.sample(50, rng=0))
    assert display.panel_ is not None
    assert display.ax_.get_ylabel() == "density"


def test_clusters_share_a_ground(mixture):
    display = ProjectionDisplay.from_projection(
        mogul.projection(mixture), mixture.sample(50, rng=0), clusters=[0, 0, 1], arrows=False, legend=False
    )
    assert len(display.scatters_) == 2
    assert display.arrows_ == []


def test_what_makes_no_sense_is_refused(mixture):
    found = mogul.projection(mixture)
    with pytest.raises(ParameterError, match="two different numbers from 0 to 4"):
        ProjectionDisplay.from_projection(found, mixture.sample(5, rng=0), directions=(0, 5))
    with pytest.raises(EmptyDataError):
        ProjectionDisplay.from_projection(found, None)
