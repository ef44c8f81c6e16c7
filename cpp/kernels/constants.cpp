#include "constants.hpp"

#include <cmath>

namespace mogul {

namespace {

constexpr double kLog2Pi = 1.8378770664093453;

} // namespace

void log_determinants(const double *variances, Index K, Index D, double *out) {
    for (Index k = 0; k < K; ++k) {
        out[k] = 0;
        for (Index d = 0; d < D; ++d) out[k] += std::log(variances[k * D + d]);
    }
}

void constants(const double *weights, const double *log_determinants, Index K, Index D, double *out) {
    const double turns = static_cast<double>(D) * kLog2Pi;
    for (Index k = 0; k < K; ++k) out[k] = std::log(weights[k]) - 0.5 * (log_determinants[k] + turns);
}

} // namespace mogul
