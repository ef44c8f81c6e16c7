"""The mixture: weights, means, covariances. A value, like a number."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self, final

import numpy as np
from numpy.typing import ArrayLike

from mogul._checks import component_means, component_weights, points
from mogul._kernels import Array, FloatArray, core
from mogul._numerics import LOG_2, canonical_order, in_parts, part_rows, sealed
from mogul.covariance import AbstractCovariance, DiagonalCovariance, as_form
from mogul.errors import ParameterError, ShapeError
from mogul.mixture.algebra import AbstractAlgebra
from mogul.mixture.components import AbstractComponents
from mogul.mixture.entropy import AbstractEntropy
from mogul.mixture.far import mend_far_rows
from mogul.mixture.modes import AbstractModes
from mogul.mixture.numbers import AbstractNumbers
from mogul.mixture.overlap import AbstractOverlap
from mogul.mixture.probability import AbstractProbability
from mogul.mixture.quantiles import AbstractQuantiles
from mogul.mixture.reduction import AbstractReduction
from mogul.mixture.regions import AbstractRegions
from mogul.mixture.sampling import AbstractSampling
from mogul.mixture.surprise import AbstractSurprise

if TYPE_CHECKING:
    from os import PathLike

    from matplotlib.axes import Axes

    from mogul.covariance import Outputs
    from mogul.covariance.lines import Lines
    from mogul.plot import MixtureDisplay


@final
@dataclass(frozen=True, eq=False, repr=False)
class Mixture(
    AbstractAlgebra,
    AbstractComponents,
    AbstractNumbers,
    AbstractSampling,
    AbstractOverlap,
    AbstractReduction,
    AbstractProbability,
    AbstractQuantiles,
    AbstractModes,
    AbstractEntropy,
    AbstractRegions,
    AbstractSurprise,
):
    """Return a mixture of K Gaussians in D features: an immutable distribution.

    Parameters
    ----------
    weights : shape (K,)
        The share of each component; not negative, summing to one.
    means : shape (K, D)
        In the units of the data.
    covariances : a form such as FullCovariance, DiagonalCovariance or FactorCovariance, or shape (K, D, D)
        The spread of each component. An array of matrices is taken as a FullCovariance.

    Raises
    ------
    ParameterError
        If the weights do not sum to one.
    NotPositiveDefiniteError
        Naming the component and its eigenvalue.
    ShapeError
        If the shapes disagree.

    Notes
    -----
    The density is ``p(x) = sum_k weights[k] N(x | means[k], covariances[k])``. It is computed through logarithms, so
    it is exact far in the tails. Points may be given as rows (N, D), as one point (D,), or, if D = 1, as an array of
    any one-dimensional shape.

    References
    ----------
    Bishop (2006), Pattern Recognition and Machine Learning, eq. 9.7.

    Examples
    --------
    >>> import mogul
    >>> pair = mogul.Mixture([0.5, 0.5], [[0.0, 0.0], [4.0, 0.0]], mogul.SphericalCovariance([1.0, 2.0]))
    >>> pair.mean()
    array([2., 0.])
    >>> pair.responsibilities([2.0, 0.0]).round(3)
    array([0.424, 0.576])
    """

    weights: FloatArray
    means: FloatArray
    covariances: AbstractCovariance
    order: Array = field(init=False)
    """The canonical order of the components, in which everything is computed."""
    constants: FloatArray = field(init=False)
    """What a scoring kernel adds to -|z|^2 / 2, in canonical order, shape (K,): log w_k N(m_k | m_k, Sigma_k), but for
    `log_unit`."""
    exponent: int = field(init=False)
    """Kernels give log-densities in units of a power of two near the mixture's own size, 2^exponent, so that scaling
    features by powers of two changes no bit of them."""

    def __init__(self, weights: ArrayLike, means: ArrayLike, covariances: AbstractCovariance | ArrayLike) -> None:
        checked_weights = component_weights(weights)
        checked_means = component_means(means, len(checked_weights))
        self._hold(checked_weights, checked_means, as_form(covariances).bound_to(*checked_means.shape))

    @classmethod
    def _trusted(cls, weights: FloatArray, means: FloatArray, covariances: AbstractCovariance) -> Self:
        """Return the mixture of parameters of our own making, neither copied nor checked."""
        mixture = object.__new__(cls)
        mixture._hold(sealed(weights), sealed(means), covariances)
        return mixture

    def _hold(self, weights: FloatArray, means: FloatArray, form: AbstractCovariance) -> None:
        order = canonical_order(weights, means)
        constants, exponent = core.constants(weights, form.scales())
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "means", means)
        object.__setattr__(self, "covariances", form)
        object.__setattr__(self, "order", order)
        object.__setattr__(self, "constants", sealed(constants[order]))
        object.__setattr__(self, "exponent", exponent)

    @property
    def log_unit(self) -> float:
        """What is to be added to a log-density that a kernel gives: exponent log 2."""
        return self.exponent * LOG_2

    @classmethod
    def univariate(cls, weights: ArrayLike, means: ArrayLike, standard_deviations: ArrayLike) -> Self:
        """Return a mixture of one feature from K weights, means and standard deviations.

        Parameters
        ----------
        weights, means, standard_deviations : shape (K,)
            Standard deviations are positive and in the units of the data.

        Raises
        ------
        ParameterError, ShapeError
            If they disagree in length or a standard deviation is not positive.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([0.3, 0.7], [-1.0, 2.0], [0.5, 1.0]).pdf([0.0, 2.0]).round(4)
        array([0.0702, 0.2793])
        """
        deviations = np.asarray(standard_deviations, dtype=float)
        centres = np.asarray(means, dtype=float)
        if deviations.ndim != 1 or centres.shape != deviations.shape:
            raise ShapeError(
                f"means and standard_deviations must have the same shape (K,), got {centres.shape} "
                f"and {deviations.shape}."
            )
        if not (deviations > 0).all():
            k = int(np.flatnonzero(~(deviations > 0))[0])
            raise ParameterError(f"The standard deviation of component {k} is {deviations[k]:g}; it must be positive.")
        return cls(weights, centres[:, None], DiagonalCovariance(deviations[:, None] ** 2))

    # ------------------------------------------------------------------------------------------ shape

    def __repr__(self) -> str:
        form = type(self.covariances).__name__
        return f"Mixture(n_components={self.n_components}, n_features={self.n_features}, covariances={form})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.weights, self.means, self.covariances)

    # ------------------------------------------------------------------------------------------ evaluation

    def logpdf(self, x: ArrayLike) -> FloatArray:
        """Return the logarithm of the density at each point.

        Parameters
        ----------
        x : shape (N, D), (D,) or, if D = 1, (N,)
            Points, in the units of the data.

        Returns
        -------
        shape (N,), or a number for one point
            ``log sum_k weights[k] N(x | means[k], covariances[k])``.

        Raises
        ------
        ShapeError
            If the points have another number of features.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([1.0], [0.0], [1.0]).logpdf([0.0, 1e10])
        array([-9.18938533e-01, -5.00000000e+19])
        """
        rows, shape = points(x, self.n_features)
        return self._scores(rows, log_density=())["log_density"].reshape(shape)[()]

    def pdf(self, x: ArrayLike) -> FloatArray:
        """Return the density at each point: exp of `logpdf`, same shapes.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([1.0], [0.0], [1.0]).pdf(0.0).round(4)
        np.float64(0.3989)
        """
        return np.exp(self.logpdf(x))

    def component_pdf(self, x: ArrayLike) -> FloatArray:
        """Return the weighted density of each component at each point; its rows sum to `pdf`.

        Parameters
        ----------
        x : shape (N, D), (D,) or, if D = 1, (N,)

        Returns
        -------
        shape (N, K), or (K,) for one point
            ``weights[k] N(x | means[k], covariances[k])``.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([0.5, 0.5], [0.0, 1.0], [1.0, 1.0]).component_pdf(0.0).round(4)
        array([0.1995, 0.121 ])
        """
        rows, shape = points(x, self.n_features)
        joint = self._scores(rows, joint=(self.n_components,), log_density=())["joint"]
        return np.exp(joint).reshape(*shape, self.n_components)

    def responsibilities(self, x: ArrayLike) -> FloatArray:
        """Return the probability that each point came from each component.

        Parameters
        ----------
        x : shape (N, D), (D,) or, if D = 1, (N,)

        Returns
        -------
        shape (N, K), or (K,) for one point
            ``weights[k] N(x | means[k], covariances[k]) / p(x)``; rows sum to one, however far out the point lies.

        References
        ----------
        Bishop (2006), eq. 9.13.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([0.5, 0.5], [0.0, 0.0], [1.0, 2.0]).responsibilities([0.0, 1e154]).round(3)
        array([[0.667, 0.333],
               [0.   , 1.   ]])
        """
        rows, shape = points(x, self.n_features)
        shares = self._scores(rows, responsibilities=(self.n_components,), log_density=())["responsibilities"]
        return shares.reshape(*shape, self.n_components)

    def log_responsibilities(self, x: ArrayLike) -> FloatArray:
        """Return the logarithm of the probability that each point came from each component.

        Parameters
        ----------
        x : shape (N, D), (D,) or, if D = 1, (N,)

        Returns
        -------
        shape (N, K), or (K,) for one point
            ``log(weights[k] N(x | means[k], covariances[k])) - log p(x)``, also where `responsibilities` are zero.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([0.5, 0.5], [0.0, 100.0], [1.0, 1.0]).log_responsibilities(0.0)
        array([    0., -5000.])
        """
        rows, shape = points(x, self.n_features)
        scores = self._scores(rows, joint=(self.n_components,), log_density=())
        logs = scores["joint"]
        finite = np.isfinite(scores["log_density"])
        np.subtract(logs, scores["log_density"][:, None], out=logs, where=finite[:, None])
        if not finite.all():
            with np.errstate(divide="ignore"):
                logs[~finite] = np.log(self.responsibilities(rows[~finite]))
        return logs.reshape(*shape, self.n_components)

    def labels(self, x: ArrayLike) -> Array:
        """Return the component that each point most probably came from, an integer each.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([0.5, 0.5], [-1.0, 1.0], [1.0, 1.0]).labels([-3.0, 0.1])
        array([0, 1])
        """
        rows, shape = points(x, self.n_features)
        return self._scores(rows, labels=(), log_density=())["labels"].reshape(shape)[()]

    def _scores(self, rows: Array, **wanted: tuple[int, ...]) -> Outputs:
        """Return the wanted outputs of the scoring kernel, each of N entries of the given shape."""
        dtypes = {"labels": np.int64}
        results = {name: np.empty((len(rows), *shape), dtypes.get(name, np.float64)) for name, shape in wanted.items()}
        means = self.means[self.order]

        def fill(part: slice) -> None:
            outputs = {name: result[part] for name, result in results.items()}
            self.covariances.score(rows[part], self.constants, means, self.order, outputs)
            for name in outputs.keys() & {"joint", "log_density"}:
                np.add(outputs[name], self.log_unit, out=outputs[name])
            self._in_given_order(outputs)
            mend_far_rows(self, rows[part], outputs)

        in_parts(len(rows), part_rows(self.n_components, self.n_features), fill)
        return results

    def _expected(self, rows: Array, lines: Lines) -> FloatArray:
        """Return what is to be expected of the outputs of `lines`, in canonical order, at each row, shape (N, M)."""
        expected, log_density = np.empty((len(rows), lines.n_outputs)), np.empty(len(rows))
        means = self.means[self.order]

        def fill(part: slice) -> None:
            outputs = expected[part], log_density[part]
            self.covariances.regress(rows[part], self.constants, means, self.order, lines, *outputs)

        in_parts(len(rows), part_rows(self.n_components, self.n_features), fill)
        far = np.flatnonzero(~np.isfinite(log_density))
        if len(far):
            shares = self.responsibilities(rows[far])[:, self.order]
            expected[far] = np.einsum("nk,nmk->nm", shares, lines.at(rows[far]))
        return expected

    def _in_given_order(self, outputs: Outputs) -> None:
        """Give the columns and labels of a kernel the user's numbering of components, in place."""
        if (self.order[1:] > self.order[:-1]).all():
            return
        for name in ("joint", "responsibilities"):
            if name in outputs:
                outputs[name][:, self.order] = outputs[name].copy()
        if "labels" in outputs:
            outputs["labels"][...] = self.order[outputs["labels"]]

    # ------------------------------------------------------------------------------------------ edges

    def plot(self, data: ArrayLike | None = None, *, ax: Axes | None = None, **options: Any) -> MixtureDisplay:
        """Draw the mixture, and return what was drawn.

        One feature: each weighted Gaussian and their sum, over a histogram of the data. Two: contours of the density
        and an ellipse per component. More: a corner of their marginals.

        Parameters
        ----------
        data : shape (N, D), optional
            Rows to show beside it.
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure if not given.
        **options
            See `mogul.plot.MixtureDisplay.from_mixture`.

        Raises
        ------
        MissingDependencyError
            Without matplotlib, which comes with ``pip install "mogul[plot]"``.
        """
        from mogul.plot import MixtureDisplay

        return MixtureDisplay.from_mixture(self, data, ax=ax, **options)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the mixture to a file, whole or not at all; `mogul.load` reads it back to the same bits."""
        from mogul.io import save

        save(self, path)

    def to_json(self) -> str:
        """Return the mixture as a JSON document that people can read."""
        from mogul.io import to_json

        return to_json(self)

    @classmethod
    def from_json(cls, text: str) -> Mixture:
        """Return the mixture that `to_json` wrote.

        Examples
        --------
        >>> import mogul
        >>> one = mogul.Mixture.univariate([1.0], [0.5], [2.0])
        >>> mogul.Mixture.from_json(one.to_json()).means
        array([[0.5]])
        """
        from mogul.io import from_json

        return from_json(text)
