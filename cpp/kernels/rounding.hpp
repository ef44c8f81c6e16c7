// A mixture rounded to float32, for kernels that compute in it.
//
// A mean far from zero would lose more by rounding than rows do, so what rounding takes from it is kept, whitened:
//
//     P_k (x_n - m_k) = P_k (x_n - means[k]) + rests[k],   rests[k] = P_k (means[k] - m_k)
//
// Near means[k], x_n - means[k] is exact; elsewhere its error is relative. So no offset of the data costs accuracy: the
// error of a joint is that of whitening in float32, about eps |z|^2 sqrt(condition). Constants are less their largest,
// the `shift`, so that log densities are small numbers; and they have the volume of the rounded P_k: what the rounding
// of P_k does to the mean of |z|^2 it undoes, wherever P_k whitens the rows, so that the log-likelihood hardly feels
// it.
#pragma once

#include "memory.hpp"
#include "views.hpp"

namespace mogul {

// How a form stores its whitenings, and applies one.
struct WhiteningForm {
    Index size;               // numbers of one whitening
    Index n_diagonal, stride; // where its diagonal stands
    void (*apply)(const double *P, Index D, const double *difference, double *out);

    static WhiteningForm matrix(Index D);
    static WhiteningForm deviations(Index D);
    static WhiteningForm deviation();
};

class Rounding {
public:
    // Components with an origin share one whitening. Throws std::bad_alloc.
    Rounding(const Components &exact, const WhiteningForm &form);

    // Null where float32 cannot hold the mixture: then the exact one must serve.
    const ComponentsOf<float> *components() const { return fits_ ? &components_ : nullptr; }

    // By how much the rounding of constants raises the log-likelihood, given the responsibilities' sums (K).
    double excess(const double *counts) const;

private:
    void round_constant(Index k, double constant);

    Aligned<double> excess_;
    Aligned<float> constants_, means_, rests_, whitening_, centres_;
    ComponentsOf<float> components_;
    bool fits_;
};

// Whether float32 can hold row weights well enough (null: all one).
bool weights_fit(const double *row_weights, Index n_rows);

} // namespace mogul
