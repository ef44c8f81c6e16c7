"""Mixtures of every form, and rows near and far."""

import numpy as np
import pytest

from mogul.testing import FORMS, random_mixture


@pytest.fixture(params=[(form, n_features) for form in FORMS for n_features in (1, 3)], ids=str)
def mixture(request):
    form, n_features = request.param
    return random_mixture(np.random.default_rng(0), 4, n_features, form)


@pytest.fixture
def rows(mixture):
    near = mixture.sample(50, rng=1)
    return np.concatenate([near, 20 * near, 1e4 + near])
