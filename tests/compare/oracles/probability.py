"""Makes `probability.json`: probabilities, quantiles, modes, regions and entropies, by mpmath to 50 digits.

    python -m pip install mpmath
    python tests/compare/oracles/probability.py

Nothing of mogul is imported. Parameters are doubles, taken exactly; 80 digits are carried, 50 written.
"""

import json
from itertools import pairwise
from pathlib import Path

from mpmath import mp, mpf

mp.dps = 80

MIXTURES = {
    "one": ([1.0], [0.0], [1.0]),
    "overlapping": ([0.3, 0.7], [-1.0, 2.0], [0.25, 1.0]),
    "narrow_in_wide": ([0.05, 0.9, 0.05], [0.3, 0.0, 5.0], [1e-4, 1.0, 2.25]),
    "far_apart": ([0.25, 0.25, 0.5], [-40.0, 0.0, 25.0], [4.0, 0.5, 1.5]),
    "rare_and_wide": ([0.999999, 1e-6], [0.0, 3.0], [1.0, 100.0]),
}
PROBABILITIES = [1e-300, 1e-100, 1e-16, 1e-3, 0.1, 0.25, 0.5, 0.75, 0.99, 1 - 1e-10, 1 - 2.0**-53]
PLACES = [-37.0, -20.0, -8.5, -3.0, -1.0, 0.0, 0.3, 1.7, 4.0, 9.0, 25.0, 37.0]
BOXES = [(-1.0, 1.0), (30.0, 31.0), (-25.0, -24.5), (0.1, 0.1 + 2.0**-30), (-3.0, 40.0), (0.0, 1e-3)]
MASSES = [0.5, 0.9, 0.99]


class Line:
    """A mixture of one feature, in mpmath's numbers."""

    def __init__(self, weights, means, variances):
        self.weights, self.means = [mpf(w) for w in weights], [mpf(m) for m in means]
        # The weights of a mogul.Mixture sum to one but for rounding, and are taken as they are.
        self.deviations = [mp.sqrt(mpf(v)) for v in variances]

    def _parts(self):
        return zip(self.weights, self.means, self.deviations, strict=True)

    def pdf(self, x):
        return sum(w * mp.npdf((x - m) / s) / s for w, m, s in self._parts())

    def slope(self, x):
        return sum(-w * (x - m) / s**3 * mp.npdf((x - m) / s) for w, m, s in self._parts())

    def below(self, x):
        return sum(w * mp.ncdf((x - m) / s) for w, m, s in self._parts())

    def above(self, x):
        return sum(w * mp.ncdf((m - x) / s) for w, m, s in self._parts())

    def between(self, low, high):
        centre = self.means[0]
        if high < centre:
            return self.below(high) - self.below(low)
        return self.above(low) - self.above(high)

    def quantile(self, p, q):
        """Return x with p below and q above, of which the smaller is used."""
        ends = mpf(-10000), mpf(10000)
        if p <= q:
            return root(lambda x: self.below(x) - p, *ends)
        return root(lambda x: q - self.above(x), *ends)

    def turns(self):
        """Return all turns that a fine grid shows."""
        low, high = min(self.means) - 1, max(self.means) + 1
        step = min(self.deviations) / 8
        grid = sorted({low + i * (high - low) / 4000 for i in range(4001)}
                      | {m + i * step for m in self.means for i in range(-80, 81)})  # fmt: skip
        # An odd shift, so that no turn is a point of the grid.
        grid = [x + step / mpf(1009) for x in grid]
        signs = [mp.sign(self.slope(x)) for x in grid]
        return [root(self.slope, a, b) for a, b, s, t in zip(grid, grid[1:], signs, signs[1:], strict=False) if s != t]

    def crossings(self, level, turns):
        """Return the intervals on which the density is at least the level."""
        span = 60 * max(self.deviations)
        nodes = [min(self.means) - span, *turns, max(self.means) + span]
        ups, downs = [], []
        for a, b in pairwise(nodes):
            at_a, at_b = self.pdf(a), self.pdf(b)
            if at_a < level <= at_b:
                ups.append(root(lambda x: self.pdf(x) - level, a, b))
            elif at_b < level <= at_a:
                downs.append(root(lambda x: self.pdf(x) - level, a, b))
        return list(zip(ups, downs, strict=True))

    def outside(self, intervals):
        """Return the mass outside ascending intervals."""
        if not intervals:
            return mpf(1)
        gaps = sum(self.between(a[1], b[0]) for a, b in pairwise(intervals))
        return self.below(intervals[0][0]) + gaps + self.above(intervals[-1][1])

    def level(self, mass, turns):
        top = max(self.pdf(t) for t in turns)
        found = root(
            lambda u: (1 - mpf(mass)) - self.outside(self.crossings(mp.exp(u), turns)),
            mp.log(top) - 40,
            mp.log(top) - mpf(10) ** -9,
        )
        return mp.exp(found)

    def entropy(self):
        nodes = sorted({m + k * s for m, s in zip(self.means, self.deviations, strict=True) for k in range(-20, 21, 2)})
        return mp.quad(lambda x: -self.pdf(x) * mp.log(self.pdf(x)), nodes)


