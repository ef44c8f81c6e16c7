#include "variances.hpp"

#include "volumes.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace mogul {

double geometric_mean(const double *values, Index n) {
    double logs = 0;
    long whole = 0;
    for (Index i = 0; i < n; ++i) {
        int exponent;
        const double mantissa = std::frexp(values[i], &exponent);
        if (!(mantissa > 0)) return 0;
        logs += std::log(mantissa);
        whole += exponent;
    }
    // The rest of a division that rounds down: a factor of 2^n moves the quotient by one and leaves the rest.
    const long size = static_cast<long>(n), quotient = (whole >= 0 ? whole : whole - size + 1) / size;
    logs += static_cast<double>(whole - quotient * size) * 0.693147180559945309417;
    return std::ldexp(std::exp(logs / static_cast<double>(n)), static_cast<int>(quotient));
}

bool share_variances(const double *counts, Index K, Index D, double *s, double *shape) {
    const double total = std::accumulate(counts, counts + K, 0.0);
    std::fill_n(shape, D, 0.0);
    for (Index i = 0; i < K * D; ++i) shape[i % D] += counts[i / D] * s[i];
    for (Index i = 0; i < K * D; ++i) s[i] = shape[i % D] / total;
    return true;
}

bool share_volume(const double *counts, Index K, Index D, double *s, double *volumes) {
    const double total = std::accumulate(counts, counts + K, 0.0);
    double common = 0;
    for (Index k = 0; k < K; ++k) {
        volumes[k] = geometric_mean(s + k * D, D);
        if (!(volumes[k] > 0)) return false;
        common += counts[k] * volumes[k];
    }
    for (Index i = 0; i < K * D; ++i) s[i] *= common / total / volumes[i / D];
    return true;
}

bool share_shape(const double *counts, Index K, Index D, double *s, double *volumes, double *shape) {
    const double total = std::accumulate(counts, counts + K, 0.0);
    std::vector<double> shares(static_cast<std::size_t>(K * D));
    const auto look = [&](const double *at, Balance &found) {
        std::fill_n(shape, D, 0.0);
        for (Index i = 0; i < K * D; ++i) {
            if (i % D == 0 && !(at[i / D] > 0)) return false;
            shape[i % D] += shares[static_cast<std::size_t>(i)] = counts[i / D] * s[i] / at[i / D];
        }
        for (Index d = 0; d < D; ++d)
            if (!(shape[d] > 0)) return false;
        for (Index i = 0; i < K * D; ++i) shares[static_cast<std::size_t>(i)] /= shape[i % D];
        for (Index k = 0; k < K; ++k) {
            const double *own = shares.data() + k * D;
            found.traces[static_cast<std::size_t>(k)] = std::accumulate(own, own + D, 0.0);
            for (Index l = 0; l <= k; ++l)
                found.products[static_cast<std::size_t>(k * K + l)] =
                    found.products[static_cast<std::size_t>(l * K + k)] =
                        std::inner_product(own, own + D, shares.data() + l * D, 0.0);
        }
        return true;
    };
    if (!balance(counts, K, D, volumes, look)) return false;
    for (Index i = 0; i < K * D; ++i) s[i] = volumes[i / D] * shape[i % D] / total;
    return true;
}

} // namespace mogul
