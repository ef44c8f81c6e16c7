// Rounds of EM in one call, for covariances that are made of average scatters. Reference: mogul/_kernels/reference.py,
// climb.
//
// A round makes, of the counts, first and second moments of a pass (expectation.hpp), the next mixture
//
//     w_k = counts[k] / total,   m_k += shift_k,   shift_k = first[k] / counts[k],   total = sum_k counts[k]
//     S_k = (second[k] - counts[k] shift_k shift_k') / counts[k] + widening 1     (full; the others alike, by form)
//
// of which the constraint of a family makes its covariances (constraint.hpp), and passes over the rows with it.
// Components are worked on in the order of their means (then weights, then numbers) whatever their numbering, which the
// result keeps. A round that cannot be made so leaves the mixture as it is before it, and ends the run; so does a round
// after which little is left to gain, if a tolerance is given.
//
// Cost: that of the passes. Scratch: three mixtures and what a pass takes.
#pragma once

#include "constraint.hpp"
#include "form.hpp"
#include "settling.hpp"

namespace mogul {

enum class ClimbEnd : long long {
    all_rounds = 0,
    below_floor = 1,           // a covariance does not lie above the floor
    no_rows = 2,               // the count of a component is not positive
    not_positive_definite = 3, // a covariance, be it of the mixture begun with
    not_finite = 4,            // the log-likelihood
    not_constrained = 5,       // the constraint makes nothing of the average scatters
    settled = 6,               // little is left to gain (settling.hpp)
};

struct Parameters {
    double *weights;     // K
    double *means;       // K x D
    double *covariances; // by form
};

struct ClimbTask {
    const AbstractForm &form;
    Rows rows;
    const double *row_weights; // N, or null: all one
    Index n_components;
    const double *floor; // by form, for one component; or null: none
    double widening;
    Index n_rounds;
    int n_threads;
    Constraint constraint = Constraint::none;
    double tolerance = kNeverSettled; // how little may be left to gain
};

struct Climbed {
    Index n_rounds;
    ClimbEnd end;
};

// Replaces `mixture` by the one after the rounds that went well, and writes the log-likelihoods of the first mixture
// and after each of these rounds to `trace`, each in the units of its own mixture's constants (see constants.hpp):
// `exponents` are those of the units. So what is told of a mixture does not depend on where the run began.
Climbed climb(const ClimbTask &task, const Parameters &mixture, double *trace, long long *exponents);

// Runs of many mixtures of K components each: on the same rows, or each on its own part of them.
struct ClimbBatch {
    const AbstractForm &form;
    Rows rows;
    const double *row_weights; // N, or null: all one
    Index n_mixtures, n_components;
    const long long *offsets; // n_mixtures + 1: where the rows of each begin; or null: all rows are everyone's
    const double *floors;     // of each mixture, or one for all; or null: none
    bool one_floor;
    double widening;
    const long long *n_rounds; // n_mixtures
    int n_threads;
    Constraint constraint = Constraint::none;
    double tolerance = kNeverSettled;
};

struct ClimbResults {
    Parameters mixtures; // one after the other; replaced
    double *traces;      // n_mixtures x trace_step, see `climb`; the rest is left as it is
    long long *exponents;
    Index trace_step;
    long long *n_rounds, *ends; // n_mixtures
};

void climb_all(const ClimbBatch &batch, const ClimbResults &results);

} // namespace mogul
