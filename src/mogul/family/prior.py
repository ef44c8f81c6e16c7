"""Conjugate priors: what is believed of means and covariances before rows are seen, as pseudo-statistics."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import final

import numpy as np
from numpy.typing import ArrayLike

from mogul._kernels import FloatArray
from mogul._numerics import freeze
from mogul.covariance import AbstractCovariance, FullCovariance
from mogul.errors import NonFiniteError, ParameterError, ShapeError
from mogul.family.abstract import AbstractFamily, Conjugacy
from mogul.family.wrapper import AbstractWrapper
from mogul.mixture import Mixture
from mogul.statistics import Floor, Statistics


@final
@dataclass(frozen=True, eq=False)
class ConjugatePrior:
    """Return a prior of the means and covariances of every component, as far as a family has them.

    Parameters
    ----------
    mean : shape (D,)
        mu_P, where means are expected, in the units of the data.
    shrinkage : float
        kappa, how many rows at `mean` each component is taken to have seen before; 0 says nothing of the means.
    degrees : float
        nu, how many rows of the spread `scale` a covariance is taken to have seen; above D - 1.
    scale : float, shape (D,) or shape (D, D)
        Lambda, the scatter of these rows, in squared units of the data. A number stands for it in every direction; a
        vector for columns that do not vary together. Families of matrices (VVV, EEE) take all three, diagonal ones
        (VVI, EEI) a number or a vector, spherical ones (VII, EII) a number.

    Raises
    ------
    ShapeError, NonFiniteError, ParameterError
        If the numbers cannot be those of a prior.

    Notes
    -----
    Given its covariance, a mean is normal around `mean` with covariance Sigma_k / kappa; a matrix Sigma_k has the
    inverse Wishart distribution of nu and Lambda, and a variance the inverse gamma distribution of nu / 2 and
    Lambda / 2. Families whose components share their covariance have one prior of it.

    References
    ----------
    Fraley and Raftery (2007), Bayesian regularization for normal mixture estimation and model-based clustering,
    Journal of Classification 24, 155-181, section 3.

    Examples
    --------
    >>> import numpy as np
    >>> import mogul
    >>> prior = mogul.ConjugatePrior(mean=[0.0], shrinkage=0.01, degrees=3.0, scale=1.0)
    >>> model = mogul.GaussianMixture(1, prior=prior).fit(np.array([[-1.0], [1.0]]))
    >>> model.covariances_  # (1 + 2) / (3 + 2 + 1 + 2)
    array([[[0.375]]])
    """

    mean: FloatArray
    shrinkage: float
    degrees: float
    scale: FloatArray

    def __init__(self, mean: ArrayLike, shrinkage: float, degrees: float, scale: ArrayLike) -> None:
        centre, spread = freeze(mean), freeze(scale)
        if centre.ndim != 1 or spread.shape not in ((), centre.shape, 2 * centre.shape):
            raise ShapeError(
                f"The prior has mean of shape {centre.shape} and scale of shape {spread.shape}; it needs (D,), and a "
                "number, (D,) or (D, D)."
            )
        if not (np.isfinite(centre).all() and np.isfinite(spread).all()):
            raise NonFiniteError("The prior's mean or scale contains NaN or infinity. Use finite numbers.")
        if not 0 <= shrinkage < np.inf:
            raise ParameterError(f"The prior's shrinkage is {shrinkage:g}; it must not be negative.")
        if not len(centre) - 1 < degrees < np.inf:
            raise ParameterError(f"The prior's degrees are {degrees:g}; they must be above D - 1 = {len(centre) - 1}.")
        if spread.ndim == 2:
            FullCovariance(spread[None])  # complains unless it is symmetric and positive definite
        elif spread.min() <= 0:
            raise ParameterError(f"The prior's scale has the entry {spread.min():g}; it must be positive.")
        object.__setattr__(self, "mean", centre)
        object.__setattr__(self, "shrinkage", float(shrinkage))
        object.__setattr__(self, "degrees", float(degrees))
        object.__setattr__(self, "scale", spread)

    @classmethod
    def default(
        cls, conjugacy: Conjugacy, mean: FloatArray, covariance: FloatArray, n_components: int
    ) -> ConjugatePrior:
        """Return the prior that Fraley and Raftery propose for K components.

        Parameters
        ----------
        conjugacy : Conjugacy
            Of the family.
        mean : shape (D,)
            Of the data.
        covariance : shape (D, D), or (D,) its diagonal
            Of the data.
        n_components : int
        """
        n_features = len(mean)
        if not conjugacy.has_axes:
            covariance = (np.diag(covariance) if covariance.ndim == 2 else covariance).mean()
        return cls(mean, 0.01, n_features + 2, covariance / n_components ** (2 / n_features))


@final
@dataclass(frozen=True, eq=False)
class Believing(AbstractWrapper):
    """The inner family with a prior: the objective is the log-likelihood and the logarithm of the prior together.

    The prior is rows that were seen before (Fraley and Raftery, 2007, table 1): kappa rows at mu_P move the means, and
    to what the M-step of the inner family minimises, ``sum_k n_k log|Sigma_k| + tr(W_k Sigma_k^-1)``, are added
    counts a and scatter B, of one covariance::

        a = nu + D + 1 for a matrix, nu + 2 for a variance (over D, where it serves D features)
        B = Lambda

    divided among K components where they share it, and of each mean, if kappa > 0, one count more and the scatter
    kappa (m_k - mu_P)(m_k - mu_P)'.
    """

    prior: ConjugatePrior

    def __post_init__(self) -> None:
        conjugacy, n_axes = self.inner.conjugacy, self.prior.scale.ndim
        if conjugacy is None:
            raise ParameterError(
                f"The family {self.inner.name} has no conjugate prior. Use one of VVV ('full'), EEE ('tied'), VVI "
                "('diag'), EEI, VII ('spherical'), EII, or prior=None."
            )
        most = 2 if conjugacy.has_axes else 0 if conjugacy.is_round else 1
        if n_axes > most:
            takes = ("a number", "a number or a vector (D,)")[most]
            raise ShapeError(
                f"The prior's scale has shape {self.prior.scale.shape}, but the family {self.inner.name} takes {takes}."
            )

    @property
    def scout(self) -> AbstractFamily:
        return self.inner.scout

    @property
    def conjugacy(self) -> Conjugacy | None:
        return None

    @property
    def _of_inner(self) -> Conjugacy:
        conjugacy = self.inner.conjugacy
        assert conjugacy is not None  # as __post_init__ has seen
        return conjugacy

    def _share(self, n_components: int) -> float:
        """Return how much of the prior of a covariance one component has."""
        return 1 / n_components if self._of_inner.is_shared else 1.0

    def _counts(self, n_components: int) -> float:
        """Return the rows that the prior adds to one component."""
        n_features, conjugacy = len(self.prior.mean), self._of_inner
        of_covariance = self.prior.degrees + (n_features + 1 if conjugacy.has_axes else 2)
        if conjugacy.is_round:
            of_covariance /= n_features
        return self._share(n_components) * of_covariance + (self.prior.shrinkage > 0)

    def _scatter(self, second: FloatArray) -> FloatArray:
        """Return the prior's scale in the layout of second moments, one for each of them."""
        scale, conjugacy = self.prior.scale, self._of_inner
        if conjugacy.has_axes and scale.ndim < 2:
            scale = scale * np.eye(second.shape[-1])
        return np.broadcast_to(scale, second.shape)

    def means(self, statistics: Statistics, previous: Mixture | None) -> FloatArray:
        kappa, towards = self.prior.shrinkage, self.prior.mean - statistics.origin
        pulled = replace(statistics, counts=statistics.counts + kappa, first=statistics.first + kappa * towards)
        return self.inner.means(pulled, previous)

    def covariances(
        self, statistics: Statistics, previous: Mixture | None, floor: Floor | None = None
    ) -> AbstractCovariance:
        n_components, moments = len(statistics.counts), statistics.moments
        away = statistics.means() - self.prior.mean
        second = statistics.scatter() + moments.of_vectors(np.full(n_components, self.prior.shrinkage), away)
        share = 1.0 if moments.pooled else self._share(n_components)
        believed = replace(
            statistics,
            counts=statistics.counts + self._counts(n_components),
            first=np.zeros_like(statistics.first),
            second=second + share * self._scatter(second),
            origin=statistics.means(),
        )
        return self.inner.covariances(believed, previous, floor)

    def log_prior(self, mixture: Mixture) -> float:
        form, n_components = mixture.covariances, mixture.n_components
        precisions = form.precisions()
        share = 1.0 if self.moments.pooled else self._share(n_components)
        spread = share * float((self._scatter(precisions) * precisions).sum())
        away = form.whitened_vectors(mixture.means - self.prior.mean)
        places = self.prior.shrinkage * float((away**2).sum())
        volumes = self._counts(n_components) * float((form.log_determinants - self._log_scale).sum())
        return self.inner.log_prior(mixture) - (volumes + spread + places) / 2

    @property
    def _log_scale(self) -> float:
        """Log |Lambda|: the unit of volumes, so that the objective does not depend on the units of the data."""
        scale, n_features = self.prior.scale, len(self.prior.mean)
        if scale.ndim == 2:
            return float(np.linalg.slogdet(scale)[1])
        return float(np.log(np.broadcast_to(scale, (n_features,))).sum())
