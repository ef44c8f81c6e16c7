"""200 random cases for every law that asks for one."""

import warnings
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pytest

from mogul import GaussianMixture
from mogul.errors import MogulWarning
from mogul.testing import random_mixture, random_rows

N_CASES = 200
FAMILIES = ("full", "tied", "diag", "spherical")
DTYPES = (np.float64, np.float64, np.float32, np.int16)


@dataclass(frozen=True)
class Case:
    """Rows, perhaps weighted, of some dtype, and a family to fit them with. The number decides all."""

    number: int

    def rng(self, purpose=0):
        """Return a generator for one purpose, so that no draw disturbs another."""
        return np.random.default_rng([self.number, purpose])

    @property
    def covariance_type(self):
        return FAMILIES[self.number % 4]

    @property
    def dtype(self):
        return DTYPES[self.number // 4 % 4]

    @cached_property
    def shape(self):
        """(N, K, D), N such that every component has rows enough for its parameters."""
        rng = self.rng(1)
        n_components, n_features = int(rng.integers(1, 6)), int(rng.integers(1, 7))
        return int(n_components * (3 * n_features + 5) + rng.integers(0, 250)), n_components, n_features

    @property
    def n_rows(self):
        return self.shape[0]

    @property
    def n_components(self):
        return self.shape[1]

    @property
    def n_features(self):
        return self.shape[2]

    def _draw(self, separation):
        rng = self.rng(2)
        mixture = random_mixture(rng, self.n_components, self.n_features, self.covariance_type, separation=separation)
        rows, labels = random_rows(rng, mixture, self.n_rows)
        # Multiples of 1/16: sums with, and products by, the numbers of the laws are exact, even in float32.
        rows = np.round(16 * rows) / 16 if self.dtype is not np.int16 else np.round(16 * rows)
        return np.ascontiguousarray(rows.astype(self.dtype)), labels

    @cached_property
    def rows(self):
        """Overlapping groups: EM has something to do."""
        return self._draw(2.0)[0]

    @cached_property
    def separated(self):
        """(rows, labels): groups so far apart that there is one best fit, and every good start finds it."""
        return self._draw(25.0)

    @cached_property
    def row_weights(self):
        """None, real numbers or integers, by turns."""
        kind = self.number // 16 % 3
        if kind == 0:
            return None
        rng = self.rng(3)
        return rng.gamma(2.0, size=self.n_rows) + 0.1 if kind == 1 else rng.integers(1, 4, self.n_rows).astype(float)

    @cached_property
    def responsibilities(self):
        """A random start (N, K), in which every component has some part of every row."""
        return self.rng(4).dirichlet(np.full(self.n_components, 0.5), self.n_rows) * 0.9 + 0.1 / self.n_components

    def estimator(self, **settings):
        return GaussianMixture(
            self.n_components, covariance_type=self.covariance_type, **{"random_state": 0} | settings
        )

    def __str__(self):
        n_rows, n_components, n_features = self.shape
        weighted = {0: "", 1: "-weights", 2: "-counts"}[self.number // 16 % 3]
        name = f"{self.covariance_type}-{np.dtype(self.dtype).name}{weighted}"
        return f"{self.number}-{name}-N{n_rows}-K{n_components}-D{n_features}"

    # ------------------------------------------------------------------------------------------ fits

    def fit(self, rows, row_weights=None, **settings):
        """Return a fit by default settings, and by default starts."""
        with warnings.catch_warnings():
            # That a component of few rows sits on the floor, or that the limit was reached, is no breach of a law.
            warnings.simplefilter("ignore", MogulWarning)
            return self.estimator(**settings).fit(rows, sample_weight=row_weights)

    def em(self, rows, row_weights=None, *, responsibilities, max_iter=8, **settings):
        """Return the fit after a few iterations of EM from given responsibilities: no start, no stop rule."""
        return self.fit(rows, row_weights, responsibilities_init=responsibilities, max_iter=max_iter, **settings)


CASES = [Case(number) for number in range(N_CASES)]


def pytest_generate_tests(metafunc):
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", CASES, ids=str)


@pytest.fixture
def with_threads(monkeypatch):
    """Return a function that sets the number of threads of the kernels."""
    return lambda n_threads: monkeypatch.setenv("MOGUL_NUM_THREADS", str(n_threads))
