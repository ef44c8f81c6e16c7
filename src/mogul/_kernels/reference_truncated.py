"""What the compiled kernels of the truncated E-step mean, in NumPy; see `reference`.

Each row n keeps the C components of its largest joints, and its responsibilities are the posterior among these::

    r_nk = v_n exp(joint_nk) / sum_{j kept by n} exp(joint_nj)          free energy = sum_n v_n log of that sum

The steps of a pass: pairs (row, component kept before) are `grouped` by component, `recall` finds their joints and
`order_kept` sorts them; rows are `grouped` by a component near them, and `search` lets the rows of a group try the
components of the group's list; `weigh_kept` turns joints into responsibilities; pairs (row, kept component) are
`grouped` by component, and `add_kept` sums their moments. Pairs are numbered n C + c, c the place among what row n
keeps.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mogul._kernels.types import Array, FloatArray

NONE = 2.0**-80
"""Shares below this are none."""


def grouped(keys: Array, n_groups: int) -> tuple[Array, Array]:
    """Return (edges, members): group g is ``members[edges[g] : edges[g + 1]]``, the n with ``keys[n] == g``, ascending.

    edges (n_groups + 1,) int64 ; members int32, as many as keys (P,) int32. Negative keys are in no group, and as many
    entries at the end of `members` are unspecified.
    """
    order = np.argsort(keys, kind="stable")
    edges = np.searchsorted(keys[order], np.arange(n_groups + 1))
    return edges - edges[0], np.roll(order, -edges[0]).astype(np.int32)


def _whitened_full(rows: FloatArray, mean: FloatArray, whitening: FloatArray) -> FloatArray:
    result: FloatArray = (rows - mean) @ whitening.T
    return result


def _whitened_scaled(rows: FloatArray, mean: FloatArray, whitening: FloatArray) -> FloatArray:
    return (rows - mean) * whitening


def _recall(
    whitened: Callable[[FloatArray, FloatArray, FloatArray], FloatArray],
    rows: Array,
    constants: FloatArray,
    means: FloatArray,
    whitening: FloatArray,
    edges: Array,
    members: Array,
    begin: int,
    end: int,
    joint: FloatArray,
) -> None:
    for k in range(begin, end):
        pairs = members[edges[k] : edges[k + 1]]
        z = whitened(rows[pairs // joint.shape[1]].astype(float), means[k], whitening[k])
        joint.ravel()[pairs] = constants[k] - 0.5 * (z**2).sum(axis=1)


def recall_full(
    rows: Array,
    constants: FloatArray,
    means: FloatArray,
    whitening: FloatArray,
    edges: Array,
    members: Array,
    begin: int,
    end: int,
    joint: FloatArray,
    n_threads: int = 1,
) -> None:
    """Write the joints (N, C) of the pairs of components begin..end, in place; edges, members: pairs by component."""
    _recall(_whitened_full, rows, constants, means, whitening, edges, members, begin, end, joint)


def _shared(whitening: FloatArray, n_components: int) -> FloatArray:
    """Return the whitening of one matrix for all components, as a view (K, D, D)."""
    return np.broadcast_to(whitening, (n_components, *whitening.shape))


def recall_tied(
    rows: Array,
    constants: FloatArray,
    means: FloatArray,
    whitening: FloatArray,
    edges: Array,
    members: Array,
    begin: int,
    end: int,
    joint: FloatArray,
    n_threads: int = 1,
) -> None:
    """As `recall_full`, with whitening (D, D)."""
    own = _shared(whitening, len(means))
    _recall(_whitened_full, rows, constants, means, own, edges, members, begin, end, joint)


def recall_diagonal(
    rows: Array,
    constants: FloatArray,
    means: FloatArray,
    whitening: FloatArray,
    edges: Array,
    members: Array,
    begin: int,
    end: int,
    joint: FloatArray,
    n_threads: int = 1,
) -> None:
    """As `recall_full`, with whitening (K, D)."""
    _recall(_whitened_scaled, rows, constants, means, whitening, edges, members, begin, end, joint)


def recall_spherical(
    rows: Array,
    constants: FloatArray,
    means: FloatArray,
    whitening: FloatArray,
    edges: Array,
    members: Array,
    begin: int,
    end: int,
    joint: FloatArray,
    n_threads: int = 1,
) -> None:
    """As `recall_full`, with whitening (K,)."""
    _recall(_whitened_scaled, rows, constants, means, whitening, edges, members, begin, end, joint)


def order_kept(kept: Array, joint: FloatArray, n_threads: int = 1) -> None:
    """Sort what each row keeps (N, C) by falling joint, in place; equals stay in their order."""
    order = np.argsort(-joint, axis=1, kind="stable")
    kept[...] = np.take_along_axis(kept, order, axis=1)
    joint[...] = np.take_along_axis(joint, order, axis=1)


def _take(kept: Array, joint: FloatArray, k: int, value: float) -> None:
    """Let a row keep component k, if its joint is larger than the least that it keeps. In place."""
    if not value > joint[-1] or k in kept:
        return
    place = int((joint >= value).sum())  # of equals, the one that came first stands first
    kept[place + 1 :], joint[place + 1 :] = kept[place:-1].copy(), joint[place:-1].copy()
    kept[place], joint[place] = k, value


def _search(
    whitened: Callable[[FloatArray, FloatArray, FloatArray], FloatArray],
    rows: Array,
    constants: FloatArray,
    means: FloatArray,
    whitening: FloatArray,
    lists: Array,
    edges: Array,
    members: Array,
    begin: int,
    end: int,
    kept: Array,
    joint: FloatArray,
) -> None:
    for group in range(begin, end):
        inside = members[edges[group] : edges[group + 1]]
        for k in lists[group][lists[group] >= 0]:
            z = whitened(rows[inside].astype(float), means[k], whitening[k])
            for n, value in zip(inside, constants[k] - 0.5 * (z**2).sum(axis=1), strict=True):
                _take(kept[n], joint[n], k, value)


def search_full(
    rows: Array,
    constants: FloatArray,
    means: FloatArray,
    whitening: FloatArray,
    lists: Array,
    edges: Array,
    members: Array,
    begin: int,
    end: int,
    kept: Array,
    joint: FloatArray,
    n_threads: int = 1,
) -> None:
    """Let the rows of groups begin..end try the components of their group's list. In place.

    lists (M, L) int32, negative for none ; edges, members: rows by group, no row twice ; kept (N, C) int32, joint
    (N, C): what each row keeps, by falling joint; -1 and minus infinity where it keeps fewer.
    """
    _search(_whitened_full, rows, constants, means, whitening, lists, edges, members, begin, end, kept, joint)


def search_tied(
    rows: Array,
    constants: FloatArray,
    means: FloatArray,
    whitening: FloatArray,
    lists: Array,
    edges: Array,
    members: Array,
    begin: int,
    end: int,
    kept: Array,
    joint: FloatArray,
    n_threads: int = 1,
) -> None:
    """As `search_full`, with whitening (D, D)."""
    own = _shared(whitening, len(means))
    _search(_whitened_full, rows, constants, means, own, lists, edges, members, begin, end, kept, joint)


def search_diagonal(
    rows: Array,
    constants: FloatArray,
    means: FloatArray,
    whitening: FloatArray,
    lists: Array,
    edges: Array,
    members: Array,
    begin: int,
    end: int,
    kept: Array,
    joint: FloatArray,
    n_threads: int = 1,
) -> None:
    """As `search_full`, with whitening (K, D)."""
    _search(_whitened_scaled, rows, constants, means, whitening, lists, edges, members, begin, end, kept, joint)


def search_spherical(
    rows: Array,
    constants: FloatArray,
    means: FloatArray,
    whitening: FloatArray,
    lists: Array,
    edges: Array,
    members: Array,
    begin: int,
    end: int,
    kept: Array,
    joint: FloatArray,
    n_threads: int = 1,
) -> None:
    """As `search_full`, with whitening (K,)."""
    _search(_whitened_scaled, rows, constants, means, whitening, lists, edges, members, begin, end, kept, joint)


def weigh_kept(joint: FloatArray, row_weights: FloatArray | None, n_threads: int = 1) -> float:
    """Replace joints (N, C) by weighted responsibilities, in place, and return the free energy of the rows."""
    v = np.ones(len(joint)) if row_weights is None else row_weights
    top = joint.max(axis=1, initial=-np.inf)
    share = np.exp(joint - top[:, None])
    total = share.sum(axis=1)
    joint[...] = np.where(share >= NONE * total[:, None], share * (v / total)[:, None], 0.0)
    return float(v @ (top + np.log(total)))


def _pairs(edges: Array, members: Array, k: int, responsibilities: FloatArray) -> tuple[Array, FloatArray]:
    """Return the rows of component k and their responsibilities."""
    pairs = members[edges[k] : edges[k + 1]]
    return pairs // responsibilities.shape[1], responsibilities.ravel()[pairs]


def add_kept_full(
    rows: Array,
    means: FloatArray,
    whitening: FloatArray,
    edges: Array,
    members: Array,
    begin: int,
    end: int,
    responsibilities: FloatArray,
    counts: FloatArray,
    first: FloatArray,
    second: FloatArray,
    n_threads: int = 1,
) -> None:
    """Add the whitened moments of components begin..end to counts, first and second. In place.

    edges, members: pairs by component ; counts (K,), sum r ; first (K, D),
    sum r z ; second (K, D (D + 1) / 2), the lower triangle of sum r z z', row by row.
    """
    lower = np.tril_indices(rows.shape[1])
    for k in range(begin, end):
        which, r = _pairs(edges, members, k, responsibilities)
        z = _whitened_full(rows[which].astype(float), means[k], whitening[k])
        counts[k] += r.sum()
        first[k] += r @ z
        second[k] += ((r[:, None] * z).T @ z)[lower]


def add_kept_tied(
    rows: Array,
    means: FloatArray,
    whitening: FloatArray,
    edges: Array,
    members: Array,
    begin: int,
    end: int,
    responsibilities: FloatArray,
    counts: FloatArray,
    first: FloatArray,
    second: FloatArray,
    n_threads: int = 1,
) -> None:
    """As `add_kept_full`, with whitening (D, D); each component still has its own second moments."""
    own = _shared(whitening, len(means))
    add_kept_full(rows, means, own, edges, members, begin, end, responsibilities, counts, first, second)


def add_kept_diagonal(
    rows: Array,
    means: FloatArray,
    whitening: FloatArray,
    edges: Array,
    members: Array,
    begin: int,
    end: int,
    responsibilities: FloatArray,
    counts: FloatArray,
    first: FloatArray,
    second: FloatArray,
    n_threads: int = 1,
) -> None:
    """As `add_kept_full`; second (K, D) is sum r z_d^2."""
    for k in range(begin, end):
        which, r = _pairs(edges, members, k, responsibilities)
        z = _whitened_scaled(rows[which].astype(float), means[k], whitening[k])
        counts[k] += r.sum()
        first[k] += r @ z
        second[k] += r @ z**2


def add_kept_spherical(
    rows: Array,
    means: FloatArray,
    whitening: FloatArray,
    edges: Array,
    members: Array,
    begin: int,
    end: int,
    responsibilities: FloatArray,
    counts: FloatArray,
    first: FloatArray,
    second: FloatArray,
    n_threads: int = 1,
) -> None:
    """As `add_kept_full`; second (K, 1) is sum r |z|^2."""
    for k in range(begin, end):
        which, r = _pairs(edges, members, k, responsibilities)
        z = _whitened_scaled(rows[which].astype(float), means[k], whitening[k])
        counts[k] += r.sum()
        first[k] += r @ z
        second[k] += r @ (z**2).sum(axis=1)


def unwhiten(
    factors: FloatArray, first: FloatArray, inner: FloatArray, n_threads: int = 1
) -> tuple[FloatArray, FloatArray]:
    """Return (first, second) in the units of the data, (K, D) and (K, D, D): L f and L M L'.

    `inner` (K, D (D + 1) / 2) holds the lower triangles of M, row by row.
    """
    n_components, n_features = first.shape
    matrices = np.zeros((n_components, n_features, n_features))
    rows, columns = np.tril_indices(n_features)
    matrices[:, rows, columns] = matrices[:, columns, rows] = inner
    return np.einsum("kij,kj->ki", factors, first), factors @ matrices @ factors.swapaxes(1, 2)
