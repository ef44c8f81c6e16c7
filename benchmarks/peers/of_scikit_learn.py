"""What scikit-learn's GaussianMixture and mogul's take and give alike."""

from __future__ import annotations

import warnings

import numpy as np
from adapter import Prepare, Problem, Reached


def preparing(program: str, estimator: type) -> Prepare:
    """Return what prepares an estimator with scikit-learn's interface."""

    def prepare(problem: Problem):
        native = problem.native
        start = {
            "weights_init": problem.weights,
            "means_init": problem.means,
            "precisions_init": np.linalg.inv(native) if native.ndim > 1 and problem.kind != "diag" else 1 / native,
        }

        def fit(n_iterations: int):
            model = estimator(
                len(problem.weights),
                covariance_type=problem.kind,
                tol=0.0,
                reg_covar=0.0,
                max_iter=n_iterations,
                **start,
            )
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that it has not converged
                return model.fit(problem.rows)

        return program, fit, lambda model: Reached(model.weights_, model.means_, model.covariances_)

    return prepare
