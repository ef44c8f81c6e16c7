// |x_n - centre|^2 for kGroup vectors of rows of a strip.
#pragma once

#include "simd.hpp"

namespace mogul::MOGUL_LEVEL {

MOGUL_INLINE void squared_distance(const double *x, Index D, const double *centre, Vector<double> (&square)[kGroup]) {
    MOGUL_FOR(v, 0, kGroup) square[v] = Vector<double>{};
    for (Index d = 0; d < D; ++d) {
        const Vector<double> c = broadcast(centre[d]);
        MOGUL_FOR(v, 0, kGroup) {
            const Vector<double> difference = load(x + d * kStrip<double> + v * kLanes<double>) - c;
            square[v] += difference * difference;
        }
    }
}

} // namespace mogul::MOGUL_LEVEL
