"""What wrappers of a family share: they are the inner family in all that does not concern them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mogul._kernels import Array, FloatArray
from mogul.covariance import AbstractCovariance
from mogul.family.abstract import AbstractFamily, Averaging, Conjugacy, Symmetry
from mogul.mixture import Mixture
from mogul.statistics import AbstractMoments, Floor, Statistics


@dataclass(frozen=True, eq=False)
class AbstractWrapper(AbstractFamily):
    """The inner family in all that does not concern the wrapper."""

    inner: AbstractFamily

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def moments(self) -> AbstractMoments:
        return self.inner.moments

    @property
    def symmetry(self) -> Symmetry:
        return self.inner.symmetry

    @property
    def conjugacy(self) -> Conjugacy | None:
        return self.inner.conjugacy

    @property
    def is_exact(self) -> bool:
        return self.inner.is_exact

    @property
    def scout(self) -> AbstractFamily:
        return replace(self, inner=self.inner.scout)

    def n_parameters(self, n_components: int, n_features: int) -> int:
        return self.inner.n_parameters(n_components, n_features)

    def covariances(
        self, statistics: Statistics, previous: Mixture | None, floor: Floor | None = None
    ) -> AbstractCovariance:
        return self.inner.covariances(statistics, previous, floor)

    def weights(self, statistics: Statistics) -> FloatArray:
        return self.inner.weights(statistics)

    def means(self, statistics: Statistics, previous: Mixture | None) -> FloatArray:
        return self.inner.means(statistics, previous)

    def log_prior(self, mixture: Mixture) -> float:
        return self.inner.log_prior(mixture)

    def admitted(self, mixture: Mixture) -> Mixture:
        return self.inner.admitted(mixture)

    @property
    def tells_apart(self) -> bool:
        return self.inner.tells_apart

    def permuted(self, order: Array) -> AbstractFamily:
        return replace(self, inner=self.inner.permuted(order))

    def misfit(self, mixture: Mixture) -> FloatArray:
        return self.inner.misfit(mixture)

    @property
    def bare(self) -> AbstractFamily:
        return self.inner.bare

    def n_weights(self, n_components: int) -> int:
        return self.inner.n_weights(n_components)

    def n_means(self, n_components: int, n_features: int) -> int:
        return self.inner.n_means(n_components, n_features)

    @property
    def plain_averaging(self) -> Averaging | None:
        """The averaging of the inner family, if nothing was wrapped around it before."""
        inner = self.inner.averaging
        return inner if inner is not None and inner.is_plain else None

    @property
    def plain_climbing(self) -> Averaging | None:
        """How a kernel makes rounds of the inner family, if nothing was wrapped around it before."""
        inner = self.inner.climbing
        return inner if inner is not None and inner.is_plain else None
