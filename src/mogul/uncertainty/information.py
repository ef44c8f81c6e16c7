"""Standard errors from the information matrix of the rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import final

import numpy as np

from mogul._kernels import FloatArray
from mogul._numerics import in_parts, symmetric
from mogul.covariance import FullCovariance
from mogul.errors import DegenerateComponentError, ParameterError
from mogul.family import AbstractFamily
from mogul.fitting import total_statistics
from mogul.mixture import Mixture
from mogul.source import ArraySource
from mogul.statistics import FullMoments
from mogul.uncertainty.abstract import AbstractUncertainty, checked_names, normal_interval
from mogul.uncertainty.chart import Chart
from mogul.uncertainty.parameters import Parameters

STEP = 3e-4
"""How far coordinates are moved to differentiate the score: by this share of a standard deviation."""

AT_ONCE = 2e6
"""Numbers that scores of single rows take up at a time."""

LEFT_TO_GAIN = 0.05
"""Nats that Newton's step may still promise of a mixture that counts as a maximum: a third of a standard error."""


class Estimator(Enum):
    """How the covariance of the estimate follows from the rows."""

    OBSERVED = "observed"
    OUTER = "outer"
    SANDWICH = "sandwich"


_WORDS = {
    Estimator.OBSERVED: "observed information",
    Estimator.OUTER: "outer product of scores",
    Estimator.SANDWICH: "sandwich",
}


@final
@dataclass(frozen=True, eq=False)
class Information(AbstractUncertainty):
    """Return standard errors of the parameters of a mixture fitted to rows, from their information matrix.

    Made by `mogul.standard_errors`. Prints as a table.

    Attributes
    ----------
    mixture : Mixture
    family : AbstractFamily
    kind : Estimator
    n_rows : float
        The total weight of the rows.
    covariance : shape (p, p)
        Of the free coordinates, of which there are as many as free parameters; see `mogul.uncertainty.chart`.
    jacobian : shape (P, p)
        How all P = K (1 + D + D^2) parameters change with these coordinates.
    left_to_gain : float
        Nats by which Newton's step from the mixture would raise the log-likelihood: nearly zero at a maximum.
    """

    mixture: Mixture
    family: AbstractFamily
    kind: Estimator
    n_rows: float
    covariance: FloatArray
    jacobian: FloatArray
    left_to_gain: float
    feature_names: tuple[str, ...]

    @property
    def n_parameters(self) -> int:
        """The number of free parameters."""
        return len(self.covariance)

    @property
    def standard_errors(self) -> Parameters:
        squares = np.einsum("ip,pq,iq->i", self.jacobian, self.covariance, self.jacobian, optimize=True)
        errors = np.sqrt(np.maximum(squares, 0.0))
        return Parameters.of_vectors(errors, *self.mixture.means.shape)

    def covariance_matrix(self) -> FloatArray:
        """Return the covariance (P, P) of all parameters: weights, means and covariances, as `Parameters.vectors`."""
        result: FloatArray = self.jacobian @ self.covariance @ self.jacobian.T
        return result

    def interval(self, level: float = 0.95) -> tuple[Parameters, Parameters]:
        """Return (low, high): normal intervals, of weights on the logit scale and of variances on the log scale."""
        return normal_interval(self.estimate, self.standard_errors, level)

    def of(self, function: Callable[[Mixture], float]) -> tuple[float, float]:
        """Return (value, standard error) of any smooth function of the mixture, by the delta method.

        Examples
        --------
        >>> import mogul
        >>> from mogul.data import load_faithful
        >>> rows, _ = load_faithful()
        >>> model = mogul.GaussianMixture(2, random_state=0).fit(rows)
        >>> errors = mogul.standard_errors(model, rows)
        >>> apart, error = errors.of(lambda mixture: abs(mixture.means[0, 0] - mixture.means[1, 0]))
        >>> round(apart, 3), round(error, 3)
        (2.253, 0.041)
        """
        chart = Chart.of(self.family, self.mixture)
        moves = STEP * np.eye(len(self.covariance))
        ahead, back = (_mixtures(chart.parameters(sign * moves)) for sign in (1.0, -1.0))
        gradient = np.array([function(a) - function(b) for a, b in zip(ahead, back, strict=True)]) / (2 * STEP)
        return float(function(self.mixture)), float(np.sqrt(gradient @ self.covariance @ gradient))

    @property
    def title(self) -> str:
        return f"Standard errors by {_WORDS[self.kind]}, {self.family.name}, {self.n_rows:g} rows"


