"""Mixtures from a mixture: fewer features, features given others, linear maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import index
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import ArrayLike

from mogul._checks import real_array
from mogul.errors import NonFiniteError, ParameterError, ShapeError
from mogul.mixture.abstract import AbstractMixture
from mogul.mixture.conditionals import Conditionals

if TYPE_CHECKING:
    from mogul.mixture.mixture import Mixture


class AbstractAlgebra(AbstractMixture):
    """What makes a mixture in other features of one."""

    def marginal(self, dimensions: Sequence[int]) -> Self:
        """Return the distribution of some of the features, in the order given.

        Raises
        ------
        ShapeError
            If a feature does not exist, is named twice, or none is named.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture([1.0], [[1.0, 2.0]], [[[2.0, 1.0], [1.0, 3.0]]]).marginal([1]).covariance()
        array([[3.]])
        """
        chosen = self._checked_dimensions(dimensions)
        return type(self)(self.weights, self.means[:, chosen], self.covariances.marginal(chosen))

    def condition(self, given: Mapping[int, ArrayLike]) -> Mixture | Conditionals:
        """Return the distribution of the other features, given the values of some.

        Parameters
        ----------
        given : dict
            For each known feature, by its number from 0, its value in the units of the data: one number, or an array of
            N of them, one a row.

        Returns
        -------
        Mixture, or Conditionals if a value is an array
            Of D - O free features, in the order that they had, for O known ones. `Conditionals` are N mixtures, one a
            row, in one value; with rows at hand as a table, `conditionals` makes them directly.

        Raises
        ------
        ShapeError
            If a feature does not exist, none is given or none is left, or arrays differ in length.
        NonFiniteError
            If a value is NaN or infinite.

        Notes
        -----
        With f the free features and o the known ones, component k has

            mean_k       = m_f + S_fo S_oo^-1 (value - m_o)
            covariance_k = S_ff - S_fo S_oo^-1 S_of

        and its weight is multiplied by N(value | m_o, S_oo), then all are divided by their sum. Cost: O(K D^3), once.
        Tied, diagonal, spherical and factor covariances stay such.

        References
        ----------
        Bishop (2006), Pattern Recognition and Machine Learning, eqs 2.81 and 2.82.

        Examples
        --------
        >>> import mogul
        >>> pair = mogul.Mixture([1.0], [[0.0, 0.0]], [[[2.0, 1.0], [1.0, 1.0]]])
        >>> left = pair.condition({1: 3.0})
        >>> left.means, left.covariances.dense()
        (array([[3.]]), array([[[1.]]]))
        >>> pair.condition({1: [3.0, -1.0]}).mean()
        array([[ 3.],
               [-1.]])
        """
        values = [real_array(value, f"The value of feature {feature!r}") for feature, value in given.items()]
        if any(value.ndim > 1 for value in values):
            raise ShapeError(
                f"The values given have shapes {[value.shape for value in values]}; each must be one number or (N,)."
            )
        try:
            columns = np.broadcast_arrays(*values)
        except ValueError as error:
            raise ShapeError(
                f"The values given have lengths {[value.size for value in values]}, which do not go together. "
                "Give one number, or as many as there are rows."
            ) from error
        rows = np.stack(columns, axis=-1) if columns else np.empty(0)
        batch = self.conditionals(list(given), np.atleast_2d(rows))
        return batch if rows.ndim == 2 else batch[0]

    def conditionals(self, dimensions: Sequence[int], rows: ArrayLike) -> Conditionals:
        """Return the distributions of the other features, one for each row of values of some.

        Parameters
        ----------
        dimensions : length O < D
            The known features, by their numbers from 0.
        rows : shape (N, O)
            Their values, in that order.

        Returns
        -------
        Conditionals
            N mixtures of D - O features, in one value that computes with all of them at once.

        Raises
        ------
        ShapeError
            If a feature does not exist, none is given or none is left, or the rows have other columns.
        NonFiniteError
            If a value is NaN or infinite.

        Examples
        --------
        >>> import mogul
        >>> pair = mogul.Mixture([1.0], [[0.0, 0.0]], [[[2.0, 1.0], [1.0, 1.0]]])
        >>> pair.conditionals([1], [[3.0], [-1.0]]).standard_deviation()
        array([[1.],
               [1.]])
        """
        known = self._checked_dimensions(dimensions)
        free = [feature for feature in range(self.n_features) if feature not in set(known)]
        if not free:
            raise ShapeError(f"All {self.n_features} features are given, so none is left to have a distribution.")
        table = real_array(rows, "rows")
        if table.ndim != 2 or table.shape[1] != len(known):
            raise ShapeError(
                f"rows must have shape (N, {len(known)}), one column for each of dimensions {known}, got {table.shape}."
            )
        if not np.isfinite(table).all():
            row, column = np.argwhere(~np.isfinite(table))[0]
            raise NonFiniteError(
                f"The value of feature {known[column]} in row {row} is {table[row, column]}. "
                "Leave that feature out of what is given, if it is not known."
            )
        return Conditionals.of(self, known, free, table)

    def transform(self, matrix: ArrayLike, offset: ArrayLike | None = None) -> Self:
        """Return the distribution of ``matrix @ x + offset`` for x from this mixture.

        Parameters
        ----------
        matrix : shape (M, D), (D,) or a number
            Of rank M; M may be less than D. A vector is one combination of the features, a number scales all of them.
        offset : shape (M,), optional
            Zero if not given.

        Raises
        ------
        ShapeError
            If the shapes disagree.
        ParameterError
            If the rank of the matrix is less than M: its result would have no density.

        Notes
        -----
        Component k becomes N(A m_k + b, A S_k A'). Tied covariances stay tied, spherical ones stay spherical where A A'
        is a multiple of the identity, and diagonal and factor covariances stay such where no feature enters two rows of
        A; others become full. Cost: O(K D^2 M).

        References
        ----------
        Bishop (2006), Pattern Recognition and Machine Learning, exercise 2.45 and eq. 2.115.

        Examples
        --------
        >>> import mogul
        >>> pair = mogul.Mixture([1.0], [[1.0, 2.0]], mogul.DiagonalCovariance([[1.0, 4.0]]))
        >>> difference = pair.transform([1.0, -1.0])
        >>> difference.means, difference.covariance()
        (array([[-1.]]), array([[5.]]))
        """
        given = real_array(matrix, "matrix")
        rows = given * np.eye(self.n_features) if given.ndim == 0 else np.atleast_2d(given)
        if rows.ndim != 2 or rows.shape[1] != self.n_features or not len(rows):
            raise ShapeError(f"matrix must have shape (M, {self.n_features}), got {given.shape}.")
        shift = np.zeros(len(rows)) if offset is None else np.atleast_1d(np.asarray(offset, dtype=np.float64))
        if shift.shape != (len(rows),):
            raise ShapeError(f"offset must have shape ({len(rows)},), one number a row of matrix, got {shift.shape}.")
        if not (np.isfinite(rows).all() and np.isfinite(shift).all()):
            raise NonFiniteError("matrix or offset contains NaN or infinity. Use finite numbers.")
        _require_full_rank(rows)
        return type(self)(self.weights, self.means @ rows.T + shift, self.covariances.transformed(rows))

    def _checked_dimensions(self, dimensions: Sequence[int]) -> list[int]:
        try:
            chosen = [index(feature) for feature in dimensions]
        except TypeError as error:
            raise ShapeError(f"dimensions must be a list of whole numbers, got {dimensions!r}.") from error
        if not chosen or len(set(chosen)) < len(chosen) or not all(0 <= f < self.n_features for f in chosen):
            raise ShapeError(f"dimensions {chosen} must be different numbers from 0 to {self.n_features - 1}.")
        return chosen


def _require_full_rank(matrix: np.ndarray) -> None:
    # Units of the result are free, so each row is measured by its own length.
    lengths = np.abs(matrix).max(axis=1, keepdims=True)
    rank = int(np.linalg.matrix_rank(matrix / np.where(lengths > 0, lengths, 1)))
    if rank < len(matrix):
        raise ParameterError(
            f"matrix has {len(matrix)} rows, but rank {rank}: the result would lie in fewer dimensions and have no "
            "density. Leave out rows that are combinations of the others."
        )
