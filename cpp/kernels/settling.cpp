#include "settling.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mogul {

bool has_settled(const double *values, Index n, double tolerance) {
    if (tolerance < 0 || n < 2) return false;
    const double *last = values + n - 1, gain = std::abs(last[0] - last[-1]);
    if (gain <= 4 * std::numeric_limits<double>::epsilon() * std::abs(last[0])) return true;
    if (n < 5) return false;
    double factor = 0;
    for (int i = 0; i < 3; ++i) {
        const double after = std::abs(last[-i] - last[-i - 1]), before = std::abs(last[-i - 1] - last[-i - 2]);
        factor = std::max(factor, before > 0 ? after / before : std::numeric_limits<double>::infinity());
    }
    return factor < 1 && gain * factor / (1 - factor) <= tolerance;
}

} // namespace mogul
