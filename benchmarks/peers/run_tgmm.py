"""tgmm's GaussianMixture, on the processor, in float64."""

import warnings
from importlib.metadata import version

import torch
from adapter import Problem, Reached, serve
from tgmm import GaussianMixture

KINDS = {"full": "full", "tied": "tied_full", "diag": "diag", "spherical": "spherical"}


def prepare(problem: Problem):
    torch.set_default_dtype(torch.float64)
    rows = torch.from_numpy(problem.rows)
    n_components, n_features = problem.means.shape

    def fit(n_iterations: int) -> GaussianMixture:
        model = GaussianMixture(
            n_components,
            n_features,
            covariance_type=KINDS[problem.kind],
            max_iter=n_iterations,
            tol=1e-300,  # zero is refused
            reg_covar=0.0,
            init_weights=torch.tensor(problem.weights),
            init_means=torch.tensor(problem.means),
            init_covariances=torch.tensor(problem.native),
            device="cpu",
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it has not converged
            model.fit(rows)
        return model

    def reached(model: GaussianMixture) -> Reached:
        parameters = (model.weights_, model.means_, model.covariances_)
        return Reached(*(each.detach().numpy() for each in parameters), log_likelihood=float(model.lower_bound_))

    return f"tgmm {version('tgmm')}, torch {torch.__version__}", fit, reached


serve(prepare)
