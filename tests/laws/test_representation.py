"""Laws 16 to 19: the same numbers, however they are stored, batched or shared out, give the same bits."""

import numpy as np
import pytest

from mogul.testing import assert_same_mixture

STARTS = pytest.mark.parametrize("starts", ["given", "default"])


def _fit(case, starts, rows, row_weights=None):
    if starts == "given":
        return case.em(rows, row_weights, responsibilities=case.responsibilities)
    return case.fit(rows, row_weights, max_iter=30)


def _assert_equal_bits(found, wanted, rows):
    assert_same_mixture(found.mixture_, wanted.mixture_)
    assert found.lower_bounds_ == wanted.lower_bounds_
    assert found.n_iter_ == wanted.n_iter_
    np.testing.assert_array_equal(found.score_samples(rows), wanted.score_samples(rows))


@STARTS
def test_integers_are_numbers(case, starts):
    whole = np.round(case.rows.astype(float))
    numbers = whole if whole.min() >= -128 and whole.max() <= 127 else whole.astype(np.int16).astype(float)
    dtypes = [np.int64, np.int32, np.int16, ">i4"] + ([np.int8] if numbers is whole else [])
    dtype = dtypes[case.number % len(dtypes)]
    integers = numbers.astype(dtype)
    wanted = _fit(case, starts, numbers, case.row_weights)
    found = _fit(case, starts, integers, case.row_weights)
    _assert_equal_bits(found, wanted, numbers)
    np.testing.assert_array_equal(found.score_samples(integers), wanted.score_samples(numbers))
    np.testing.assert_array_equal(found.predict_proba(integers), wanted.predict_proba(numbers))


def test_objects_and_lists_are_numbers(case):
    numbers = case.rows.astype(float)
    wanted = _fit(case, "given", numbers, case.row_weights)
    _assert_equal_bits(_fit(case, "given", numbers.astype(object), case.row_weights), wanted, numbers)
    weights = None if case.row_weights is None else case.row_weights.tolist()
    _assert_equal_bits(_fit(case, "given", numbers.tolist(), weights), wanted, numbers)


def _layouts(rows, folder):
    n_rows, n_features = rows.shape
    wide = np.zeros((n_rows, 2 * n_features), dtype=rows.dtype)
    wide[:, ::2] = rows
    tall = np.zeros((3 * n_rows, n_features), dtype=rows.dtype)
    tall[::3] = rows
    frozen = rows.copy()
    frozen.flags.writeable = False
    np.save(folder / "rows.npy", rows)
    return {
        "Fortran": np.asfortranarray(rows),
        "every other column": wide[:, ::2],
        "every third row": tall[::3],
        "backwards": np.ascontiguousarray(rows[::-1, ::-1])[::-1, ::-1],
        "read only": frozen,
        "memory mapped": np.load(folder / "rows.npy", mmap_mode="r"),
        "other byte order": rows.astype(rows.dtype.newbyteorder()),
    }


@STARTS
def test_memory_layout_means_nothing(case, starts, tmp_path):
    dtype = np.float64 if case.dtype is np.int16 else case.dtype
    rows = np.ascontiguousarray(case.rows, dtype=dtype)
    wanted = _fit(case, starts, rows, case.row_weights)
    layouts = _layouts(rows, tmp_path)
    # A default fit of every layout would take long: one of them for each case, by turns.
    names = list(layouts) if starts == "given" else [list(layouts)[case.number // 4 % len(layouts)]]
    for name in names:
        _assert_equal_bits(_fit(case, starts, layouts[name], case.row_weights), wanted, rows)
        np.testing.assert_array_equal(wanted.predict_proba(layouts[name]), wanted.predict_proba(rows), err_msg=name)
        np.testing.assert_array_equal(wanted.score_samples(layouts[name]), wanted.score_samples(rows), err_msg=name)


def test_a_strided_weight_is_a_weight(case):
    weights = np.ones(case.n_rows) if case.row_weights is None else case.row_weights
    strided = np.repeat(weights, 2)[::2]
    plain, found = (_fit(case, "given", case.rows, each) for each in (weights, strided))
    _assert_equal_bits(found, plain, case.rows)


def test_a_row_scores_alone_as_in_a_batch(case):
    model = _fit(case, "given", case.rows, case.row_weights)
    rows = case.rows[:40]
    batch = model.score_samples(case.rows), model.predict_proba(case.rows), model.predict(case.rows)
    for n, row in enumerate(rows):
        assert model.score_samples(row[None])[0] == batch[0][n]
        np.testing.assert_array_equal(model.predict_proba(row[None])[0], batch[1][n])
        assert model.predict(row[None])[0] == batch[2][n]
        if case.dtype is np.float64:
            assert model.mixture_.logpdf(row if case.n_features > 1 else row[0]) == batch[0][n]
    for start in (1, 3, 7):
        np.testing.assert_array_equal(model.score_samples(case.rows[start:]), batch[0][start:])


@STARTS
def test_any_number_of_threads_gives_the_same_bits(case, starts, with_threads):
    # Some thousand rows, so that there is something to share out.
    repeats = 1 + 3000 // case.n_rows if starts == "given" else 1
    rng = case.rng(60)
    rows = np.repeat(case.rows.astype(float), repeats, axis=0)
    rows += rng.standard_normal(rows.shape) / 8
    weights = None if case.row_weights is None else np.repeat(case.row_weights, repeats)
    fits = []
    for n_threads in (1, 2, 3, 8) if starts == "given" else (1, 3):
        with_threads(n_threads)
        if starts == "given":
            responsibilities = np.repeat(case.responsibilities, repeats, axis=0)
            fits.append(case.em(rows, weights, responsibilities=responsibilities, max_iter=3))
        else:
            fits.append(case.fit(rows, weights, max_iter=20))
        scores = fits[-1].score_samples(rows), fits[-1].predict_proba(rows), fits[-1].score(rows)
        if len(fits) == 1:
            wanted = scores
        assert_same_mixture(fits[-1].mixture_, fits[0].mixture_)
        assert fits[-1].lower_bounds_ == fits[0].lower_bounds_
        for found, first in zip(scores, wanted, strict=True):
            np.testing.assert_array_equal(found, first)
