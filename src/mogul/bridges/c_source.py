"""The scoring function as C source."""

from __future__ import annotations

import re

import numpy as np

from mogul._kernels import FloatArray
from mogul.bridges.formula import Formula
from mogul.errors import ParameterError
from mogul.mixture import Mixture

_SOURCE = """\
/* A Gaussian mixture of @K@ components in @D@ features, written by mogul. C99, no state, no allocation. */
#include <math.h>

static const double @NAME@_constants[@K@] = @CONSTANTS@;
static const double @NAME@_means[@K@][@D@] = @MEANS@;
static const double @NAME@_whitening[@K@][@D@][@D@] = @WHITENING@;

/* Writes log(weight N(x | mean, covariance)) of each component to joint and returns the number of the largest. */
static int @NAME@_joint(const double x[@D@], double joint[@K@]) {
    int best = 0;
    for (int k = 0; k < @K@; ++k) {
        double squared = 0.0;
        for (int i = 0; i < @D@; ++i) {
            double z = 0.0;
            for (int j = 0; j <= i; ++j)
                z += @NAME@_whitening[k][i][j] * (x[j] - @NAME@_means[k][j]);
            squared += z * z;
        }
        joint[k] = @NAME@_constants[k] - 0.5 * squared;
        if (joint[k] > joint[best])
            best = k;
    }
    return best;
}

/* Returns the log-density at x and writes the probability of each component to shares. */
double @NAME@_score(const double x[@D@], double shares[@K@]) {
    const int best = @NAME@_joint(x, shares);
    const double largest = shares[best];
    double total = 0.0;
    for (int k = 0; k < @K@; ++k) {
        shares[k] = exp(shares[k] - largest);
        total += shares[k];
    }
    for (int k = 0; k < @K@; ++k)
        shares[k] /= total;
    return largest + log(total);
}

/* Returns the log-density at x. */
double @NAME@_log_density(const double x[@D@]) {
    double shares[@K@];
    return @NAME@_score(x, shares);
}

/* Returns the most probable component of x. */
int @NAME@_label(const double x[@D@]) {
    double joint[@K@];
    return @NAME@_joint(x, joint);
}
"""


def to_c(mixture: Mixture, name: str = "mixture") -> str:
    """Return the scoring function of a mixture as C99 source that needs nothing but the mathematical library.

    Parameters
    ----------
    mixture : Mixture
    name : str, default 'mixture'
        With what the names of its functions begin: ``NAME_log_density(x)``, ``NAME_label(x)`` and
        ``NAME_score(x, shares)``, which returns the log-density and writes the responsibilities.

    Raises
    ------
    ParameterError
        If the name is no identifier of C.

    Examples
    --------
    >>> import mogul
    >>> from mogul import bridges
    >>> source = bridges.to_c(mogul.Mixture.univariate([1.0], [2.0], [0.5]), "eruption")
    >>> "double eruption_log_density(const double x[1])" in source
    True
    """
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise ParameterError(f"name {name!r} is no identifier of C: use letters, digits and underscores.")
    formula = Formula.of(mixture)
    values = {
        "K": str(mixture.n_components),
        "D": str(mixture.n_features),
        "NAME": name,
        "CONSTANTS": _initialiser(formula.constants),
        "MEANS": _initialiser(formula.means),
        "WHITENING": _initialiser(formula.whitening),
    }
    return re.sub(r"@([A-Z]+)@", lambda match: values[match[1]], _SOURCE)


def _initialiser(array: FloatArray) -> str:
    if array.ndim == 0:
        return f"{array:.17g}" if np.isfinite(array) else "-INFINITY"
    return "{" + ", ".join(_initialiser(part) for part in array) + "}"
