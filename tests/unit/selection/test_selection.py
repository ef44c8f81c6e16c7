import numpy as np
import pytest

import mogul
from mogul.data import load_faithful
from mogul.errors import ParameterError
from mogul.selection import Candidate, Selection

ROWS = load_faithful().rows


@pytest.fixture(scope="module")
def selection():
    return mogul.select(ROWS, [1, 2, 3], ["EEE", "VVV"])


def test_the_best_is_first_and_less_is_better(selection):
    values = [each.bic for each in selection]
    assert values == sorted(values)
    assert selection.best is selection.candidates[0]
    assert len(selection) == 6


def test_candidates_carry_their_mixture_and_its_criteria(selection):
    found = selection["VVV", 2]
    assert found.n_parameters == 11
    assert found.log_likelihood == pytest.approx(found.mixture.logpdf(ROWS).sum(), rel=1e-12)
    whole = mogul.criteria(found.mixture, ROWS, "VVV")
    for name in ("bic", "aic", "icl"):
        assert found.value(name) == pytest.approx(getattr(whole, name), rel=1e-12)
    with pytest.raises(KeyError):
        selection["VVV", 4]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_table_as_a_frame(selection, library):
    pytest.importorskip(library)
    frame = selection.to_frame(library)
    assert list(frame["rank"]) == [1, 2, 3, 4, 5, 6]
    assert next(iter(frame["family"])) == selection.best.family
    assert frame["delta"][0] == 0.0
    expected = {"rank", "family", "n_components", "n_parameters", "log_likelihood", "bic", "aic", "icl", "converged",
                "on_floor", "n_starts", "n_agreed", "reason", "delta"}  # fmt: skip
    assert expected <= set(frame.columns)


def test_no_other_frames(selection):
    with pytest.raises(ParameterError, match="'pandas' or 'polars', got 'xarray'"):
        selection.to_frame("xarray")


def test_nothing_is_missing_without_a_reason():
    selection = mogul.select(ROWS[:12], range(1, 14), ["VVV", "EII"])
    for each in selection:
        assert (each.bic is None) == bool(each.reason)
        assert (each.log_likelihood is None) == (each.mixture is None)
        assert each.bic is None or np.isfinite(each.bic)


def test_candidates_without_a_value_are_last(selection):
    with_gap = Selection((Candidate("VVI", 1, 4, reason="why not"), *selection.candidates), "bic", selection.n_rows)
    assert with_gap.candidates[-1].family == "VVI"
    assert "1 of them without a value" in str(with_gap)


def test_ranking_by_another_criterion(selection):
    values = [each.icl for each in selection.ranked_by("icl")]
    assert values == sorted(values)
    with pytest.raises(ParameterError, match="'bicc' is unknown; use one of: bic, aic"):
        selection.ranked_by("bicc")


def test_other_rows_can_decide(selection):
    tried = selection.on(ROWS[::7])
    for each in tried:
        assert each.held_out == pytest.approx(-2 * each.mixture.logpdf(ROWS[::7]).sum(), rel=1e-12)
    values = [each.held_out for each in tried]
    assert values == sorted(values)


def test_nothing_found_is_an_error():
    empty = Selection((Candidate("VVV", 3, 17, reason="there are only 2 distinct rows"),), "bic", 4.0)
    with pytest.raises(ParameterError, match="No candidate could be fitted; of VVV, 3: there are only 2 distinct rows"):
        _ = empty.best


def test_text(selection):
    lines = str(selection).splitlines()
    assert lines[0].split() == ["family", "K", "parameters", "log-likelihood", "BIC", "difference", "starts"]
    assert lines[1].split()[:3] == ["EEE", "3", "11"]
    assert lines[-1] == "6 candidates"
