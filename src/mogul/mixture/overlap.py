"""How much the components of a mixture overlap."""

from __future__ import annotations

import numpy as np

from mogul._kernels import FloatArray
from mogul._numerics import symmetric
from mogul.covariance import FullCovariance
from mogul.mixture.abstract import AbstractMixture
from mogul.mixture.between import log_weights
from mogul.mixture.quadratic import probability_below


class AbstractOverlap(AbstractMixture):
    """Probabilities of taking one component for another."""

    def overlaps(self) -> FloatArray:
        """Return how often a draw of one component looks as if it came from another, shape (K, K).

        Entry (i, j) is the probability that a draw of component i has a larger weighted density of component j than of
        its own. Entries (i, j) and (j, i) together are the overlap of both; the diagonal is 1.

        Notes
        -----
        ``P(w_j N(x | m_j, S_j) > w_i N(x | m_i, S_i))`` for x of component i. The logarithm of the ratio is a quadratic
        function of D independent standard normal variables. Its law is exact for one feature and for equal
        covariances; else the characteristic function is inverted, to about 1e-10. Cost: O(K^2 D^3).

        References
        ----------
        Maitra and Melnykov (2010), Simulating data to study performance of finite mixture modeling and clustering
        algorithms, theorem 1. Davies (1980), Algorithm AS 155, whose integral is taken along another path.

        Examples
        --------
        >>> import mogul
        >>> pair = mogul.Mixture.univariate([0.5, 0.5], [0.0, 2.0], [1.0, 1.0])
        >>> pair.overlaps().round(4)  # Phi(-1)
        array([[1.    , 0.1587],
               [0.1587, 1.    ]])
        """
        n_components, n_features = self.n_components, self.n_features
        first, second = np.nonzero(~np.eye(n_components, dtype=bool))
        dense = FullCovariance(self.covariances.dense())
        whitened = dense.whitening[second] @ dense.factors[first]
        # x = m_i + L_i V z with the axes V of L_i' S_j^-1 L_i, along which component j has the variances 1 / ratios.
        ratios, axes = np.linalg.eigh(symmetric(whitened.swapaxes(-1, -2) @ whitened))
        away = np.einsum("pij,pj->pi", dense.whitening[second], self.means[first] - self.means[second])
        # Of equal covariances the difference of the squares is linear; their ratios are 1 but for rounding.
        ratios = np.where(np.abs(ratios - 1) < 64 * n_features * np.finfo(float).eps, 1.0, ratios)
        slopes = 2 * np.einsum("pai,pa->pi", whitened @ axes, away)
        logs = log_weights(self.weights)
        with np.errstate(invalid="ignore"):
            log_odds = 2 * (logs[second] - logs[first]) + np.log(ratios).sum(axis=1)
        limits = np.where(np.isnan(log_odds), -np.inf, log_odds) - (away**2).sum(axis=1)
        finite = np.isfinite(limits)
        values = np.where(limits > 0, 1.0, 0.0)
        values[finite] = probability_below(ratios[finite] - 1, slopes[finite], limits[finite])
        result = np.eye(n_components)
        result[first, second] = values
        return result
