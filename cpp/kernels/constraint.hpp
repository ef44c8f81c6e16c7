// What families demand of K covariances beside their form. Reference: mogul/_kernels/reference_constraint.py.
//
// Of average scatters S_k of n_k rows, n = sum_k n_k, the covariances that a family makes: those that obey its
// constraint and minimise sum_k n_k (log|Sigma_k| + tr(S_k Sigma_k^-1)). With Sigma_k = L_k diag(b_k) L_k', the axes
// L_k in their columns, s_k the averages along them, and gm the geometric mean (Celeux and Govaert 1995, table 1):
//
//     EII, EEI, EEV   b_kj = sum_l n_l s_lj / n               (EII: of variances; EEV: of eigenvalues, sorted alike)
//     EVI, EVV, EVE   b_kj = s_kj v / gm(s_k),                v = sum_k n_k gm(s_k) / n
//     VEI, VEV        b_kj = v_k a_j,     v_k = sum_j s_kj / a_j / D and a_j = sum_k n_k s_kj / v_k / n (volumes.hpp)
//     VEE             Sigma_k = v_k C,    v_k = tr(S_k C^-1) / D and C = sum_k n_k S_k / v_k / n (volumes.hpp)
//     VVE             b_kj = s_kj
//
// The axes are those of the features (EEI, EVI, VEI), those of each S_k (EEV, EVV, VEV), or common ones (EVE, VVE: see
// axes.hpp), sought from those of the mixture before.
#pragma once

#include "views.hpp"

#include <vector>

namespace mogul {

enum class Constraint : long long { none, eii, eei, evi, vei, vee, eve, vve, eev, evv, vev };

// Whether a constraint is one on matrices (K x D x D), variances (K x D) or single variances (K).
bool is_of_matrices(Constraint constraint);
bool is_of_variances(Constraint constraint);
bool is_of_balls(Constraint constraint);

class Constrainer {
public:
    Constrainer(Constraint constraint, Index K, Index D);

    // Replaces average scatters by covariances. `previous`: the covariances before, or null if there are none. False if
    // it cannot be done so: the scatters have no volume, or the covariances before no axes in common.
    bool apply(const double *counts, const double *previous, double *covariances);

private:
    bool matrices_of_one_product(const double *counts, double *covariances);
    bool with_own_axes(const double *counts, const double *previous, double *covariances);
    void begin_volumes(const double *previous, Index size, Index stride);
    bool proportional(const double *counts, const double *previous, double *covariances);

    const Constraint constraint_;
    const Index K_, D_;
    std::vector<double> values_, axes_, spare_, volumes_, shape_;
};

} // namespace mogul
