// Random mixtures and the plain loops that say what the kernels mean. Every form is spelled out as dense.
#pragma once

#include "expectation.hpp"
#include "scoring.hpp"

#include <cmath>
#include <random>
#include <vector>

namespace naive {

using mogul::Index;
using Numbers = std::vector<double>;

struct Mixture {
    Index K, D;
    Numbers constants, means;
    Numbers whitening, factors; // K x D x D, lower triangular, inverses of each other
};

inline Mixture random_mixture(Index K, Index D, bool tied = false, bool diagonal = false, bool spherical = false) {
    std::mt19937_64 random(static_cast<unsigned long>(K * 1000 + D));
    std::normal_distribution<double> normal;
    Mixture m{K, D, Numbers(K), Numbers(K * D), Numbers(K * D * D), Numbers(K * D * D)};
    for (double &constant : m.constants) constant = normal(random);
    for (double &mean : m.means) mean = 3 * normal(random);
    for (Index k = 0; k < K; ++k) {
        double *L = &m.factors[k * D * D], *P = &m.whitening[k * D * D];
        for (Index i = 0; i < D; ++i)
            for (Index j = 0; j <= i; ++j) {
                L[i * D + j] = i == j ? 1 + std::abs(normal(random)) : diagonal ? 0 : 0.3 * normal(random);
                if (spherical) L[i * D + j] = i == j ? L[0] : 0;
                if (tied) L[i * D + j] = m.factors[i * D + j];
            }
        for (Index i = 0; i < D; ++i)
            for (Index j = 0; j <= i; ++j) {
                double sum = i == j ? 1 : 0;
                for (Index l = j; l < i; ++l) sum -= L[i * D + l] * P[l * D + j];
                P[i * D + j] = sum / L[i * D + i];
            }
    }
    return m;
}

inline Numbers random_rows(const Mixture &m, Index N) {
    std::mt19937_64 random(7);
    std::normal_distribution<double> normal;
    Numbers rows(N * m.D);
    for (Index n = 0; n < N; ++n)
        for (Index d = 0; d < m.D; ++d) rows[n * m.D + d] = m.means[n % m.K * m.D + d] + normal(random);
    return rows;
}

inline Numbers random_weights(Index N) {
    std::mt19937_64 random(8);
    std::uniform_real_distribution<double> uniform;
    Numbers weights(N);
    for (double &weight : weights) weight = std::fmax(0, uniform(random) - 0.2);
    return weights;
}

inline mogul::Rows view_of(const Numbers &rows, Index N, Index D) {
    return {reinterpret_cast<const char *>(rows.data()), N, D, D * 8, 8, false};
}

struct Joint {
    Numbers z, joint, log_density; // N x K x D, N x K, N
};

inline Joint joint_of(const Mixture &m, const Numbers &rows) {
    const Index K = m.K, D = m.D, N = Index(rows.size()) / D;
    Joint out{Numbers(N * K * D), Numbers(N * K), Numbers(N)};
    for (Index n = 0; n < N; ++n) {
        double top = -INFINITY, total = 0;
        for (Index k = 0; k < K; ++k) {
            double square = 0;
            for (Index i = 0; i < D; ++i) {
                double z = 0;
                for (Index j = 0; j <= i; ++j)
                    z += m.whitening[(k * D + i) * D + j] * (rows[n * D + j] - m.means[k * D + j]);
                out.z[(n * K + k) * D + i] = z;
                square += z * z;
            }
            out.joint[n * K + k] = m.constants[k] - square / 2;
            top = std::fmax(top, out.joint[n * K + k]);
        }
        for (Index k = 0; k < K; ++k) total += std::exp(out.joint[n * K + k] - top);
        out.log_density[n] = top + std::log(total);
    }
    return out;
}

struct Moments {
    double log_likelihood = 0;
    Numbers counts, first, second; // K, K x D, K x D x D, in the units of the data
};

inline Moments moments_of(const Mixture &m, const Numbers &rows, const Numbers &weights) {
    const Index K = m.K, D = m.D, N = Index(rows.size()) / D;
    const Joint joint = joint_of(m, rows);
    Moments out{0, Numbers(K), Numbers(K * D), Numbers(K * D * D)};
    for (Index n = 0; n < N; ++n) {
        out.log_likelihood += weights[n] * joint.log_density[n];
        for (Index k = 0; k < K; ++k) {
            const double r = weights[n] * std::exp(joint.joint[n * K + k] - joint.log_density[n]);
            out.counts[k] += r;
            for (Index i = 0; i < D; ++i) {
                const double x = rows[n * D + i] - m.means[k * D + i];
                out.first[k * D + i] += r * x;
                for (Index j = 0; j < D; ++j)
                    out.second[(k * D + i) * D + j] += r * x * (rows[n * D + j] - m.means[k * D + j]);
            }
        }
    }
    return out;
}

} // namespace naive
