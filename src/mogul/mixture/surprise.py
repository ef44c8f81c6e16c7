"""Why a row is unusual: how improbable each of its values is, given all the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import ArrayLike

from mogul._checks import points
from mogul._kernels import FloatArray
from mogul._numerics import freeze
from mogul.errors import NonFiniteError, ShapeError
from mogul.mixture.abstract import AbstractMixture
from mogul.mixture.gaussian import LOG_ROOT_2_PI, log_sum
from mogul.mixture.law import ExactLaw
from mogul.mixture.line import Line
from mogul.mixture.pieces import Pieces
from mogul.mixture.probability import whitenings_of


@final
@dataclass(frozen=True, eq=False)
class Explanation:
    """How unusual each value of a row is, given the others of the row. Made by `Mixture.explain`; prints as a table."""

    feature_names: tuple[str, ...]
    values: FloatArray
    """The row, shape (D,)."""
    expected: FloatArray
    """The mean of each feature given the others, shape (D,)."""
    deviations: FloatArray
    """The standard deviation of each feature given the others, shape (D,)."""
    surprises: FloatArray
    """``-log p(x_j | the others)``, shape (D,), in nats."""
    p_values: FloatArray
    """How often a value given the others is as improbable, shape (D,)."""

    def __post_init__(self) -> None:
        for name in ("values", "expected", "deviations", "surprises", "p_values"):
            object.__setattr__(self, name, freeze(getattr(self, name)))

    @property
    def order(self) -> list[int]:
        """The features, the least probable value first."""
        return [int(j) for j in np.lexsort((-self.surprises, self.p_values))]

    def __str__(self) -> str:
        width = max(7, *(len(name) for name in self.feature_names))
        lines = [f"{'feature':<{width}}  {'value':>10}  {'expected':>10}  {'+-':>9}  {'surprise':>8}  {'p-value':>8}"]
        lines += [
            f"{self.feature_names[j]:<{width}}  {self.values[j]:>10.4g}  {self.expected[j]:>10.4g}  "
            f"{self.deviations[j]:>9.3g}  {self.surprises[j]:>8.2f}  {self.p_values[j]:>8.2g}"
            for j in self.order
        ]
        return "\n".join(lines)


class AbstractSurprise(AbstractMixture):
    """Conditional surprise of features."""

    def surprises(self, x: ArrayLike) -> FloatArray:
        """Return how surprising each value of each row is, given the other values of the row, in nats.

        Parameters
        ----------
        x : shape (N, D), (D,) or, if D = 1, (N,)

        Returns
        -------
        shape (N, D), or (D,) for one point
            ``-log p(x_j | the other features)``. A density, so it depends on the unit of the feature and may be
            negative.

        Notes
        -----
        Given the others, feature j is a mixture of one feature. Component k has the mean ``x_j - y_kj / L_kjj`` and the
        variance ``1 / L_kjj``, where L_k is the inverse covariance and ``y_k = L_k (x - m_k)``, and its weight is
        proportional to ``w_k N(x | m_k, S_k)`` over its density at x_j. Cost: O(N K D^2).

        References
        ----------
        Bishop (2006), eqs 2.75 and 2.96 to 2.98.

        Examples
        --------
        >>> import mogul
        >>> tilted = mogul.Mixture([1.0], [[0.0, 0.0]], [[[1.0, 0.9], [0.9, 1.0]]])
        >>> tilted.surprises([[2.0, 2.0], [2.0, -2.0]]).round(2)
        array([[ 0.19,  0.19],
               [38.09, 38.09]])
        """
        rows, shape = points(x, self.n_features)
        log_weights, means, deviations = self._conditionals(rows.astype(float))
        z = (rows[:, None] - means) / deviations
        joint = log_weights - np.log(deviations) - LOG_ROOT_2_PI - z * z / 2
        return -log_sum(joint, axis=1).reshape(*shape, self.n_features)

    def explain(self, x: ArrayLike, *, feature_names: Sequence[str] | None = None) -> Explanation:
        """Return a table of how unusual each value of one row is, given the others.

        Parameters
        ----------
        x : shape (D,)
            A row, in the units of the data.
        feature_names : D strings, optional
            By default x0, x1, ...

        Returns
        -------
        Explanation
            Values, what was to be expected, surprises and p-values; printed, a table with the least probable first.

        Raises
        ------
        ShapeError
            If x is not one row, or there are more or fewer names than features.
        NonFiniteError
            If an entry is NaN or infinite.

        Notes
        -----
        The p-value of feature j is ``P(p(X_j | others) <= p(x_j | others))`` under its conditional distribution, which
        is a mixture of one feature: exact. A row can be unusual though no single value is (every p-value is moderate,
        the row's own is small); and two features that disagree with each other are both surprising.

        Examples
        --------
        >>> import mogul
        >>> tilted = mogul.Mixture([1.0], [[0.0, 0.0]], [[[1.0, 0.9], [0.9, 1.0]]])
        >>> print(tilted.explain([2.0, 0.5], feature_names=["length", "width"]))
        feature       value    expected         +-  surprise   p-value
        length            2        0.45      0.436      6.41   0.00038
        width           0.5         1.8      0.436      4.54    0.0029
        """
        rows, shape = points(x, self.n_features)
        if len(rows) != 1:
            raise ShapeError(
                f"x has shape {(*shape, self.n_features)}; explain takes one row of the mixture's features."
            )
        names = tuple(feature_names) if feature_names is not None else tuple(f"x{j}" for j in range(self.n_features))
        if len(names) != self.n_features:
            raise ShapeError(f"There are {len(names)} feature_names, but the mixture has {self.n_features} features.")
        row = rows[0].astype(float)
        if not np.isfinite(row).all():
            j = int(np.flatnonzero(~np.isfinite(row))[0])
            raise NonFiniteError(f"The value of {names[j]} is {row[j]}. Leave the feature out, mixture.marginal(...).")
        log_weights, means, deviations = (part[0] for part in self._conditionals(row[None]))
        weights = np.exp(log_weights)
        expected = (weights * means).sum(axis=0)
        variances = (weights * (deviations**2 + (means - expected) ** 2)).sum(axis=0)
        surprises, p_values = np.empty((2, self.n_features))
        for j in range(self.n_features):
            # Components of no weight to rounding play no part.
            some = weights[:, j] > 1e-300
            line = Line(weights[some, j], means[some, j], deviations[some, j])
            surprises[j] = -line.logpdf(row[j : j + 1])[0]
            p_values[j] = ExactLaw(Pieces.of(line)).p_values(-surprises[j : j + 1])[0]
        return Explanation(names, row, expected, np.sqrt(variances), surprises, p_values)

    def _conditionals(self, rows: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return log-weights, means and deviations of every feature given the others, shape (N, K, D) each."""
        order = self.order[self.weights[self.order] > 0]
        whitenings = whitenings_of(self)[order]
        precisions = whitenings.swapaxes(1, 2) @ whitenings
        deviations = 1 / np.sqrt(np.einsum("kii->ki", precisions))
        away = rows[:, None] - self.means[order]
        pull = np.einsum("kij,nkj->nki", precisions, away)
        residual = pull * deviations  # in units of the conditional deviation
        whitened = np.einsum("kij,nkj->nki", whitenings, away)
        joint = np.log(self.weights[order]) - (self.covariances.log_determinants[order] + (whitened**2).sum(axis=2)) / 2
        # p(x) over p(x_j | the others) is the density of the others.
        others = joint[:, :, None] + np.log(deviations) + residual**2 / 2
        log_weights = others - log_sum(others, axis=1)[:, None]
        means = rows[:, None] - residual * deviations
        return log_weights, means, np.broadcast_to(deviations, means.shape)
