"""Colours, line styles and hatches of components.

The colours are the accessible ten of Petroff (2021), arXiv:2107.02270, which stay apart for people with any common
colour-vision deficiency and in print. From the eleventh component on they come again with another line style and
hatch; everything is numbered besides, so that no reading of a plot depends on colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

PALETTE = (
    "#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6",
    "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd",
)  # fmt: skip
LINE_STYLES = ("-", "--", ":", "-.")
HATCHES = ("", "////", "....", "xxxx")


@final
@dataclass(frozen=True)
class ComponentStyle:
    """How one component is drawn everywhere."""

    colour: str
    line_style: str
    hatch: str
    text: str
    """Black or white, whichever reads better on `colour`."""


def component_style(component: int) -> ComponentStyle:
    """Return the style of a component; the first 40 all differ."""
    cycle, position = divmod(component, len(PALETTE))
    colour = PALETTE[position]
    return ComponentStyle(
        colour=colour,
        line_style=LINE_STYLES[cycle % len(LINE_STYLES)],
        hatch=HATCHES[cycle % len(HATCHES)],
        text="black" if luminance(colour) > 0.179 else "white",
    )


def rgb(colour: str) -> tuple[float, float, float]:
    """Return red, green and blue of ``#rrggbb``, from 0 to 1."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2; at 0.179 black and white text have the same contrast."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
