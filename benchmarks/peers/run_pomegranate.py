"""pomegranate's GeneralMixtureModel of Normal distributions, in float64."""

from importlib.metadata import version

import torch
from adapter import Problem, Reached, RefusedError, serve
from pomegranate.distributions import Normal
from pomegranate.gmm import GeneralMixtureModel

KINDS = {"full": "full", "diag": "diag"}


def prepare(problem: Problem):
    if problem.kind not in KINDS:
        raise RefusedError(f"pomegranate fits no mixture with {problem.kind} covariances that takes a start.")
    torch.set_default_dtype(torch.float64)
    rows, native = torch.from_numpy(problem.rows), problem.native

    def fit(n_iterations: int) -> GeneralMixtureModel:
        components = [
            Normal(torch.tensor(mean), torch.tensor(covariance), covariance_type=KINDS[problem.kind])
            for mean, covariance in zip(problem.means, native, strict=True)
        ]
        return GeneralMixtureModel(
            components, priors=torch.tensor(problem.weights), tol=-float("inf"), max_iter=n_iterations
        ).fit(rows)

    def reached(model: GeneralMixtureModel) -> Reached:
        means = torch.stack([each.means for each in model.distributions])
        covariances = torch.stack([each.covs for each in model.distributions])
        return Reached(model.priors.numpy(), means.numpy(), covariances.numpy())

    return f"pomegranate {version('pomegranate')}, torch {torch.__version__}", fit, reached


serve(prepare)
