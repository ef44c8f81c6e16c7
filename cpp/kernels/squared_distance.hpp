// |x_n - centre|^2 for kGroup vectors of rows of a strip.
#pragma once

#include "simd.hpp"

namespace mogul::MOGUL_LEVEL {

MOGUL_INLINE void squared_distance(const double *x, Index D, const double *centre, Vector<double> (&square)[kGroup]) {
    MOGUL_UNROLL
    for (int v = 0; v < kGroup; ++v) square[v] = Vector<double>{};
    for (Index d = 0; d < D; ++d) {
        const Vector<double> c = broadcast(centre[d]);
        MOGUL_UNROLL
        for (int v = 0; v < kGroup; ++v) {
            const Vector<double> difference = load(x + d * kStrip<double> + v * kLanes<double>) - c;
            square[v] += difference * difference;
        }
    }
}

} // namespace mogul::MOGUL_LEVEL
