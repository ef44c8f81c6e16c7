"""Random mixtures and rows in the arguments of the kernels, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from mogul._kernels import _core, reference

FORMS = ("full", "tied", "diagonal", "spherical")


@dataclass(frozen=True)
class Problem:
    """Rows of a mixture of one form, and the arguments that describe it."""

    form: str
    rows: np.ndarray
    constants: np.ndarray
    means: np.ndarray
    whitening: np.ndarray
    factors: tuple[np.ndarray, ...]  # empty where the form needs none

    def expect(self, kernels: Any, row_weights: Any = None, n_threads: int = 1, rows: Any = None) -> tuple[Any, ...]:
        kernel = getattr(kernels, f"expect_{self.form}")
        rows = self.rows if rows is None else rows
        return kernel(rows, row_weights, self.constants, self.means, self.whitening, *self.factors, n_threads)

    def score(self, kernels: Any, n_threads: int = 1, rows: Any = None) -> tuple[np.ndarray, ...]:
        rows = self.rows if rows is None else rows
        shape = (len(rows), len(self.means))
        out = np.zeros(shape), np.zeros(shape[0]), np.zeros(shape), np.zeros(shape[0], dtype=np.int64)
        getattr(kernels, f"score_{self.form}")(
            rows, self.constants, self.means, self.whitening, *out, n_threads=n_threads
        )
        return out


def _make(
    form: str,
    n_rows: int,
    n_components: int,
    n_features: int,
    dtype: Any = np.float64,
    seed: int = 0,
    separation: float = 3.0,
) -> Problem:
    rng = np.random.default_rng([seed, n_components, n_features])
    means = separation * rng.normal(size=(n_components, n_features))
    rows = means[rng.integers(n_components, size=n_rows)] + rng.normal(size=(n_rows, n_features))
    a = rng.normal(size=(n_components, n_features, n_features))
    covariances = a @ a.swapaxes(1, 2) / n_features + 0.3 * np.eye(n_features)
    factors, whitening, log_determinants, failed = reference.factorise(covariances)
    assert failed == -1
    log_weights = np.log(rng.dirichlet(np.full(n_components, 5.0)))
    diagonal = np.einsum("kii->ki", whitening).copy()
    shape_of_form = {
        "full": (whitening, (factors,), log_determinants),
        "tied": (whitening[0], (factors[0],), log_determinants[0]),
        "diagonal": (diagonal, (), -2 * np.log(diagonal).sum(axis=1)),
        "spherical": (diagonal[:, 0].copy(), (), -2 * n_features * np.log(diagonal[:, 0])),
    }
    chosen, chosen_factors, log_volume = shape_of_form[form]
    constants = log_weights - 0.5 * (log_volume + n_features * np.log(2 * np.pi))
    return Problem(form, rows.astype(dtype), constants, means, chosen, chosen_factors)


@pytest.fixture
def make_problem() -> Callable[..., Problem]:
    return _make


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def core() -> Any:
    return _core


def _assert_close(actual: Any, expected: Any, tolerance: float = 1e-12) -> None:
    """Each array agrees within `tolerance` of its largest entry: the sums of a kernel differ in their order."""
    for one, other in zip(actual, expected, strict=True):
        scale = np.abs(other).max(initial=0.0)
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance * scale)


def _assert_same_bits(actual: Any, expected: Any) -> None:
    for one, other in zip(actual, expected, strict=True):
        assert np.asarray(one).tobytes() == np.asarray(other).tobytes()


@pytest.fixture
def assert_close() -> Callable[..., None]:
    return _assert_close


@pytest.fixture
def assert_same_bits() -> Callable[..., None]:
    return _assert_same_bits
