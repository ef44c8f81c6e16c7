"""mogul fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mogul.cli.errors import NotConvergedError
from mogul.cli.options import columns_option, data_argument, json_option, output_option
from mogul.cli.streams import STANDARD, KeptWarning, counted, kept_warnings, results, say

if TYPE_CHECKING:
    from mogul.io import Metadata
    from mogul.mixture import Mixture


@click.command("fit", short_help="Fit a mixture to DATA.")
@data_argument
@click.option("-k", "--components", type=click.IntRange(min=1), required=True, help="How many Gaussians.")
@click.option(
    "--covariance",
    default="full",
    show_default=True,
    metavar="NAME",
    help="Which covariances are allowed: full, tied, diag, spherical, or any of the 14 families, such as VEV.",
)
@columns_option
@click.option("--weights", metavar="COLUMN", help="Column that says how much each row counts.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the random starts.")
@click.option("--starts", type=click.IntRange(min=1), help="How many starts to try; the best one counts.")
@click.option("--tolerance", type=click.FloatRange(min=0), help="When to stop: mean gain in log-likelihood a row.")
@click.option("--max-iterations", type=click.IntRange(min=1), help="Most iterations of a start.")
@click.option("--floor", type=click.FloatRange(min=0), help="Number added to every variance.")
@click.option("--strict", is_flag=True, help="Fail, and write nothing, if the fit did not converge.")
@json_option
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
@output_option("Model file to write, or - for standard output", default=None)
def command(
    data: str,
    components: int,
    covariance: str,
    columns: str | None,
    weights: str | None,
    seed: int,
    starts: int | None,
    tolerance: float | None,
    max_iterations: int | None,
    floor: float | None,
    strict: bool,
    as_json: bool,
    quiet: bool,
    output: str | None,
) -> None:
    """Fit a mixture of -k Gaussians to DATA, print it, and write it to a file.

    \b
    mogul fit faithful.csv -k 2 -o faithful.mogul
    mogul fit iris.csv -k 3 --columns sepal_length,sepal_width --covariance tied
    """
    options = {"n_init": starts, "tol": tolerance, "max_iter": max_iterations, "reg_covar": floor}
    options = {name: value for name, value in options.items() if value is not None}
    with kept_warnings(quiet) as kept:
        mixture, metadata = _fit(data, components, covariance, columns, weights, seed, options, quiet)
    if strict and not metadata.training["converged"]:
        raise NotConvergedError(
            f"The fit had not converged after {counted(metadata.training['n_iterations'], 'iteration')}, and --strict "
            f"was given: no model was written. Raise --max-iterations or --tolerance."
        )
    if output is not None:
        _write(mixture, metadata, output)
    if not quiet and output != STANDARD:
        click.echo(_as_json(mixture, metadata, output, kept) if as_json else _as_text(mixture, metadata, output))


def _fit(
    data: str,
    components: int,
    covariance: str,
    columns: str | None,
    weights: str | None,
    seed: int,
    options: dict[str, Any],
    quiet: bool,
) -> tuple[Mixture, Metadata]:
    """Return the fitted mixture, and the names and the summary that its file keeps."""
    from mogul.cli.columns import columns_to_fit
    from mogul.cli.errors import DataFileError
    from mogul.cli.sources import open_source
    from mogul.estimators import GaussianMixture
    from mogul.family.registry import find_family
    from mogul.io import Metadata

    find_family(covariance)  # a misspelt name should not have to wait for the data
    source = open_source(data)
    features, weight = columns_to_fit(source, columns, weights)
    names = None if source.names is None else [source.names[column] for column in features]
    if names is not None and len(set(names)) < len(names):
        raise DataFileError(
            f"{source.label} has several columns of one name. Choose the columns with --columns, by number."
        )
    rows = source.read(features if weight is None else [*features, weight])
    row_weights = None
    if weight is not None:
        rows, row_weights = rows[:, :-1], rows[:, -1]
    if not quiet:
        size = f"{counted(len(rows), 'row')} x {counted(len(features), 'column')}"
        say(f"fitting {counted(components, 'component')} to {size}")
    estimator = GaussianMixture(n_components=components, covariance_type=covariance, random_state=seed, **options)
    estimator.fit(rows, sample_weight=row_weights)
    training = {
        "n_rows": len(rows),
        "covariance": covariance,
        "seed": seed,
        **options,
        "converged": bool(estimator.converged_),
        "n_iterations": int(estimator.n_iter_),
        "mean_log_likelihood": float(estimator.lower_bound_),
    }
    if row_weights is None:
        # Both criteria count rows; what weighted rows count for is not ours to guess.
        training |= {"bic": float(estimator.bic(rows)), "aic": float(estimator.aic(rows))}
    return estimator.mixture_, Metadata(names, training)


def _write(mixture: Mixture, metadata: Metadata, output: str) -> None:
    from mogul.io.container import encode

    with results(output) as file:
        file.write(encode(mixture, metadata))


def _as_text(mixture: Mixture, metadata: Metadata, output: str | None) -> str:
    from mogul.cli.models import display_names
    from mogul.cli.summary import summary

    training = metadata.training
    done = "converged" if training["converged"] else "not converged"
    numbers = [f"{done} after {counted(training['n_iterations'], 'iteration')}"]
    numbers += [f"mean log-likelihood {training['mean_log_likelihood']:.6g}"]
    numbers += [f"{name.upper()} {training[name]:.2f}" for name in ("bic", "aic") if name in training]
    lines = [
        summary(mixture, display_names(mixture, metadata.feature_names), training["covariance"]),
        "",
        ", ".join(numbers),
    ]
    return "\n".join(lines if output is None else [*lines, f"wrote {output}"])


def _as_json(mixture: Mixture, metadata: Metadata, output: str | None, kept: list[KeptWarning]) -> str:
    import json

    from mogul.io import to_json

    document = json.loads(to_json(mixture, metadata=metadata))
    return json.dumps(
        {
            "output": output,
            **metadata.training,
            "warnings": [warning._asdict() for warning in kept],
            "model": document,
        },
        indent=None,
    )
