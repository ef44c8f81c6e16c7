"""Make distances.json: distances of mixtures by quadrature with 50 digits.

Run: python make_distances.py (needs mpmath). Nothing of mogul is used. Numbers are strings of 20 digits.
"""

import json
from itertools import pairwise
from pathlib import Path

import mpmath as mp

mp.mp.dps = 50

MIXTURES = {
    "a": ([0.3, 0.7], [-1.0, 2.0], [0.5, 1.25]),
    "b": ([0.5, 0.25, 0.25], [0.0, 1.5, 4.0], [1.0, 0.5, 0.75]),
    "c": ([1.0], [0.5], [2.0]),
}
QUADRATICS = [  # squares, slopes, limit
    ([1.0, -0.5], [0.25, 2.0], 0.75),
    ([2.0, 0.125], [0.0, -1.0], 9.0),
    ([0.0, 0.01], [1.0, 3.0], -2.0),
    ([-1.0, -3.0], [0.5, 0.5], -20.0),
    ([5.0, -0.001], [0.1, -0.2], 0.0),
]
MATRICES = ([[2.0, 0.5], [0.5, 1.0]], [[1.0, -0.25], [-0.25, 3.0]], [1.0, -2.0])


def normal(x, mean, deviation):
    return mp.exp(-(((x - mean) / deviation) ** 2) / 2) / (deviation * mp.sqrt(2 * mp.pi))


def density(mixture):
    return lambda x: mp.fsum(mp.mpf(w) * normal(x, mp.mpf(m), mp.mpf(s)) for w, m, s in zip(*mixture, strict=True))


def crossings(difference):
    """Return where a function changes sign, found on a fine grid, none of whose points is likely to be a root."""
    grid = [mp.mpf(k) / 16 + mp.sqrt(2) / 100 for k in range(-400, 401)]
    return [
        mp.findroot(difference, (low, high), solver="anderson", tol=1e-60)
        for low, high in pairwise(grid)
        if difference(low) * difference(high) < 0
    ]


def integral(function, breaks=()):
    points = sorted({*map(mp.mpf, range(-30, 31, 2)), *breaks})
    return mp.quad(function, points)


def of_pair(first, second):
    p, q = density(first), density(second)
    middle = lambda x: (p(x) + q(x)) / 2  # noqa: E731
    inner = [integral(lambda x, f=f, g=g: f(x) * g(x)) for f, g in ((p, q), (p, p), (q, q))]
    half = [integral(lambda x, f=f: f(x) * mp.log(f(x) / middle(x))) / 2 for f in (p, q)]
    shared = integral(lambda x: mp.sqrt(p(x) * q(x)))
    return {
        "integrated_squared_error": integral(lambda x: (p(x) - q(x)) ** 2),
        "cauchy_schwarz": -mp.log(inner[0] / mp.sqrt(inner[1] * inner[2])),
        "kl": integral(lambda x: p(x) * mp.log(p(x) / q(x))),
        "jensen_shannon": half[0] + half[1],
        "bhattacharyya": -mp.log(shared),
        "hellinger": mp.sqrt(1 - shared),
        "total_variation": integral(lambda x: abs(p(x) - q(x)), crossings(lambda x: p(x) - q(x))) / 2,
    }


def overlaps(mixture):
    """Return P(w_j N_j > w_i N_i) under component i, from the sign changes of the difference."""
    weights, means, deviations = ([mp.mpf(v) for v in values] for values in mixture)
    table = []
    for i in range(len(weights)):
        row = []
        for j in range(len(weights)):
            more = lambda x, i=i, j=j: (  # noqa: E731
                mp.log(weights[j]) - mp.log(deviations[j]) - ((x - means[j]) / deviations[j]) ** 2 / 2
                - mp.log(weights[i]) + mp.log(deviations[i]) + ((x - means[i]) / deviations[i]) ** 2 / 2
            )  # fmt: skip
            edges = [mp.mpf(-200), *crossings(more), mp.mpf(200)] if i != j else []
            row.append(
                mp.fsum(
                    mp.ncdf((high - means[i]) / deviations[i]) - mp.ncdf((low - means[i]) / deviations[i])
                    for low, high in pairwise(edges)
                    if more((low + high) / 2) > 0
                )
                if i != j
                else mp.mpf(1)
            )
        table.append(row)
    return table


def below(squares, slopes, limit):
    """Return P(sum a z^2 + b z < limit) of two variables: the second by its roots, the first by quadrature."""
    (a, c), (b, d) = (list(map(mp.mpf, values)) for values in (squares, slopes))

    def given(z):
        left = mp.mpf(limit) - a * z * z - b * z
        square = d * d + 4 * c * left
        if square <= 0:
            return mp.mpf(0 if c > 0 else 1)
        low, high = sorted([(-d - mp.sqrt(square)) / (2 * c), (-d + mp.sqrt(square)) / (2 * c)])
        inside = mp.ncdf(high) - mp.ncdf(low)
        return inside if c > 0 else 1 - inside

    edges = []
    if a != 0:  # where the roots appear: d^2 + 4 c (limit - a z^2 - b z) = 0
        square = b * b + 4 * a * (mp.mpf(limit) + d * d / (4 * c))
        edges = [(-b + sign * mp.sqrt(square)) / (2 * a) for sign in (-1, 1)] if square > 0 else []
    else:
        edges = [(mp.mpf(limit) + d * d / (4 * c)) / b]
    return integral(lambda z: normal(z, mp.mpf(0), mp.mpf(1)) * given(z), edges)


def of_gaussians():
    """Return distances of N(0, A) and N(m, B) by matrices of 50 digits."""
    first, second, mean = (mp.matrix(values) for values in MATRICES)
    inverse, middle = second**-1, (first + second) / 2
    ratio = mp.det(second) / mp.det(first)
    trace = lambda m: m[0, 0] + m[1, 1]  # noqa: E731
    shared = (mean.T * middle**-1 * mean)[0] / 8 + mp.log(mp.det(middle) / mp.sqrt(mp.det(first) * mp.det(second))) / 2
    values, axes = mp.eigsy(first)
    root = axes * mp.diag([mp.sqrt(v) for v in values]) * axes.T
    cross = mp.fsum(mp.sqrt(v) for v in mp.eigsy(root * second * root, eigvals_only=True))
    return {
        "kl": (trace(inverse * first) + (mean.T * inverse * mean)[0] - 2 + mp.log(ratio)) / 2,
        "bhattacharyya": shared,
        "hellinger": mp.sqrt(1 - mp.exp(-shared)),
        "wasserstein": mp.sqrt((mean.T * mean)[0] + trace(first) + trace(second) - 2 * cross),
    }


def text(value):
    if isinstance(value, dict):
        return {key: text(each) for key, each in value.items()}
    return [text(each) for each in value] if isinstance(value, list) else mp.nstr(value, 20)


if __name__ == "__main__":
    result = {
        "about": "make_distances.py, mpmath with 50 digits: integrals by quadrature, no code of ours",
        "mixtures": MIXTURES,
        "pairs": {f"{p}{q}": text(of_pair(MIXTURES[p], MIXTURES[q])) for p, q in ("ab", "ba", "ac", "bc")},
        "overlaps": {name: text(overlaps(MIXTURES[name])) for name in ("a", "b")},
        "quadratics": [[*case, text(below(*case))] for case in QUADRATICS],
        "matrices": MATRICES,
        "gaussians": text(of_gaussians()),
    }
    target = Path(__file__).with_name("distances.json")
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
