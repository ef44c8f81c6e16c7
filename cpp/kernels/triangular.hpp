// Sums of rows of matrices: the inner loop of the small dense algebra at the two ends of a pass.
#pragma once

#include "simd.hpp"

namespace mogul::MOGUL_LEVEL {

// out[j] += sum_{l < n} sign * coefficients[l * step] * rows[l * D + j] for j in from..to. Four rows at a time, so that
// `out` is read and written once for four products.
inline void add_rows(double sign, const double *coefficients, Index step, Index n, const double *rows, Index D,
                     Index from, Index to, double *out) {
    Index l = 0;
    for (; l + 4 <= n; l += 4) {
        const double a = sign * coefficients[l * step], b = sign * coefficients[(l + 1) * step];
        const double c = sign * coefficients[(l + 2) * step], d = sign * coefficients[(l + 3) * step];
        const double *r = rows + l * D;
        for (Index j = from; j < to; ++j) out[j] += (a * r[j] + b * r[D + j]) + (c * r[2 * D + j] + d * r[3 * D + j]);
    }
    for (; l < n; ++l) {
        const double a = sign * coefficients[l * step];
        for (Index j = from; j < to; ++j) out[j] += a * rows[l * D + j];
    }
}

} // namespace mogul::MOGUL_LEVEL
