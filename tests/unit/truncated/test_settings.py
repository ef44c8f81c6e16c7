import pytest

from mogul import Truncation
from mogul.errors import ParameterError


def test_a_number_is_how_many_components_are_kept():
    assert Truncation.of(7) == Truncation(n_kept=7)
    assert Truncation.of(Truncation(3, 4, 0)) == Truncation(3, 4, 0)


@pytest.mark.parametrize(
    "options",
    [{"n_kept": 0}, {"n_kept": 2.5}, {"n_kept": True}, {"n_neighbours": 0}, {"n_exact": -1}, {"n_exact": "2"}],
)
def test_settings_that_make_no_sense_are_refused(options):
    with pytest.raises(ParameterError, match=f"{next(iter(options))} of a truncation is"):
        Truncation(**options)
