"""What every form of K covariance matrices offers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul.covariance.algebra import AbstractCovarianceAlgebra
from mogul.covariance.lines import Lines

Outputs = dict[str, Array]
"""Arrays for a scoring kernel to fill: any of joint, log_density, responsibilities, labels."""


class AbstractCovariance(AbstractCovarianceAlgebra):
    """K covariance matrices of D features, stored in one way. Immutable.

    A form knows how to evaluate, sample and cut its matrices, nothing of weights, means or fitting. Concrete forms
    are frozen dataclasses that hold what defines them (`array`) and what every evaluation needs (`whitening`,
    `log_determinants`), computed once when the value is made.
    """

    @classmethod
    @abstractmethod
    def trusted(cls, array: FloatArray, n_components: int, n_features: int) -> Self:
        """Return the form of numbers of our own making, not copied, and checked for being positive definite only."""

    @property
    @abstractmethod
    def array(self) -> FloatArray:
        """The numbers that define the form, in scikit-learn's layout."""

    @property
    @abstractmethod
    def n_components(self) -> int:
        """K."""

    @property
    @abstractmethod
    def n_features(self) -> int:
        """D."""

    @property
    @abstractmethod
    def whitening(self) -> FloatArray:
        """P_k with Sigma_k^-1 = P_k' P_k, in the layout of the kernels."""

    @property
    @abstractmethod
    def log_determinants(self) -> FloatArray:
        """Log |Sigma_k|, shape (K,)."""

    @abstractmethod
    def scales(self) -> FloatArray:
        """Return the diagonals of the whitenings, one over standard deviations, shape (K, D), contiguous."""

    @abstractmethod
    def bound_to(self, n_components: int, n_features: int) -> Self:
        """Return this form for K components in D features, or raise ShapeError.

        A tied form does not say K by itself, nor a spherical one D; a mixture tells them.
        """

    @abstractmethod
    def precisions(self) -> FloatArray:
        """Return the inverses, in the layout of `array`."""

    @abstractmethod
    def precisions_cholesky(self) -> FloatArray:
        """Return U_k, upper triangular, with Sigma_k^-1 = U_k U_k', in the layout of `array`."""

    @abstractmethod
    def kernel_arrays(self, order: Array) -> tuple[FloatArray, ...]:
        """Return what an E-step kernel of this form takes after the means, components in the given order.

        The first is always the whitening.
        """

    @abstractmethod
    def score(self, rows: Array, constants: FloatArray, means: FloatArray, order: Array, outputs: Outputs) -> None:
        """Write joint log-densities and what follows from them into `outputs`; see `_kernels.reference.score_full`.

        `constants` and `means` hold the components in the given order.
        """

    def regress(
        self,
        rows: Array,
        constants: FloatArray,
        means: FloatArray,
        order: Array,
        lines: Lines,
        expected: FloatArray,
        log_density: FloatArray,
    ) -> None:
        """Write what is to be expected of the outputs of `lines` at each row, (N, M), and its log-density (N,).

        It is ``sum_k r_nk lines_k(x_n)`` with the responsibilities r. `constants`, `means` and `lines` hold the
        components in the given order. Where a log-density is not finite, the expectation means nothing.
        """
        step = max(1, (1 << 17) // (self.n_components * lines.n_outputs))
        for first in range(0, len(rows), step):
            part = slice(first, first + step)
            shares = np.empty((len(rows[part]), self.n_components))
            outputs = {"responsibilities": shares, "log_density": log_density[part]}
            self.score(rows[part], constants, means, order, outputs)
            np.einsum("nk,nmk->nm", shares, lines.at(rows[part]), out=expected[part])

    @abstractmethod
    def whitened(self, rows: Array, means: FloatArray) -> FloatArray:
        """Return z_nk = P_k (x_n - m_k), shape (N, K, D), whose squared length is the Mahalanobis distance."""

    @abstractmethod
    def coloured(self, noise: FloatArray, labels: Array) -> FloatArray:
        """Return rows of standard normal `noise` (N, D) as draws with the covariance of their component."""

    @abstractmethod
    def whitened_vectors(self, vectors: FloatArray) -> FloatArray:
        """Return P_k v_k of one vector a component, shape (K, D)."""

    @abstractmethod
    def coloured_vectors(self, vectors: FloatArray) -> FloatArray:
        """Return the vectors v_k, shape (K, D), of which these are the whitened ones."""

    @abstractmethod
    def displacement(self, other: Self) -> FloatArray:
        """Return coordinates of the other covariances around these, free of units; all zero for these themselves.

        They are those of C_k in L_other,k = L_k C_k (the logarithm of its diagonal, and what is below), a row a
        component, or one row if all components share their covariance.
        """

    @abstractmethod
    def displaced(self, coordinates: FloatArray) -> Self:
        """Return the covariances with the given coordinates around these; any coordinates give covariances."""

    @property
    def n_matrices(self) -> int:
        """How many covariances there are: one for each component, unless all share one."""
        return self.n_components

    @abstractmethod
    def selected(self, components: Sequence[int] | Array) -> Self:
        """Return the form of the given components, in that order."""

    @abstractmethod
    def marginal(self, features: Sequence[int]) -> Self:
        """Return the covariances of the given features, in that order."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(n_components={self.n_components}, n_features={self.n_features})"

    def __reduce__(self) -> tuple[Any, ...]:
        # Made anew from the numbers that define it, so that a pickle is checked like any other input.
        return _remade, (type(self), self.array, self.n_components, self.n_features)


def _remade(form: Any, array: FloatArray, n_components: int, n_features: int) -> Any:
    return form(array).bound_to(n_components, n_features)
