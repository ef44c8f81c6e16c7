import numpy as np
import pytest

import mogul
from mogul.data import load_faithful
from mogul.errors import ParameterError
from mogul.plot import SelectionDisplay
from mogul.plot.palette import PALETTE
from mogul.plot.selection_display import spread
from mogul.selection import Candidate, Selection


@pytest.fixture(scope="module")
def selection():
    return mogul.select(load_faithful().rows, range(1, 5), n_starts=1)


def test_every_family_has_a_line_of_its_values(selection):
    display = selection.plot()
    assert len(display.lines_) == 14
    for family, line in display.lines_.items():
        np.testing.assert_array_equal(line.get_ydata(), [selection[family, k].bic for k in range(1, 5)])


def test_the_best_is_ringed_and_named(selection):
    display = SelectionDisplay(selection).plot()
    best = selection.best
    np.testing.assert_array_equal(display.best_.get_data(), [[best.n_components], [best.bic]])
    assert display.ax_.get_title(loc="left") == f"least: {best.family} with K = {best.n_components}, {best.bic:.2f}"


def test_five_have_a_colour_and_names_are_apart(selection):
    display = selection.plot()
    assert sum(line.get_color() in PALETTE for line in display.lines_.values()) == 5
    places = sorted(label.get_position()[1] for label in display.labels_)
    bottom, top = display.ax_.get_ylim()
    assert (np.diff(places) > 0.03 * (top - bottom)).all()


def test_another_criterion(selection):
    display = selection.plot(criterion="icl")
    assert display.ax_.get_ylabel() == "ICL (less is better)"
    with pytest.raises(ParameterError, match="No candidate has a value of cv"):
        selection.plot(criterion="cv")


def test_a_number_without_a_value_breaks_the_line():
    made = tuple(Candidate("VVV", k, 5, bic=float(k)) for k in (1, 2, 4))
    display = Selection((*made, Candidate("VVV", 3, 5, reason="none")), "bic", 10.0).plot()
    np.testing.assert_array_equal(display.lines_["VVV"].get_ydata(), [1.0, 2.0, np.nan, 4.0])


def test_places_are_spread_within_bounds():
    assert spread([1.0, 5.0], 1.0, 0.0, 10.0) == [1.0, 5.0]
    close = spread([4.0, 4.0, 4.0], 1.0, 0.0, 10.0)
    np.testing.assert_allclose(np.diff(close), 1.0, rtol=1e-2)
    assert max(spread([9.9, 10.0], 1.0, 0.0, 10.0)) <= 10.0
    assert min(spread([0.0, 0.1], 1.0, 0.0, 10.0)) >= 0.0
