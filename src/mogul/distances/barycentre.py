"""The mixture in the middle of several mixtures."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from mogul.covariance import FullCovariance
from mogul.distances.checks import require_same_features
from mogul.distances.gaussian_maps import barycentric_covariances
from mogul.distances.transport import optimal_plan
from mogul.errors import ParameterError, ShapeError
from mogul.mixture import Mixture

MOST_TUPLES = 50_000


def barycentre(mixtures: Sequence[Mixture], shares: ArrayLike | None = None) -> Mixture:
    """Return the mixture whose mean squared mixture-Wasserstein distance to the given ones is least.

    Parameters
    ----------
    mixtures : sequence of J mixtures
        Of the same number of features D.
    shares : shape (J,), optional
        How much each counts; equal if not given.

    Returns
    -------
    Mixture
        Of at most ``sum_j K_j - J + 1`` components.

    Raises
    ------
    ParameterError
        If there are no mixtures, the shares are not sound, or the product of all K_j exceeds 50 000.
    ShapeError
        If the mixtures differ in the number of features, or there are not as many shares as mixtures.

    Notes
    -----
    Each tuple of components, one of each mixture, has a Gaussian in its middle; a linear programme says how much
    weight each tuple gets, so that all components are used up and the cost is least.

    References
    ----------
    Delon and Desolneux (2020), A Wasserstein-type distance in the space of Gaussian mixture models, section 5.
    Alvarez-Esteban et al. (2016), A fixed-point approach to barycenters in Wasserstein space, theorem 4.2.

    Examples
    --------
    >>> import mogul
    >>> left = mogul.Mixture.univariate([0.5, 0.5], [0.0, 10.0], [1.0, 1.0])
    >>> right = mogul.Mixture.univariate([0.5, 0.5], [12.0, 4.0], [3.0, 1.0])
    >>> middle = mogul.distances.barycentre([left, right])
    >>> middle.means.ravel(), middle.covariances.dense().ravel().round(9)
    (array([ 2., 11.]), array([1., 4.]))
    """
    if not mixtures:
        raise ParameterError("barycentre needs one mixture or more.")
    for other in mixtures[1:]:
        require_same_features(mixtures[0], other)
    parts = np.full(len(mixtures), 1 / len(mixtures)) if shares is None else np.asarray(shares, dtype=float)
    if parts.shape != (len(mixtures),):
        raise ShapeError(f"shares has shape {parts.shape}, but there are {len(mixtures)} mixtures: one number each.")
    if not (np.isfinite(parts).all() and (parts >= 0).all() and parts.sum() > 0):
        raise ParameterError(f"shares {parts.tolist()} must be finite, not negative, and not all zero.")
    parts = parts / parts.sum()
    sizes = tuple(mixture.n_components for mixture in mixtures)
    if math.prod(sizes) > MOST_TUPLES:
        raise ParameterError(
            f"The mixtures have {sizes} components, which makes {math.prod(sizes)} tuples, more than {MOST_TUPLES}. "
            f"Reduce them first: mixture.reduced(n)."
        )
    places = np.indices(sizes).reshape(len(sizes), -1)
    means = np.stack([mixture.means[place] for mixture, place in zip(mixtures, places, strict=True)], axis=1)
    dense = [mixture.covariances.dense()[place] for mixture, place in zip(mixtures, places, strict=True)]
    centres = np.einsum("j,tjd->td", parts, means)
    covariances = barycentric_covariances(np.stack(dense, axis=1), parts)
    # Mean squared distance to the centre: of the means, and, as Bures' distance, of the covariances.
    away = np.einsum("j,tjd,tjd->t", parts, means - centres[:, None], means - centres[:, None])
    traces = np.einsum("j,tjaa->t", parts, np.stack(dense, axis=1)) - np.einsum("taa->t", covariances)
    plan = optimal_plan([mixture.weights for mixture in mixtures], (away + traces).reshape(sizes)).ravel()
    used = plan > 0
    return Mixture(plan[used], centres[used], FullCovariance(covariances[used]))
