// Partitions of rows -> the mixtures they imply. Reference: mogul/_kernels/reference.py, partitioned.
//
// Of the rows of each part their weight n_k, mean m_k and scatter W_k about it, by form. Parts of fewer than
// 4 `rows_worth` rows are drawn towards the average scatter, as by `rows_worth` more rows (not tied: it is average)
//
//     W_k <- (W_k + rows_worth sum_j W_j / n) n_k / (n_k + rows_worth),   n = sum_j n_j
//
// and w_k = n_k / n, S_k = W_k / n_k + widening 1 (the others alike, by form), constrained as in constraint.hpp. A
// partition with a part without rows, or with a covariance that does not lie above the floor, is not turned into a
// mixture.
//
// Cost: D^2 / 2 operations a row (full and tied), D (the others).
#pragma once

#include "climb.hpp"

namespace mogul {

struct PartitionTask {
    const AbstractForm &form;
    Rows rows;
    const double *row_weights; // N
    const long long *labels;   // N, each from 0 to n_components - 1
    Index n_components;
    double rows_worth;
    const double *floor; // by form, for one component; or null: none
    double widening;
    Constraint constraint = Constraint::none;
};

// Whether `mixture` was made; if not, it holds nothing of use.
bool partitioned(const PartitionTask &task, const Parameters &mixture);

} // namespace mogul
