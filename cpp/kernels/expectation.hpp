// A whole pass: chunks on threads, then whitened sums back to the units of the data.
// Reference: the expect functions of mogul/_kernels/reference.py, formulas in expect_*.hpp.
#pragma once

#include "views.hpp"

namespace mogul {

struct Moments {
    double log_likelihood = 0;
    double *counts; // K
    double *first;  // K x D
    double *second; // K x D x D (full), D x D (tied), K x D (diagonal), K (spherical)
};

// `factors` L with L P = 1: K x D x D or D x D. Each throws std::bad_alloc before anything is written.
void expect_full(const ExpectTask &task, const double *factors, int n_threads, Moments &moments);
void expect_tied(const ExpectTask &task, const double *factors, int n_threads, Moments &moments);
void expect_diagonal(const ExpectTask &task, int n_threads, Moments &moments);
void expect_spherical(const ExpectTask &task, int n_threads, Moments &moments);

} // namespace mogul
