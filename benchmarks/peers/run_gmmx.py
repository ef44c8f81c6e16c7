"""gmmx's EMFitter, on the processor, in float32: it takes nothing else. Its compilation belongs to fits not counted."""

from importlib.metadata import version

import jax
import numpy as np
from adapter import Problem, Reached, RefusedError, serve
from gmmx import EMFitter, GaussianMixtureModelJax


def prepare(problem: Problem):
    if problem.kind not in ("full", "diag"):
        raise RefusedError(f"gmmx has no {problem.kind} covariances.")
    rows = jax.numpy.asarray(problem.rows, dtype="float32")
    means, native, weights = (each.astype("float32") for each in (problem.means, problem.native, problem.weights))
    start = GaussianMixtureModelJax.from_squeezed(means, native, weights, covariance_type=problem.kind)

    def fit(n_iterations: int):
        return jax.block_until_ready(EMFitter(max_iter=n_iterations, tol=0.0, reg_covar=0.0).fit(rows, start))

    def reached(result) -> Reached:
        n_components, n_features = problem.means.shape
        shape = (n_components, n_features, n_features) if problem.kind == "full" else (n_components, n_features)
        model = result.gmm
        return Reached(
            np.asarray(model.weights).reshape(n_components),
            np.asarray(model.means).reshape(n_components, n_features),
            np.asarray(model.covariances.values).reshape(shape),
        )

    return f"gmmx {version('gmmx')} (float32), jax {jax.__version__}", fit, reached


serve(prepare)
