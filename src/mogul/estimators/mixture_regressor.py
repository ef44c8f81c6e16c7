"""Regression by a Gaussian mixture of inputs and outputs together."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, MultiOutputMixin, RegressorMixin
from sklearn.utils import check_array, check_random_state
from sklearn.utils.validation import check_is_fitted

from mogul._kernels import Array, FloatArray
from mogul.errors import DataTypeError, ParameterError, ShapeError
from mogul.estimators.gaussian_mixture import GaussianMixture, unchanged_on_failure
from mogul.estimators.inputs import checked_rows
from mogul.mixture import Conditionals


class MixtureRegressor(MultiOutputMixin, RegressorMixin, BaseEstimator):
    """Gaussian mixture regression: a mixture of inputs and outputs together, asked for outputs given inputs.

    It predicts a whole distribution for each row, which may be skewed or have several peaks, and whose width may
    change: its mean, standard deviation, quantiles, draws and density. With one component it is linear regression.

    Parameters
    ----------
    n_components : int, default 1
        K, the number of Gaussians: about how many straight pieces the curve has.
    covariance_type : str, default 'full'
        As in `GaussianMixture`. Where no correlation within a component is allowed, as with 'diag', each component
        predicts a constant.
    tol, reg_covar, max_iter, n_init, init_params, random_state
        As in `GaussianMixture`.

    Attributes
    ----------
    mixture_ : Mixture
        Of the inputs and, after them, the outputs.
    n_outputs_ : int
        M.
    converged_, n_iter_, lower_bound_
        As in `GaussianMixture`.
    n_features_in_, feature_names_in_
        As in scikit-learn.

    Raises
    ------
    MogulError
        A kind of ValueError or TypeError that says what is wrong and what to do; the estimator stays as it was.

    See Also
    --------
    GaussianMixture : The fit of the mixture itself.
    Mixture.condition : The same for a mixture that is at hand already.

    Notes
    -----
    With p(x, y) a mixture, p(y | x) is one too, of weights ``w_k N(x | m_k, S_k) / p(x)`` and with means that are
    linear in x; see `Mixture.condition`. The fit makes the likelihood of rows (x, y) as great as it can, not that of y
    given x alone.

    References
    ----------
    Ghahramani and Jordan (1994), Supervised learning from incomplete data via an EM approach, NIPS 6, 120-127.
    Sung (2004), Gaussian Mixture Regression and Classification, PhD thesis, Rice University.

    Examples
    --------
    >>> import numpy as np
    >>> import mogul
    >>> x = np.linspace(-1, 1, 200)
    >>> bend = np.abs(x) + 0.01 * np.sin(40 * x)
    >>> model = mogul.MixtureRegressor(n_components=2, random_state=0).fit(x[:, None], bend)
    >>> mean, deviation = model.predict([[-0.5], [0.5]], return_std=True)
    >>> mean.round(1), bool((deviation < 0.1).all())
    (array([0.5, 0.5]), True)
    """

    _doc_link_module = "mogul"
    _outputs_are_a_vector: bool

    def __init__(
        self,
        n_components: int = 1,
        *,
        covariance_type: str = "full",
        tol: float | None = None,
        reg_covar: float | None = None,
        max_iter: int = 1000,
        n_init: int = 1,
        init_params: str = "kmeans",
        random_state: Any = None,
    ) -> None:
        self.n_components = n_components
        self.covariance_type = covariance_type
        self.tol = tol
        self.reg_covar = reg_covar
        self.max_iter = max_iter
        self.n_init = n_init
        self.init_params = init_params
        self.random_state = random_state

    def fit(self, X: Any, y: Any, sample_weight: ArrayLike | None = None) -> Self:
        """Fit the mixture to rows of inputs and outputs and return the estimator.

        Parameters
        ----------
        X : shape (N, D)
            Inputs: an array, or a pandas, polars or pyarrow table.
        y : shape (N,) or (N, M)
            Outputs.
        sample_weight : shape (N,), optional
            How often each row counts; not negative.

        Raises
        ------
        MogulError
            The estimator then stays as it was.
        """
        with unchanged_on_failure(self):
            rows = checked_rows(self, X, reset=True, min_rows=2)
            targets, is_vector = _targets(self, y, len(rows))
            inner = GaussianMixture(**self.get_params(deep=False))
            inner.fit(np.column_stack([rows, targets]).astype(np.float64, copy=False), sample_weight=sample_weight)
            self.mixture_ = inner.mixture_
            self.converged_, self.n_iter_, self.lower_bound_ = inner.converged_, inner.n_iter_, inner.lower_bound_
            self.n_outputs_ = targets.shape[1]
            self._outputs_are_a_vector = is_vector
        return self

    def conditional(self, X: Any) -> Conditionals:
        """Return the distribution of the outputs given each row of inputs: N mixtures in one value.

        Parameters
        ----------
        X : shape (N, D)
        """
        check_is_fitted(self, "mixture_")
        rows = checked_rows(self, X, reset=False)
        return self.mixture_.conditionals(range(self.n_features_in_), rows)

    def predict(self, X: Any, return_std: bool = False) -> FloatArray | tuple[FloatArray, FloatArray]:
        """Return the mean of the outputs given each row, in the shape of y; and, if asked for, their deviations.

        Parameters
        ----------
        X : shape (N, D)
        return_std : bool, default False
            Whether to return also the standard deviation of each output, in the same shape.
        """
        given = self.conditional(X)
        mean = self._shaped(given.mean())
        return (mean, self._shaped(given.standard_deviation())) if return_std else mean

    def predict_quantiles(self, X: Any, quantiles: ArrayLike = (0.05, 0.5, 0.95)) -> FloatArray:
        """Return values below which the outputs lie with given probabilities.

        Parameters
        ----------
        X : shape (N, D)
        quantiles : a number or shape (P,), default (0.05, 0.5, 0.95)
            Probabilities, more than 0 and less than 1.

        Returns
        -------
        shape (P, N) or (P, N, M); for one number, without the first axis
            Of each output by itself.
        """
        return self._shaped(self.conditional(X).quantiles(quantiles))

    def logpdf(self, X: Any, y: Any) -> FloatArray:
        """Return the logarithm of the density of y given x, shape (N,).

        Parameters
        ----------
        X : shape (N, D)
        y : shape (N,) or (N, M)
            One for each row of X.
        """
        given = self.conditional(X)
        return given.logpdf(_targets(self, y, len(given), self.n_outputs_)[0])

    def sample_y(self, X: Any, n_samples: int = 1, random_state: Any = None) -> FloatArray:
        """Return random outputs for each row of inputs, in the layout of scikit-learn's Gaussian processes.

        Parameters
        ----------
        X : shape (N, D)
        n_samples : int, default 1
            How many for each row. The head of a longer sample is the shorter one.
        random_state : int, RandomState or None

        Returns
        -------
        shape (N, n_samples), or (N, M, n_samples) if y has two axes
        """
        if n_samples < 1:
            raise ParameterError(f"n_samples is {n_samples!r}; it must be at least 1.")
        seed = int(check_random_state(random_state).randint(np.iinfo(np.int32).max))
        draws = self._shaped(self.conditional(X).sample(int(n_samples), rng=seed))
        return np.moveaxis(draws, 0, -1)

    def _shaped(self, values: FloatArray) -> FloatArray:
        """Return values (..., M) in the shape of y."""
        return values[..., 0] if self._outputs_are_a_vector else values


def _targets(estimator: Any, y: Any, n_rows: int, n_outputs: int | None = None) -> tuple[Array, bool]:
    """Return outputs as (N, M) numbers, all finite, and whether they came as a vector; or the exact complaint."""
    name = type(estimator).__name__
    if y is None:
        raise DataTypeError(f"{name} requires y to be passed, but the target y is None. Give one output a row.")
    try:
        values = check_array(y, ensure_2d=False, ensure_min_samples=0, dtype=np.float64, input_name="y")
    except (ValueError, TypeError) as error:
        raise DataTypeError(f"{error} Use finite numbers for y.") from error
    is_vector = values.ndim == 1
    values = values[:, None] if is_vector else values
    if len(values) != n_rows:
        raise ShapeError(
            f"Found input variables with inconsistent numbers of samples: X has {n_rows} rows, y has {len(values)}. "
            "Give one output a row."
        )
    if n_outputs not in (None, values.shape[1]):
        raise ShapeError(f"y has {values.shape[1]} columns, but the estimator was fitted to {n_outputs}. Use the same.")
    return values, is_vector
