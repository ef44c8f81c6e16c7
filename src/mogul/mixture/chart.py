"""Coordinates of mixtures around a base mixture, free of units."""

from __future__ import annotations

import numpy as np

from mogul._kernels import FloatArray
from mogul.mixture.mixture import Mixture


def displacement(base: Mixture, mixture: Mixture) -> FloatArray:
    """Return the coordinates of `mixture` around `base`, a vector of zeros for `base` itself.

    They are, component by component: log(w / w_base), P_base (m - m_base), and what the covariance form makes of the
    ratio of the factors. Each is multiplied by sqrt(w_base), for so much do the rows of a component count: the squared
    length is then about twice the divergence of the two mixtures a row.
    """
    form, own = base.covariances, np.sqrt(base.weights)[:, None]
    shares = np.log(mixture.weights / base.weights)[:, None]
    places = form.whitened_vectors(mixture.means - base.means)
    shapes = form.displacement(mixture.covariances)
    return np.concatenate([(own * shares).ravel(), (own * places).ravel(), (_counting(own, shapes) * shapes).ravel()])


def displaced(base: Mixture, coordinates: FloatArray) -> Mixture:
    """Return the mixture with the given coordinates around `base`; every vector leads to one."""
    n_components, n_features = base.means.shape
    own = np.sqrt(base.weights)[:, None]
    shares, places, shapes = np.split(coordinates, [n_components, n_components * (1 + n_features)])
    log_weights = shares / own[:, 0]
    weights = base.weights * np.exp(log_weights - log_weights.max())
    means = base.means + base.covariances.coloured_vectors(places.reshape(n_components, n_features) / own)
    shapes = shapes.reshape(base.covariances.n_matrices, -1)
    return Mixture(weights / weights.sum(), means, base.covariances.displaced(shapes / _counting(own, shapes)))


def _counting(own: FloatArray, shapes: FloatArray) -> FloatArray:
    """Return the weight of each covariance: that of its component, or one if all components share it."""
    return own if len(shapes) == len(own) else np.ones((1, 1))
