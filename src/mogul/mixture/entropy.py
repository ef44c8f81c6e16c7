"""The entropy of a mixture: an estimate, bounds, and an expansion. It has no closed form."""

from __future__ import annotations

import math

import numpy as np

from mogul._kernels import FloatArray
from mogul.errors import ParameterError
from mogul.mixture.abstract import AbstractMixture, Rng
from mogul.mixture.climbing import derivatives
from mogul.mixture.estimate import Estimate, stratified_mean
from mogul.mixture.gaussian import LOG_ROOT_2_PI, log_sum
from mogul.mixture.probability import whitenings_of


class AbstractEntropy(AbstractMixture):
    """Entropy, in nats."""

    def entropy(self, *, rng: Rng = 0, n_draws: int = 1 << 16) -> Estimate:
        """Return the differential entropy ``-E log p(X)`` with its standard error, in nats.

        Parameters
        ----------
        rng : numpy.random.Generator, int or None, default 0
        n_draws : int, default 65536
            From the mixture itself, each component being given its share.

        Returns
        -------
        Estimate
            `value` and `standard_error`: the mean of ``-log p`` over the draws; exact for K = 1.

        Raises
        ------
        ParameterError
            With fewer than two draws.

        References
        ----------
        Huber, Bailey, Durrant-Whyte and Hanebeck (2008), On entropy approximation for Gaussian mixture random vectors,
        IEEE Int. Conf. on Multisensor Fusion and Integration, 181-188, eq. 2.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([1.0], [0.0], [2.0]).entropy().value.__round__(6)
        2.112086
        """
        if (self.weights > 0).sum() == 1:
            return Estimate(float(_component_entropies(self)[self.weights > 0][0]), 0.0)
        if n_draws < 2:
            raise ParameterError(f"n_draws is {n_draws}; a standard error takes 2 or more.")
        return stratified_mean(self, lambda rows: -self.logpdf(rows), n_draws, rng)

    def entropy_bounds(self) -> tuple[float, float]:
        """Return a lower and an upper bound of the entropy, in nats.

        Notes
        -----
        Each is the tighter of two, with H_k the entropy of component k:

        - lower: ``-sum_i w_i log sum_j w_j N(m_i | m_j, S_i + S_j)``, and
          ``sum_i w_i (H_i - log sum_j w_j exp(-B_ij))`` with Bhattacharyya distances B_ij;
        - upper: the entropy of the Gaussian of equal covariance, and
          ``sum_i w_i (H_i - log sum_j w_j exp(-KL_ij))``, which is no more than ``sum_i w_i (H_i - log w_i)``.

        Cost: O(K^2 D^3).

        References
        ----------
        Huber et al. (2008), theorems 2 and 3. Kolchinsky and Tracey (2017), Estimating mixture entropy with pairwise
        distances, Entropy 19, 361, eqs 10 and 11.

        Examples
        --------
        >>> import mogul
        >>> low, high = mogul.Mixture.univariate([0.5, 0.5], [0.0, 50.0], [1.0, 1.0]).entropy_bounds()
        >>> round(low, 6), round(high, 6)
        (2.112086, 2.112086)
        """
        some = self.order[self.weights[self.order] > 0]
        weights, means, matrices = self.weights[some], self.means[some], self.covariances.dense()[some]
        own = _component_entropies(self)[some]
        log_weights = np.log(weights)
        overlap, bhattacharyya, divergence = _pairwise(means, matrices)
        lower = (
            -weights @ log_sum(log_weights + overlap),
            weights @ (own - log_sum(log_weights - bhattacharyya)),
        )
        gaussian = 0.5 * np.linalg.slogdet(self.covariance())[1] + self.n_features * (0.5 + LOG_ROOT_2_PI)
        upper = (gaussian, weights @ (own - log_sum(log_weights - divergence)))
        return float(max(lower)), float(min(upper))

    def entropy_taylor(self, order: int = 2) -> float:
        """Return the entropy by a Taylor expansion of log p about the mean of each component, in nats.

        Parameters
        ----------
        order : {0, 2}, default 2
            How far; terms of odd order are zero.

        Raises
        ------
        ParameterError
            If the order is another.

        Notes
        -----
        ``-sum_i w_i (log p(m_i) + trace(F(m_i) S_i) / 2)`` with the Hessian F of log p; order 0 is the first term.
        Not a bound; good where components are narrow beside the scale on which log p bends, or far apart.

        References
        ----------
        Huber et al. (2008), eqs 9 and 10.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([1.0], [0.0], [2.0]).entropy_taylor().__round__(6)
        2.112086
        """
        if order not in (0, 2):
            raise ParameterError(f"order is {order}; use 0 or 2.")
        some = self.order[self.weights[self.order] > 0]
        means, weights = self.means[some], self.weights[some]
        heights = np.asarray(self.logpdf(means))
        if order == 2:
            whitenings = whitenings_of(self)
            hessians = derivatives(self, whitenings.swapaxes(1, 2) @ whitenings, means)[1]
            heights = heights + np.einsum("kij,kji->k", hessians, self.covariances.dense()[some]) / 2
        return float(-weights @ heights)


def _component_entropies(mixture: AbstractMixture) -> FloatArray:
    """Return ``log((2 pi e)^D |S_k|) / 2``, shape (K,)."""
    return mixture.covariances.log_determinants / 2 + mixture.n_features * (0.5 + LOG_ROOT_2_PI)


def _pairwise(means: FloatArray, matrices: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return log N(m_i | m_j, S_i + S_j), Bhattacharyya distances and KL(i || j), shape (K, K) each."""
    n_components, n_features = means.shape
    log_dets = np.linalg.slogdet(matrices)[1]
    overlap, bhattacharyya, divergence = np.empty((3, n_components, n_components))
    for i in range(n_components):
        away = means[i] - means
        both = matrices[i] + matrices
        log_det_both = np.linalg.slogdet(both)[1]
        distance = np.einsum("ki,ki->k", away, np.linalg.solve(both, away[..., None])[..., 0])
        overlap[i] = -distance / 2 - log_det_both / 2 - n_features * LOG_ROOT_2_PI
        # Of the average covariance (S_i + S_j) / 2: half the distance, and D log 2 less.
        log_det_average = log_det_both - n_features * math.log(2)
        bhattacharyya[i] = distance / 4 + (log_det_average - (log_dets[i] + log_dets) / 2) / 2
        ratio = np.linalg.solve(matrices, matrices[i] + away[:, :, None] * away[:, None, :])
        divergence[i] = (np.trace(ratio, axis1=1, axis2=2) - n_features + log_dets - log_dets[i]) / 2
    return overlap, bhattacharyya, divergence
