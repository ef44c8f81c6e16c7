"""Writes gmr.json: conditionals of a mixture by gmr. Run it with gmr installed."""

import json
from pathlib import Path


def main():
    import gmr
    import numpy as np

    rng = np.random.default_rng(7)
    weights, means = np.array([0.5, 0.3, 0.2]), rng.normal(0, 2, (3, 3)).round(3)
    factors = rng.normal(0, 1, (3, 3, 3)).round(3)
    covariances = factors @ factors.swapaxes(1, 2) + np.eye(3)
    known, rows = [2, 0], rng.normal(0, 2, (6, 2)).round(3)
    mixture = gmr.GMM(3, priors=weights, means=means, covariances=covariances)
    first = mixture.condition(known, rows[0])
    values = {
        "about": f"Conditionals by gmr {gmr.__version__} (tests/compare/oracles/make_gmr.py).",
        "weights": weights.tolist(),
        "means": means.tolist(),
        "covariances": covariances.tolist(),
        "known": known,
        "rows": rows.tolist(),
        "conditional_means": mixture.predict(known, rows).tolist(),
        "weights_of_first": first.priors.tolist(),
        "covariances_of_first": first.covariances.tolist(),
    }
    Path(__file__).with_name("gmr.json").write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