def information(
    mixture: Mixture,
    source: ArraySource,
    family: AbstractFamily,
    kind: Estimator = Estimator.OBSERVED,
    feature_names: tuple[str, ...] | None = None,
) -> Information:
    """Return standard errors of a mixture of a family, at its maximum of the likelihood of the rows of a source.

    See `mogul.standard_errors`, which is this for a fitted estimator.

    Raises
    ------
    ParameterError
        If the mixture is not at a maximum, or there are no coordinates for the family.
    DegenerateComponentError
        If the information matrix is not positive definite.
    """
    chart = Chart.of(family, mixture)
    origin = np.zeros(chart.n_coordinates)
    jacobian = chart.jacobian(origin)
    observed = observed_information(chart, source)
    values, axes = np.linalg.eigh(observed)
    total = score(chart, origin, source, jacobian) @ axes
    # Newton's step along each axis, as far as curvature tells it apart from none.
    left = float((total**2 / np.maximum(np.abs(values), 1e-9 * values[-1])).sum()) / 2
    if left > LEFT_TO_GAIN:
        raise ParameterError(
            f"The mixture is no maximum of the likelihood of these rows: {left:.3g} nats are left to gain. Fit it to "
            "them until it converges (a smaller tol, a larger max_iter), or give the rows it was fitted to."
        )
    if values[0] <= 1e-9 * values[-1]:
        raise DegenerateComponentError(
            f"The information matrix of {len(observed)} parameters is not positive definite: its least eigenvalue is "
            f"{values[0]:.3g}, its largest {values[-1]:.3g}. The rows do not determine the mixture. Use fewer "
            "components, a family with fewer parameters, or mogul.bootstrap."
        )
    inverse = symmetric((axes / values) @ axes.T)
    covariance: FloatArray = inverse
    if kind is not Estimator.OBSERVED:
        outer = outer_product(chart, source, jacobian)
        covariance = inverse @ outer @ inverse if kind is Estimator.SANDWICH else inverse_of(outer)
    names = checked_names(feature_names, mixture.n_features)
    return Information(mixture, family, kind, source.total_weight, symmetric(covariance), jacobian, left, names)


def inverse_of(matrix: FloatArray) -> FloatArray:
    """Return the inverse of a positive definite matrix."""
    values, axes = np.linalg.eigh(matrix)
    return symmetric((axes / values) @ axes.T)


def _mixtures(parameters: Parameters) -> list[Mixture]:
    each = zip(parameters.weights, parameters.means, parameters.covariances, strict=True)
    return [Mixture(weights, means, FullCovariance(covariances)) for weights, means, covariances in each]


def score(chart: Chart, at: FloatArray, source: ArraySource, jacobian: FloatArray | None = None) -> FloatArray:
    """Return the gradient (p,) of the log-likelihood of all rows in the coordinates, at coordinates (p,): one pass.

    By Fisher's identity it is that of the expected complete log-likelihood: with the sums of an E-step about the
    means, and P_k = Sigma_k^-1, its gradient is counts[k] / w_k in the weights, P_k first[k] in the means and
    (P_k second[k] P_k - counts[k] P_k) / 2 in the covariances.
    """
    (mixture,) = _mixtures(chart.parameters(at[None]))
    sums = total_statistics(source, mixture, FullMoments())
    precisions = mixture.covariances.precisions()
    means = np.einsum("kij,kj->ki", precisions, sums.first)
    covariances = (precisions @ sums.second @ precisions - sums.counts[:, None, None] * precisions) / 2
    gradient = Parameters(sums.counts / mixture.weights, means, covariances).vectors()
    return gradient @ (chart.jacobian(at) if jacobian is None else jacobian)


def observed_information(chart: Chart, source: ArraySource) -> FloatArray:
    """Return minus the second derivatives (p, p) of the log-likelihood of all rows: the score, differentiated.

    Its two parts are those of Louis (1982): the information of complete data, less that which is missing.
    """
    moves = STEP * np.eye(chart.n_coordinates)
    columns = [(score(chart, -move, source) - score(chart, move, source)) / (2 * STEP) for move in moves]
    return symmetric(np.array(columns))


def outer_product(chart: Chart, source: ArraySource, jacobian: FloatArray) -> FloatArray:
    """Return the sum (p, p) over rows of their scores times themselves."""
    mixture, weights = chart.mixture, source.row_weights
    precisions = np.linalg.inv(mixture.covariances.dense())

    def of_rows(part: slice) -> FloatArray:
        rows = source.rows[part].astype(np.float64)
        shares = mixture.responsibilities(rows)  # (B, K)
        away = np.einsum("kij,nkj->nki", precisions, rows[:, None, :] - mixture.means)  # (B, K, D)
        bent = (away[..., :, None] * away[..., None, :] - precisions) / 2
        scores = Parameters(shares / mixture.weights, shares[..., None] * away, shares[..., None, None] * bent)
        moved = scores.vectors() @ jacobian
        kept = moved if weights is None else moved * weights[part, None]
        result: FloatArray = kept.T @ moved
        return result

    n_at_once = max(1, int(AT_ONCE / len(jacobian)))
    parts = in_parts(source.n_rows, n_at_once, of_rows)
    result: FloatArray = np.sum(parts, axis=0)
    return result
