"""Agreement: what is counted over several starts."""

import numpy as np

import mogul
from mogul.training.agreement import Agreement, Reached


def test_starts_that_end_at_the_best_optimum_add_up():
    found = Agreement.of(
        [Reached(-2.0, True, 8, 2), Reached(-1.5, True, 8, 3), Reached(-1.50001, True, 4, 1), Reached(9.0, False, 8, 8)]
    )
    assert (found.n_tried, found.n_agreeing) == (28, 4)
    assert found.log_likelihoods == (-1.5, -1.50001, -2.0, 9.0)
    assert found.n_optima == 3


def test_estimators_report_it():
    rows = np.concatenate([np.random.default_rng(0).normal(size=(60, 2)) + 20 * k for k in range(3)])
    model = mogul.GaussianMixture(3, n_init=2, random_state=0).fit(rows)
    assert model.agreement_.n_optima == 1
    assert model.agreement_.log_likelihoods[0] == max(model.agreement_.log_likelihoods)
    assert 6 <= model.agreement_.n_agreeing <= model.agreement_.n_tried
    assert abs(model.agreement_.log_likelihoods[0] - model.score(rows)) < 1e-9
    alone = mogul.GaussianMixture(3, init_params="random", random_state=0).fit(rows)
    assert (alone.agreement_.n_tried, alone.agreement_.n_agreeing) == (1, 1)
