"""scikit-learn's callbacks: they see every iteration, and may stop the fit."""

import warnings

import numpy as np
import pytest

from mogul import GaussianMixture

pytest.importorskip("sklearn.callback", reason="scikit-learn has callbacks from 1.9 on")

pytestmark = [
    pytest.mark.filterwarnings("ignore::mogul.errors.MogulWarning"),
    pytest.mark.filterwarnings("ignore:.*experimental.*"),
]


class Recorder:
    """Keeps the names of tasks as they begin and end; stops after a number of iterations."""

    def __init__(self, stop_after=None, fail_at=None):
        self.begun, self.ended, self.models = [], [], []
        self.stop_after, self.fail_at = stop_after, fail_at
        self.set_up = self.torn_down = 0

    def setup(self, estimator, context):
        self.set_up += 1

    def teardown(self, estimator, context):
        self.torn_down += 1

    def on_fit_task_begin(self, estimator, context, *, X=None, y=None, metadata=None, fitted_estimator=None):
        self.begun.append(context.task_name)

    def on_fit_task_end(self, estimator, context, *, X=None, y=None, metadata=None, fitted_estimator=None):
        self.ended.append(context.task_name)
        if context.task_name == "iteration":
            if fitted_estimator is not None:
                self.models.append(fitted_estimator)
            n_iterations = self.ended.count("iteration")
            if n_iterations == self.fail_at:
                raise KeyboardInterrupt
            return n_iterations == self.stop_after
        return False


def _fitted(rows, recorder, **settings):
    settings = {"n_components": 3, "random_state": 0, "init_params": "random_from_data"} | settings
    return GaussianMixture(**settings).set_callbacks(recorder).fit(rows)


def test_they_see_every_iteration(overlapping):
    recorder = Recorder()
    model = _fitted(overlapping, recorder)
    assert recorder.ended.count("iteration") in (model.n_iter_, model.n_iter_ - 1)  # a last step that fell is not told
    assert recorder.begun.count("start") == recorder.ended.count("start") == 1
    assert (recorder.begun[0], recorder.ended[-1]) == ("fit", "fit")
    assert sorted(recorder.begun) == sorted(recorder.ended)
    assert recorder.set_up == recorder.torn_down == 1


def test_they_are_given_the_model_so_far(overlapping):
    recorder = Recorder()
    _fitted(overlapping, recorder, max_iter=5)
    scores = [model.score(overlapping) for model in recorder.models]
    assert len(scores) == 5
    assert scores == sorted(scores)


def test_they_may_stop_the_fit(overlapping):
    model = _fitted(overlapping, Recorder(stop_after=2))
    assert model.n_iter_ == 2
    assert not model.converged_


def test_they_do_not_change_the_fit(overlapping):
    plain = GaussianMixture(3, random_state=0, init_params="random_from_data").fit(overlapping)
    watched = _fitted(overlapping, Recorder())
    np.testing.assert_array_equal(watched.mixture_.means, plain.mixture_.means)
    assert watched.lower_bounds_ == plain.lower_bounds_


def test_an_interrupt_in_one_leaves_the_old_model(overlapping):
    model = _fitted(overlapping, Recorder())
    before = model.mixture_, model.n_iter_, model.lower_bound_
    model.set_callbacks(recorder := Recorder(fail_at=2))
    with pytest.raises(KeyboardInterrupt):
        model.fit(overlapping[:200])
    assert (model.mixture_, model.n_iter_, model.lower_bound_) == before
    assert recorder.torn_down == 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert model.set_callbacks(Recorder()).fit(overlapping).converged_
