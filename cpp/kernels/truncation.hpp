// The steps of a truncated pass on a range of groups or on all rows: groups and chunks on threads. Formulas in
// truncated.hpp.
#pragma once

#include "table.hpp"
#include "truncated.hpp"

namespace mogul {

// Each throws std::bad_alloc.
void recall(const TruncatedKernel &kernel, const RecallTask &task, Index begin, Index end, int n_threads);
void search(const TruncatedKernel &kernel, const SearchTask &task, Index begin, Index end, int n_threads);
void order_kept(int *kept, double *joint, Index N, Index C, int n_threads); // each row by falling joint, stable
double weigh_kept(const WeighTask &task, int n_threads);
void add_kept(const TruncatedKernel &kernel, const AddTask &task, Index begin, Index end, int n_threads);

// Whitened moments of K components -> units of the data, see unwhiten.hpp. `inner`: packed lower triangles.
void unwhiten(const double *factors, const double *inner_first, const double *inner, Index K, Index D, int n_threads,
              double *first, double *second);

} // namespace mogul
