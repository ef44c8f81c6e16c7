"""Numbers that describe a mixture."""

from __future__ import annotations

import numpy as np

from mogul._kernels import FloatArray
from mogul.mixture.abstract import AbstractMixture


class AbstractNumbers(AbstractMixture):
    """Moments of a mixture."""

    def mean(self) -> FloatArray:
        """Return the mean of the whole mixture, shape (D,): ``sum_k weights[k] means[k]``.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([0.25, 0.75], [0.0, 4.0], [1.0, 1.0]).mean()
        array([3.])
        """
        return self.weights @ self.means

    def covariance(self) -> FloatArray:
        """Return the covariance of the whole mixture, shape (D, D).

        Var(x) = E[Var(x|k)] + Var(E[x|k]) = sum_k w_k (Sigma_k + (m_k - m)(m_k - m)').

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([0.5, 0.5], [-1.0, 1.0], [1.0, 1.0]).covariance()
        array([[2.]])
        """
        away = self.means - self.mean()
        within = np.einsum("k,kij->ij", self.weights, self.covariances.dense())
        result: FloatArray = within + (self.weights[:, None] * away).T @ away
        return result
