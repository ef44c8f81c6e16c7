// Axes that K components share: the orthogonal D whose constrained variances fit K average scatters best.
//
// With T_k = D' S_k D, s_k its diagonal, b(s) the variances that fit it (constraint.hpp, EVE or VVE) and m = 1 / b, the
// loss sum_kj n_k log b_kj turns with D exp(Theta), Theta skew-symmetric, as
//
//     gradient_ij = 2 sum_k n_k T_kij (m_kj - m_ki)
//     hessian[Theta]_ij = 2 sum_k n_k (T_k Theta - Theta T_k)_ij (m_kj - m_ki) + n_k T_kij (dm_kj - dm_ki)
//
// dm the response of m. Newton's steps, each of which lowers the loss, as in mogul/family/axes.py.
#pragma once

#include "views.hpp"

namespace mogul {

// What `counts` (K) rows of average scatters (K x D x D) each are to be fitted with.
struct AxesTask {
    const double *counts, *scatters;
    Index K, D;
    bool one_volume; // EVE, or VVE
};

// Replaces `axes`, D x D in columns, by those of the minimum below them, and writes the variances b, K x D. False if
// the scatters have no volume along them.
bool descend(const AxesTask &task, double *axes, double *variances);

// Writes the best axes that are found from the features, from the scatters together and from each of them.
bool find_axes(const AxesTask &task, double *axes, double *variances);

// Writes the axes that covariances have in common; false if they have none.
bool common_axes(const double *covariances, Index K, Index D, double *axes);

} // namespace mogul
