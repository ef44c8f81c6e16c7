// Scores of all rows: chunks on threads. Formulas in score_*.hpp.
#pragma once

#include "views.hpp"

namespace mogul {

// Each throws std::bad_alloc before anything is written.
void score_full(const ScoreTask &task, int n_threads);
void score_tied(const ScoreTask &task, int n_threads);
void score_diagonal(const ScoreTask &task, int n_threads);
void score_spherical(const ScoreTask &task, int n_threads);

// The conditional means that go with score_full; formula in regress_full.hpp.
void regress_full(const RegressTask &task, int n_threads);

} // namespace mogul
