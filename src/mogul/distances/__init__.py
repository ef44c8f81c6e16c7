"""Distances between mixtures: closed forms, estimates with their errors, bounds, optimal transport, and drift."""

from mogul.distances.barycentre import barycentre
from mogul.distances.bounds import kl_bounds, kl_variational
from mogul.distances.closed import cauchy_schwarz, integrated_squared_error, l2, log_inner_product
from mogul.distances.drift import Drift, drift
from mogul.distances.pairwise import pairwise_bhattacharyya, pairwise_hellinger, pairwise_kl, pairwise_wasserstein
from mogul.distances.sampled import bhattacharyya, hellinger, jensen_shannon, kl, total_variation
from mogul.distances.transport import Transport, mixture_wasserstein, transport
from mogul.mixture.estimate import Estimate

__all__ = [
    "Drift",
    "Estimate",
    "Transport",
    "barycentre",
    "bhattacharyya",
    "cauchy_schwarz",
    "drift",
    "hellinger",
    "integrated_squared_error",
    "jensen_shannon",
    "kl",
    "kl_bounds",
    "kl_variational",
    "l2",
    "log_inner_product",
    "mixture_wasserstein",
    "pairwise_bhattacharyya",
    "pairwise_hellinger",
    "pairwise_kl",
    "pairwise_wasserstein",
    "total_variation",
    "transport",
]
