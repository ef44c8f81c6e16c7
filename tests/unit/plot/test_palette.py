import pytest

from mogul.plot.palette import PALETTE, component_style, luminance, rgb


def test_first_forty_components_all_differ():
    looks = [(s.colour, s.line_style, s.hatch) for s in map(component_style, range(40))]
    assert len(set(looks)) == 40
    assert [look[0] for look in looks[:10]] == list(PALETTE)
    assert all(look[1:] == ("-", "") for look in looks[:10])


@pytest.mark.parametrize("component", range(10))
def test_numbers_can_be_read_on_their_colour(component):
    style = component_style(component)
    light, dark = sorted([luminance(style.colour), 1.0 if style.text == "white" else 0.0], reverse=True)
    # WCAG asks 4.5 of small text.
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_luminance_of_black_and_white():
    assert luminance("#000000") == 0
    assert luminance("#ffffff") == pytest.approx(1)
    assert rgb("#ff0080") == (1.0, 0.0, pytest.approx(128 / 255))
