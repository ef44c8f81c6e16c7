"""Thousands of small data sets in one call: a mixture for each pixel, each customer, each sensor."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import ArrayLike

from mogul._checks import row_weights
from mogul._kernels import Array, BoolArray, FloatArray
from mogul.errors import MogulError, ParameterError, ShapeError, TooFewRowsError
from mogul.estimators.gaussian_mixture import GaussianMixture
from mogul.estimators.inputs import checked_rows
from mogul.estimators.slab import Reached, Slab
from mogul.family import find_family
from mogul.mixture import Mixture, Stack

AT_ONCE = 1e6
"""Operations of a pass over the groups that are worked on together; between such slabs Ctrl-C acts."""


@final
@dataclass(frozen=True, eq=False)
class ManyMixtures:
    """Return the mixtures of G groups; ``many[g]`` is one of them, a `Mixture`.

    Attributes
    ----------
    groups : shape (G,)
        The name of each group.
    weights, means, covariances : arrays (G, K), (G, K, D) and (G, ...)
        Parameters in the layout of `GaussianMixture`, one group after the other.
    log_likelihoods : shape (G,)
        Mean log-likelihood a row of each group.
    n_iterations : shape (G,)
    converged : shape (G,)
    """

    groups: Array
    weights: FloatArray
    means: FloatArray
    covariances: FloatArray
    log_likelihoods: FloatArray
    n_iterations: Array
    converged: BoolArray
    _stack: Stack

    def __len__(self) -> int:
        return len(self.groups)

    def __getitem__(self, number: int) -> Mixture:
        return self._stack.mixture(range(len(self))[number])

    def __iter__(self) -> Iterator[Mixture]:
        return (self[number] for number in range(len(self)))


def fit_many(
    X: Any,
    groups: ArrayLike | None = None,
    n_components: int = 1,
    *,
    covariance_type: str = "full",
    tol: float | None = None,
    max_iter: int = 1000,
    n_init: int = 4,
    random_state: int | None = None,
    sample_weight: ArrayLike | None = None,
    labels_init: ArrayLike | None = None,
) -> ManyMixtures:
    """Fit a mixture to each of many groups of rows, in one call.

    Parameters
    ----------
    X : shape (N, D), or a list of arrays (N_g, D)
        The rows of all groups; a list holds one array a group.
    groups : shape (N,), optional
        The name of the group of each row: numbers or words. Not needed for a list.
    n_components : int, default 1
        K, for every group.
    covariance_type, tol, max_iter
        As in `GaussianMixture`.
    n_init : int, default 4
        How many k-means partitions each group is begun from; the one from which a short run gets farthest goes on.
    random_state : int or None
        The same integer gives the same results.
    sample_weight : shape (N,), optional
    labels_init : shape (N,) of integers, optional
        A component for each row to begin with, instead of k-means.

    Returns
    -------
    ManyMixtures
        In the order of the sorted names, or of the list.

    Raises
    ------
    MogulError
        As `GaussianMixture.fit` raises; a note names the group.

    Notes
    -----
    Each group has the result of its own fit, whatever the others: same start, same rounds, same rule to stop, but slow
    runs are not extrapolated. Groups in which a component collapses, or a column does not vary, are fitted by
    `GaussianMixture` one by one. Cost: a few microseconds a group and iteration; groups are shared out to threads.

    Examples
    --------
    >>> import numpy as np
    >>> import mogul
    >>> rng = np.random.default_rng(0)
    >>> pixels = np.repeat(np.arange(500), 40)
    >>> rows = rng.normal(size=(20000, 1)) + 8 * rng.integers(2, size=(20000, 1))
    >>> many = mogul.fit_many(rows, pixels, n_components=2, random_state=0)
    >>> many.means.shape, bool(many.converged.all())
    ((500, 2, 1), True)
    >>> many[17].n_components
    2
    """
    settings = GaussianMixture(n_components, covariance_type=covariance_type, tol=tol, max_iter=max_iter, n_init=n_init)
    settings._require_valid_parameters()
    table, names = _table(X, groups)
    rows = checked_rows(settings, table, reset=True)
    labels, order, offsets = _sorted(names, len(rows), n_components)
    given = row_weights(sample_weight, len(rows))
    data = Slab(
        np.ascontiguousarray(rows[order]),
        np.ones(len(rows)) if given is None else given[order],
        offsets,
        None if labels_init is None else _checked_labels(labels_init, len(rows), n_components)[order],
    )
    numbers = None if random_state is None else int(random_state)
    parts = [data.part(first, last) for first, last in _slabs(offsets, n_components, rows.shape[1])]
    reached = [_fitted(part, settings, numbers, labels[part.first :]) for part in parts]
    stack = Stack.joined([part.mixtures for part in reached])
    return ManyMixtures(
        labels,
        stack.weights,
        stack.means,
        stack.covariances,
        np.concatenate([part.log_likelihoods for part in reached]),
        np.concatenate([part.n_iterations for part in reached]),
        np.concatenate([part.converged for part in reached]),
        stack,
    )


def _table(X: Any, groups: ArrayLike | None) -> tuple[Any, Array]:
    """Return (rows of all groups, the name of the group of each row)."""
    if groups is not None:
        return X, np.asarray(groups)
    if not isinstance(X, list | tuple):
        raise ParameterError("fit_many needs groups, a name for each row, unless X is a list of arrays. Use groups=...")
    tables = [np.asarray(table) for table in X]
    widths = {table.shape[1:] for table in tables}
    if len(widths) != 1 or len(widths.pop()) != 1:
        raise ShapeError("The arrays of the list X must have two axes each, and equally many columns. Reshape them.")
    return np.concatenate(tables), np.repeat(np.arange(len(tables)), [len(table) for table in tables])


def _sorted(names: Array, n_rows: int, n_components: int) -> tuple[Array, Array, Array]:
    """Return (names of groups, an order of the rows that brings groups together, where each begins)."""
    if names.shape != (n_rows,):
        raise ShapeError(f"groups must have shape ({n_rows},), one name a row, got {names.shape}.")
    labels, inverse, sizes = np.unique(names, return_inverse=True, return_counts=True)
    if sizes.min() < max(n_components, 2):
        small = int(sizes.argmin())
        raise TooFewRowsError(
            f"Group {labels.tolist()[small]!r} has {sizes[small]} rows, too few for n_components = {n_components}. "
            "Leave it out, or use fewer components."
        )
    return labels, np.argsort(inverse, kind="stable"), np.concatenate([[0], np.cumsum(sizes)])


def _checked_labels(labels: ArrayLike, n_rows: int, n_components: int) -> Array:
    array = np.asarray(labels)
    if array.shape != (n_rows,) or array.dtype.kind not in "iu" or array.min() < 0 or array.max() >= n_components:
        raise ParameterError(
            f"labels_init must hold {n_rows} integers from 0 to {n_components - 1}, one a row. Use such labels."
        )
    return array.astype(np.int64)


def _slabs(offsets: Array, n_components: int, n_features: int) -> Iterator[tuple[int, int]]:
    """Yield the first group and the one after the last of each slab."""
    limit = max(1, int(AT_ONCE / (n_components * (n_features + 2) ** 2)))
    first = 0
    while first < len(offsets) - 1:
        last = max(int(np.searchsorted(offsets, offsets[first] + limit, side="right")) - 1, first + 1)
        yield first, last
        first = last


def _fitted(part: Slab, settings: GaussianMixture, random_state: int | None, names: Array) -> Reached:
    """Return where the groups of a slab have come to; those that need care are fitted one by one."""
    if find_family(settings.covariance_type).averaging is None:
        # No kernel makes rounds for this family.
        models = [
            _alone(part, number, settings, random_state, name)
            for number, name in enumerate(names.tolist()[: len(part.offsets) - 1])
        ]
        return Reached(
            Stack.of([model.mixture_ for model in models]),
            np.array([model.lower_bound_ for model in models]),
            np.array([model.n_iter_ for model in models]),
            np.array([model.converged_ for model in models]),
            np.ones(len(models), dtype=bool),
        )
    reached = part.fitted(settings, random_state)
    for number in np.flatnonzero(~reached.fine).tolist():
        model = _alone(part, number, settings, random_state, names.tolist()[number])
        reached = reached.replaced(number, model.mixture_, model.lower_bound_, model.n_iter_, model.converged_)
    return reached


def _alone(part: Slab, number: int, settings: GaussianMixture, random_state: int | None, name: Any) -> GaussianMixture:
    """Return the fit of one group by itself; what it warns of or raises names the group."""
    rows = part.rows_of(number)
    start = None if part.labels is None else part.labels[rows]
    parameters = settings.get_params() | {"random_state": random_state, "responsibilities_init": start, "n_init": 1}
    try:
        with warnings.catch_warnings(record=True) as found:
            warnings.simplefilter("always")
            model = GaussianMixture(**parameters)
            model.fit(part.rows[rows], sample_weight=part.weights[rows])
    except MogulError as error:
        error.add_note(f"This happened in group {name!r} of fit_many.")
        raise
    for warning in found:
        warnings.warn(f"Group {name!r}: {warning.message}", warning.category, stacklevel=4)
    return model
