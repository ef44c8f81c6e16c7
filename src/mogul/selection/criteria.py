"""What a fit is worth beside others: likelihood, less a price for its parameters.

Less is better in every criterion, as in scikit-learn; mclust's BIC and ICL are these with the other sign::

    aic = -2 log_likelihood + 2 n_parameters                 Akaike (1974), IEEE Trans. Automatic Control 19, 716-723
    bic = -2 log_likelihood + n_parameters log(n_rows)       Schwarz (1978), Annals of Statistics 6, 461-464
    icl = bic + 2 entropy,  entropy = -sum_n v_n log max_k r_nk
                                                             Biernacki, Celeux and Govaert (2000), IEEE PAMI 22, 719-725
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Self, final

import numpy as np

from mogul._checks import points, row_weights
from mogul._kernels import Array, FloatArray
from mogul.family import AbstractFamily, find_family
from mogul.mixture import Mixture


def entropy(mixture: Mixture, rows: Array, weights: FloatArray | None = None) -> float:
    """Return ``-sum_n v_n log max_k r_nk``: how far rows are from belonging to one component each, in nats."""
    unsure = -np.log(mixture.responsibilities(rows).max(axis=1))
    return float(unsure.sum() if weights is None else unsure @ weights)


@final
@dataclass(frozen=True)
class Criteria:
    """A likelihood, what it was bought with, and what that makes in each criterion. See `criteria`.

    Parameters
    ----------
    log_likelihood : float
        Of all rows together, in nats.
    n_parameters : int
        Free parameters: covariances, means, and weights but one.
    n_rows : float
        N, or the sum of the row weights.
    entropy : float
        ``-sum_n v_n log max_k r_nk`` in nats; zero where every row surely belongs to one component.

    Examples
    --------
    >>> from mogul.selection import Criteria
    >>> print(Criteria(log_likelihood=-1130.264, n_parameters=11, n_rows=272, entropy=0.5))
    log-likelihood -1130.26, 11 parameters, 272 rows: BIC 2322.19, AIC 2282.53, ICL 2323.19
    """

    log_likelihood: float
    n_parameters: int
    n_rows: float
    entropy: float = 0.0

    @property
    def aic(self) -> float:
        """``-2 log_likelihood + 2 n_parameters``; less is better."""
        return -2 * self.log_likelihood + 2 * self.n_parameters

    @property
    def bic(self) -> float:
        """``-2 log_likelihood + n_parameters log(n_rows)``; less is better."""
        return -2 * self.log_likelihood + self.n_parameters * math.log(self.n_rows)

    @property
    def icl(self) -> float:
        """``bic + 2 entropy``; less is better."""
        return self.bic + 2 * self.entropy

    @classmethod
    def of(cls, mixture: Mixture, family: AbstractFamily, rows: Array, weights: FloatArray | None = None) -> Self:
        """Return the criteria of a mixture that was fitted to rows (N, D) by the M-steps of a family."""
        logs = mixture.logpdf(rows)
        likelihood = float(logs.sum() if weights is None else logs @ weights)
        count = float(len(rows)) if weights is None else float(weights.sum())
        price = family.n_free(mixture.n_components, mixture.n_features)
        return cls(likelihood, price, count, entropy(mixture, rows, weights))

    def __str__(self) -> str:
        return (
            f"log-likelihood {self.log_likelihood:.2f}, {self.n_parameters} parameters, {self.n_rows:g} rows: "
            f"BIC {self.bic:.2f}, AIC {self.aic:.2f}, ICL {self.icl:.2f}"
        )


def criteria(mixture: Mixture, X: Any, covariance_type: str = "full", sample_weight: Any = None) -> Criteria:
    """Return BIC, AIC and ICL of a mixture on rows, with the likelihood and the number of parameters behind them.

    Parameters
    ----------
    mixture : Mixture
    X : shape (N, D)
        The rows that it was fitted to; or others, for a likelihood that was not fitted.
    covariance_type : str, default 'full'
        The family of the fit: a mixture does not know it, and the number of parameters depends on it.
    sample_weight : shape (N,), optional
        How often each row counts; N is then their sum.

    Returns
    -------
    Criteria

    Raises
    ------
    ShapeError
        If X has another number of columns than the mixture has features.
    ParameterError
        If there is no such family.

    Notes
    -----
    Less is better, as in scikit-learn. mclust gives BIC and ICL the other sign.

    Examples
    --------
    >>> import mogul
    >>> from mogul.data import load_faithful
    >>> rows = load_faithful().rows
    >>> model = mogul.GaussianMixture(2, covariance_type="diag", random_state=0).fit(rows)
    >>> print(mogul.criteria(model.mixture_, rows, "diag"))
    log-likelihood -1147.81, 9 parameters, 272 rows: BIC 2346.06, AIC 2313.61, ICL 2346.16
    """
    rows, _ = points(X, mixture.n_features)
    weights = row_weights(sample_weight, len(rows))
    return Criteria.of(mixture, find_family(covariance_type), rows, weights)