def root(function, low, high):
    """Return a root between two points of different sign, by halving and then by secants (Ridders' method)."""
    at_low, at_high = function(low), function(high)
    if at_low == 0 or at_high == 0:
        return low if at_low == 0 else high
    assert at_low * at_high < 0, (low, high)
    for _ in range(400):
        middle = (low + high) / 2
        at_middle = function(middle)
        if at_middle == 0 or abs(high - low) < mpf(10) ** -66 * max(1, abs(middle)):
            break
        step = (middle - low) * mp.sign(at_low - at_high) * at_middle / mp.sqrt(at_middle**2 - at_low * at_high)
        x = middle + step
        at_x = function(x)
        ends = sorted([(low, at_low), (middle, at_middle), (x, at_x), (high, at_high)])
        for (a, at_a), (b, at_b) in pairwise(ends):
            if at_a == 0:
                return a
            if at_a * at_b < 0:
                low, at_low, high, at_high = a, at_a, b, at_b
                break
    return (low + high) / 2


def digits(value):
    return mp.nstr(value, 50, min_fixed=0, max_fixed=0)


def table_of(line):
    turns = line.turns()
    regions = {}
    for mass in MASSES:
        level = line.level(mass, turns)
        intervals = line.crossings(level, turns)
        regions[str(mass)] = {
            "log_level": digits(mp.log(level)),
            "intervals": [[digits(a), digits(b)] for a, b in intervals],
        }
    return {
        "log_below": [digits(mp.log(line.below(mpf(x)))) for x in PLACES],
        "below": [digits(line.below(mpf(x))) for x in PLACES],
        "above": [digits(line.above(mpf(x))) for x in PLACES],
        "quantiles": [digits(line.quantile(mpf(p), 1 - mpf(p))) for p in PROBABILITIES],
        "upper_quantiles": [digits(line.quantile(1 - mpf(p), mpf(p))) for p in PROBABILITIES],
        "boxes": [digits(line.between(mpf(a), mpf(b))) for a, b in BOXES],
        "turns": [digits(t) for t in turns],
        "p_values": [
            digits(line.outside(line.crossings(line.pdf(mpf(x)) * (1 + mpf(10) ** -60), turns))) for x in PLACES
        ],
        "regions": regions,
        "entropy": digits(line.entropy()),
    }


def main():
    tables = {}
    for name, (weights, means, variances) in MIXTURES.items():
        print(name, flush=True)
        tables[name] = {
            "weights": weights,
            "means": means,
            "variances": variances,
            **table_of(Line(weights, means, variances)),
        }
    document = {
        "about": "made by probability.py with mpmath, 80 digits carried and 50 written",
        "probabilities": PROBABILITIES,
        "places": PLACES,
        "boxes": BOXES,
        "masses": MASSES,
        "mixtures": tables,
    }
    Path(__file__).with_suffix(".json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
