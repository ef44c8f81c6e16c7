"""How many (row, component) pairs could be left out of a pass, exactly to rounding.

A pair matters if its joint log-density lies within GAP nats of the row's greatest: the others add less than rounding to
every sum. "Row by row" is the share of pairs that matter, the least that any bound could leave. Kernels work on strips
of 32 rows; a component must be evaluated on a strip unless the box around its rows tells that it cannot matter to any
of them, by interval arithmetic through the whitening. "As given" has the strips of rows in the order given; "in chunks"
has the rows of every 1024 ordered by halving boxes at the middle of their longest side; "all ordered" has all rows
ordered so. Mixtures are those of a short fit. Shares do not depend on the machine.
"""

from __future__ import annotations

import argparse
import warnings

import common
from problems import made
from versus_sklearn import problem

GAP = 50.0
"""Nats: exp(-50) is 2e-22, a millionth of what rounding takes from 1."""

STRIP, CHUNK = 32, 1024

SHAPES = ((2, 8), (2, 32), (2, 100), (3, 32), (4, 32), (10, 16))


def halved(rows, numbers, n_least: int) -> list:
    """Return the numbers of rows in leaves of at most `n_least`, each around a box of its own."""
    import numpy as np

    if len(numbers) <= n_least:
        return [numbers]
    points = rows[numbers]
    longest = int(np.argmax(points.max(axis=0) - points.min(axis=0)))
    half = (-(-len(numbers) // n_least) + 1) // 2 * n_least
    order = numbers[np.argpartition(points[:, longest], half - 1)]
    return halved(rows, order[:half], n_least) + halved(rows, order[half:], n_least)


def share_of_strips(rows, mixture, strips: list) -> float:
    """Return the share of (strip, component) pairs that bounds do not rule out."""
    import numpy as np

    constants, means = mixture.constants, mixture.means[mixture.order]
    whitening = mixture.covariances.whitening[mixture.order]
    n_kept = 0
    for strip in strips:
        low, high = rows[strip].min(axis=0), rows[strip].max(axis=0)
        middle = np.einsum("kij,kj->ki", whitening, (low + high) / 2 - means)
        reach = np.einsum("kij,j->ki", np.abs(whitening), (high - low) / 2)
        most = constants - (np.maximum(np.abs(middle) - reach, 0) ** 2).sum(axis=1) / 2
        least = constants - ((np.abs(middle) + reach) ** 2).sum(axis=1) / 2
        n_kept += int((most >= least.max() - GAP).sum())
    return n_kept / (len(strips) * len(constants))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rows", type=int, default=65_536)
    options = parser.parse_args()
    common.set_threads(options.threads)

    import numpy as np

    from mogul import GaussianMixture

    warnings.simplefilter("ignore")
    n_rows = options.rows
    sets = {"2 x 8, overlapping": (problem(n_rows, 2, 8, "full")[0], 8)}
    sets |= {f"{d} x {k}, apart": (made(n_rows, d, k)(), k) for d, k in SHAPES}
    lines = []
    for name, (rows, n_components) in sets.items():
        model = GaussianMixture(n_components, init_params="k-means++", random_state=0, tol=1e-3, max_iter=30).fit(rows)
        mixture = model.mixture_
        joint = mixture.log_responsibilities(rows)
        everything = np.arange(n_rows)
        chunks = [everything[first : first + CHUNK] for first in range(0, n_rows, CHUNK)]
        orders = {
            "as given": [everything[first : first + STRIP] for first in range(0, n_rows, STRIP)],
            "in chunks": [strip for chunk in chunks for strip in halved(rows, chunk, STRIP)],
            "all ordered": halved(rows, everything, STRIP),
        }
        shares = [float((joint >= joint.max(axis=1, keepdims=True) - GAP).mean())]
        shares += [share_of_strips(rows, mixture, strips) for strips in orders.values()]
        lines.append([name, *(f"{share:.0%}" for share in shares)])
    header = ["features x components", "row by row", "strips as given", "ordered in chunks", "all ordered"]
    common.publish(__doc__, common.table(header, lines))


if __name__ == "__main__":
    main()
