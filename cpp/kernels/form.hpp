// What each form of covariance does in its own way within a round of EM: one object a form, without data.
#pragma once

#include "expectation.hpp"

namespace mogul {

// What a form of K components in D features is made of; the caller owns the memory.
struct Whitened {
    double *whitening, *factors; // as many numbers as the covariances; factors: full and tied only
    double *scales;              // K x D, the diagonal of the whitening
};

// The weighted mean of the rows of each component, relative to the means of the pass.
struct Shift {
    const double *counts;  // K, all positive
    const double *vectors; // K x D, first / counts
    double total;          // sum of the counts
};

class AbstractForm {
public:
    virtual ~AbstractForm() = default;

    // Numbers that the covariances are made of, for each component or, if pooled, for all of them.
    virtual Index size(Index D) const = 0;
    virtual bool pooled() const { return false; }

    Index sizes(Index K, Index D) const { return pooled() ? size(D) : K * size(D); }

    // second += weight away away', by form; of matrices, the lower triangle.
    virtual void add_square(const double *away, double weight, Index D, double *second) const = 0;

    // covariances = scatter about the new means, per row and direction, plus `widening` on the diagonal.
    virtual void average(const Shift &shift, const double *second, double widening, Index K, Index D,
                         double *covariances) const = 0;

    // Whether every covariance lies above the floor, size(D) numbers, in every direction. `spare`: size(D) numbers.
    virtual bool clears(const double *floor, const double *covariances, Index K, Index D, double *spare) const = 0;

    // Whether all are positive definite; then `out` is written.
    virtual bool whiten(const double *covariances, Index K, Index D, const Whitened &out) const = 0;

    virtual void expect(const ExpectTask &task, const double *factors, int n_threads, Moments &moments) const = 0;
};

const AbstractForm &full_form();
const AbstractForm &tied_form();
const AbstractForm &diagonal_form();
const AbstractForm &spherical_form();

} // namespace mogul
