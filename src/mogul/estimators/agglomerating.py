"""Rows to a hierarchy of clusters."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator

from mogul._checks import row_weights
from mogul.errors import ParameterError
from mogul.estimators.inputs import checked_rows, require_integer
from mogul.family import Symmetry
from mogul.source import ArraySource
from mogul.start import CRITERIA, Hierarchy, StartSample, agglomerated
from mogul.training import examined


def agglomerate(
    X: Any,
    criterion: str = "VVV",
    *,
    sample_weight: ArrayLike | None = None,
    max_rows: int | None = None,
    random_state: int | None = None,
) -> Hierarchy:
    """Return the hierarchy that merging the two clusters that cost least makes, beginning with single rows.

    One hierarchy holds a partition for every number of clusters. They make good starts of EM:
    ``GaussianMixture(3, responsibilities_init=hierarchy.labels(3))``.

    Parameters
    ----------
    X : shape (N, D)
        Rows of numbers.
    criterion : {'VVV', 'EEE', 'VII', 'EII'}, default 'VVV'
        What a cluster looks like: any ellipsoid, ellipsoids of one covariance, balls, balls of one size. EII is the
        criterion of Ward.
    sample_weight : shape (N,), optional
        How often each row counts. Rows without weight get a label, but no say.
    max_rows : int, optional
        With more rows, so many of them, drawn by weight, make the hierarchy; any other goes with the nearest of these.
        By default 2048, or fewer where these would take more than about a second: many columns for VVV, more than
        thousand rows for EEE.
    random_state : int, optional
        The seed of that draw.

    Returns
    -------
    Hierarchy
        Its method `labels` returns the cluster of each row for a number of clusters.

    Raises
    ------
    MogulError
        A kind of ValueError that says what is wrong with an argument, and what to do.

    Notes
    -----
    With n_k the weight of cluster k, W_k its scatter about its mean, N the weight of all rows and
    ``a = tr(W of all rows) / (N D)``, the criterion that each merge raises least is::

        EII   sum_k tr W_k
        VII   sum_k n_k log((tr W_k + a) / n_k)
        EEE   N log|sum_k W_k + a I|
        VVV   sum_k n_k log(|W_k / n_k| + (tr W_k + a) / n_k)

    For EII and VII all columns are taken in the same unit, as they come. For EEE and VVV rows are taken in units of
    their covariance, so that no linear map of the data changes the partitions. Time grows with the square of the
    rows that take part (EEE: the third power); 2000 rows of 5 columns take a fraction of a second.

    References
    ----------
    Ward (1963), Hierarchical grouping to optimize an objective function, JASA 58, 236-244.
    Banfield and Raftery (1993), Model-based Gaussian and non-Gaussian clustering, Biometrics 49, 803-821.
    Fraley (1998), Algorithms for model-based Gaussian hierarchical clustering, SIAM J. Sci. Comput. 20, 270-281.

    Examples
    --------
    >>> import mogul
    >>> hierarchy = mogul.agglomerate([[0.0], [1.0], [5.0], [7.0]], criterion="EII")
    >>> hierarchy.labels(2)
    array([0, 0, 1, 1])
    >>> hierarchy.costs  # halves of squared distances, and at last 4 / 4 of that of the means 0.5 and 6
    array([ 0.5 ,  2.  , 30.25])
    """
    if criterion not in CRITERIA:
        raise ParameterError(f"criterion {criterion!r} is unknown; use one of: {', '.join(CRITERIA)}.")
    rows = checked_rows(BaseEstimator(), X, reset=True)
    source = ArraySource(rows, row_weights(sample_weight, len(rows)))
    chosen = CRITERIA[criterion]
    n_drawn = chosen.affordable_rows(rows.shape[1]) if max_rows is None else max_rows
    require_integer("max_rows", n_drawn, 2, owner="agglomerate")
    report = examined(source, correlations=chosen.symmetry is Symmetry.AFFINE)
    drawn = source.sample_rows(n_drawn, np.random.default_rng(random_state))
    sample = StartSample.of(*drawn, report.spread, chosen.symmetry)
    hierarchy = agglomerated(sample, chosen)
    unit = report.spread.mean_variance if chosen.is_squared else 1.0
    return Hierarchy(hierarchy.merges, hierarchy.costs * unit, sample.representatives(rows))
