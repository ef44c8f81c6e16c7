"""The bootstrap: fits to samples that might have been, each numbered like the fit to the sample that was."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, final

import numpy as np

from mogul._kernels import FloatArray
from mogul.errors import DegenerateComponentError, ParameterError
from mogul.family import AbstractFamily
from mogul.mixture import Mixture
from mogul.source import ArraySource
from mogul.uncertainty.abstract import AbstractUncertainty, checked_level, checked_names, normal_interval
from mogul.uncertainty.matching import orders
from mogul.uncertainty.parameters import Parameters
from mogul.uncertainty.replicates import batch_size, refitted

Progress = Callable[[int, int], None]
"""Told (replicates made, replicates in all) from time to time."""


class Interval(Enum):
    """How an interval is made of replicates."""

    PERCENTILE = "percentile"
    BASIC = "basic"
    NORMAL = "normal"


class AbstractResampling(ABC):
    """How samples are drawn that might have been. Frozen; holds no data."""

    name: ClassVar[str]

    @abstractmethod
    def sample(self, mixture: Mixture, source: ArraySource, rng: np.random.Generator) -> ArraySource:
        """Return a sample like that of the source, of the same total weight."""


@final
@dataclass(frozen=True)
class Parametric(AbstractResampling):
    """Rows drawn from the fitted mixture: right if the model is."""

    name: ClassVar[str] = "parametric"

    def sample(self, mixture: Mixture, source: ArraySource, rng: np.random.Generator) -> ArraySource:
        return ArraySource(mixture.sample(_n_draws(source), rng=rng))


@final
@dataclass(frozen=True)
class NonParametric(AbstractResampling):
    """Rows drawn from the rows, with replacement (Efron, 1979). A row of weight v stands for v rows."""

    name: ClassVar[str] = "nonparametric"

    def sample(self, mixture: Mixture, source: ArraySource, rng: np.random.Generator) -> ArraySource:
        n_draws, weights = _n_draws(source), source.row_weights
        if weights is None:
            counts = np.bincount(rng.integers(source.n_rows, size=n_draws), minlength=source.n_rows)
        else:
            counts = rng.multinomial(n_draws, weights / weights.sum())
        drawn = np.flatnonzero(counts)
        return ArraySource(source.rows[drawn], counts[drawn].astype(np.float64))


@final
@dataclass(frozen=True)
class WeightedLikelihood(AbstractResampling):
    """The rows, with random weights in place of counts: Dirichlet ones (Rubin, 1981; Newton and Raftery, 1994).

    No row is ever left out, so that small components do not vanish. A row of weight v gets the weight of v rows.
    """

    name: ClassVar[str] = "weighted"

    def sample(self, mixture: Mixture, source: ArraySource, rng: np.random.Generator) -> ArraySource:
        given = np.ones(source.n_rows) if source.row_weights is None else source.row_weights
        kept = np.flatnonzero(given > 0)
        drawn = rng.standard_gamma(given[kept])
        return ArraySource(source.rows[kept], drawn * (given.sum() / drawn.sum()))


RESAMPLINGS: dict[str, AbstractResampling] = {
    each.name: each for each in (Parametric(), NonParametric(), WeightedLikelihood())
}


def _n_draws(source: ArraySource) -> int:
    return max(1, round(source.total_weight))


@final
@dataclass(frozen=True, eq=False)
class Bootstrap(AbstractUncertainty):
    """Return B replicates of a mixture. Made by `mogul.bootstrap`. Prints as a table.

    Attributes
    ----------
    mixture : Mixture
        The fit to the rows themselves.
    kind : str
        How the replicates' samples were drawn.
    replicates : Parameters
        The parameters of the replicates, with a leading axis B: ``replicates.weights`` has shape (B, K). Components
        are numbered like those of `mixture`.
    log_likelihoods : shape (B,)
        Of each replicate on its own sample, in nats.
    n_failed : int
        Samples on which a component lost all its rows; they are left out.
    """

    mixture: Mixture
    kind: str
    replicates: Parameters
    log_likelihoods: FloatArray
    n_failed: int
    feature_names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.log_likelihoods)

    def __getitem__(self, number: int) -> Mixture:
        """Return one of the replicates as a mixture, its covariances in full."""
        which = range(len(self))[number]
        all_of = self.replicates
        return Mixture(all_of.weights[which], all_of.means[which], all_of.covariances[which])

    @property
    def standard_errors(self) -> Parameters:
        return self.replicates.map(lambda vectors: vectors.std(axis=0, ddof=1))

    @property
    def bias(self) -> Parameters:
        """The mean of the replicates less the estimate: by so much is the estimate thought to be off itself."""
        centre = Parameters.of(self.mixture).vectors()
        return self.replicates.map(lambda vectors: vectors.mean(axis=0) - centre)

    def interval(self, level: float = 0.95, method: str = "percentile") -> tuple[Parameters, Parameters]:
        """Return (low, high): an interval for each parameter.

        Parameters
        ----------
        level : float, default 0.95
        method : {'percentile', 'basic', 'normal'}, default 'percentile'
            'percentile': quantiles of the replicates. 'basic': these, mirrored at the estimate. 'normal': standard
            errors times a quantile of the normal distribution, on the scales of `mogul.standard_errors`.

        References
        ----------
        Davison and Hinkley (1997), Bootstrap Methods and their Application, eqs 5.6 and 5.18.
        """
        if method not in {each.value for each in Interval}:
            raise ParameterError(f"method is {method!r}; use one of: {', '.join(each.value for each in Interval)}.")
        if method == Interval.NORMAL.value:
            return normal_interval(self.estimate, self.standard_errors, level)
        tail = (1 - checked_level(level)) / 2
        vectors = self.replicates.vectors()
        low, high = (
            Parameters.of_vectors(np.quantile(vectors, q, axis=0), *self.replicates.shape) for q in (tail, 1 - tail)
        )
        if method == Interval.PERCENTILE.value:
            return low, high
        twice = 2 * self.estimate.vectors()
        return high.map(lambda vector: twice - vector), low.map(lambda vector: twice - vector)

    def of(self, function: Callable[[Mixture], float]) -> FloatArray:
        """Return any function of the mixture for each replicate, shape (B,): how sure one may be of its value.

        Examples
        --------
        >>> import mogul, numpy as np
        >>> from mogul.data import load_faithful
        >>> rows, _ = load_faithful()
        >>> model = mogul.GaussianMixture(2, random_state=0).fit(rows)
        >>> replicates = mogul.bootstrap(model, rows, n_replicates=100, rng=0)
        >>> apart = replicates.of(lambda mixture: abs(mixture.means[0, 0] - mixture.means[1, 0]))
        >>> apart.shape, bool(0.02 < apart.std() < 0.08)
        ((100,), True)
        """
        return np.array([float(function(self[number])) for number in range(len(self))])

    @property
    def title(self) -> str:
        failed = f" ({self.n_failed} samples failed)" if self.n_failed else ""
        return f"Bootstrap, {self.kind}, {len(self)} replicates{failed}, percentile intervals"


def bootstrapped(
    mixture: Mixture,
    source: ArraySource,
    family: AbstractFamily,
    resampling: AbstractResampling,
    n_replicates: int,
    rng: np.random.Generator,
    *,
    progress: Progress | None = None,
    feature_names: tuple[str, ...] | None = None,
) -> Bootstrap:
    """Return replicates of a mixture of a family, which includes the floor of its covariances, fitted to a source.

    See `mogul.bootstrap`, which is this for a fitted estimator.
    """
    found: list[Mixture] = []
    likelihoods: list[float] = []
    at_once = batch_size(source, mixture.n_components)
    children = generators(rng, n_replicates)
    for begin in range(0, n_replicates, at_once):
        samples = [resampling.sample(mixture, source, child) for child in children[begin : begin + at_once]]
        for refit in refitted(samples, [mixture] * len(samples), family):
            if refit is not None:
                found.append(refit.mixture)
                likelihoods.append(refit.log_likelihood)
        if progress is not None:
            progress(min(begin + at_once, n_replicates), n_replicates)
    if len(found) < 2:
        raise DegenerateComponentError(
            f"Of {n_replicates} samples all but {len(found)} left a component without rows. Use fewer components, "
            "or kind='weighted', which leaves no row out."
        )
    replicates = _numbered_like(mixture, found)
    names = checked_names(feature_names, mixture.n_features)
    n_failed = n_replicates - len(found)
    return Bootstrap(mixture, resampling.name, replicates, np.array(likelihoods), n_failed, names)


def _numbered_like(mixture: Mixture, found: list[Mixture]) -> Parameters:
    """Return the parameters of several mixtures, their components numbered like those of the first argument."""
    weights = np.array([each.weights for each in found])
    means = np.array([each.means for each in found])
    covariances = np.array([each.covariances.dense() for each in found])
    which = orders(mixture, Parameters(weights, means, covariances))
    rows = np.arange(len(found))[:, None]
    return Parameters(weights[rows, which], means[rows, which], covariances[rows, which])


def generators(rng: np.random.Generator, n: int) -> list[np.random.Generator]:
    """Return n generators of their own: the first of a longer list are those of a shorter one."""
    entropy = rng.integers(0, 1 << 63, size=4).tolist()
    return [np.random.default_rng(seed) for seed in np.random.SeedSequence(entropy).spawn(n)]
