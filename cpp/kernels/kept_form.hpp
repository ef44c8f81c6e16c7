// What the kernels of the truncated E-step ask of a form of covariance: joints of one component on a panel, joints of
// several on a panel that is prepared for them, and the moments of one component.
#pragma once

#include "joint_diagonal.hpp"
#include "joint_tied.hpp"

namespace mogul::MOGUL_LEVEL {

// z *= root: the moments become plain products of the result.
inline void scale_panel(double *z, Index D, const double *roots, Index n_strips) {
    constexpr int S = kStrip<double>, W = kLanes<double>;
    for (Index s = 0; s < n_strips; ++s, roots += S)
        for (Index d = 0; d < D; ++d, z += S)
            for (int at = 0; at < S; at += W) store(z + at, Vector<double>(load(z + at) * load(roots + at)));
}

// Dense covariances: each component has its own, or all share one.
template <bool Tied> struct DenseForm {
    static Index second_length(Index D) { return D * (D + 1) / 2; } // packed lower triangle
    static Index whitening_length(Index D) { return Tied ? 0 : D * D; }

    static Components component(const Components &c, Index k) {
        const Index D = c.n_features;
        return {c.constants ? c.constants + k : nullptr, c.means + k * D, c.whitening + k * whitening_length(D), 1, D};
    }

    static void joint(const Components &c, Index k, const double *panel, Index n_strips, double *joint, double *z,
                      double *difference) {
        joint_full<double>(component(c, k), 0, panel, n_strips, z, 0, joint, kStrip<double>, difference);
    }

    // Rows that share one covariance are whitened once, about the mean of a component near them:
    // y = P (x - m_near), z_k = y - P (m_k - m_near).
    static void prepare(const Components &c, Index near, double *panel, Index n_strips, double *difference) {
        const Index D = c.n_features;
        if constexpr (Tied) whiten_panel(panel, n_strips, D, c.means + near * D, c.whitening, difference);
    }

    static void prepared_joint(const Components &c, Index near, Index k, const double *panel, Index n_strips,
                               double *to, double *z, double *difference) {
        if constexpr (Tied) {
            const Index D = c.n_features;
            constexpr double one = 1;
            for (Index d = 0; d < D; ++d) {
                z[d] = 0;
                for (Index e = 0; e <= d; ++e)
                    z[d] += c.whitening[d * D + e] * (c.means[k * D + e] - c.means[near * D + e]);
            }
            joint_diagonal<double>(panel, n_strips, {c.constants + k, z, &one, 1, D}, {0, 0}, to, nullptr);
        } else {
            joint(c, k, panel, n_strips, to, z, difference);
        }
    }

    // `roots` sqrt(r); first += sum r z, second += sum r z z'.
    static void add(const Components &c, Index k, const double *panel, Index n_strips, const double *roots, double *z,
                    double *difference, double *first, double *second) {
        const Index D = c.n_features, S = kStrip<double>;
        alignas(64) double unused[S];
        joint_full<double>(component(c, k), 0, panel, n_strips, z, D * S, unused, 0, difference);
        scale_panel(z, D, roots, n_strips);
        add_outer_products(z, D, roots, n_strips, first, second);
    }
};

using FullForm = DenseForm<false>;
using TiedForm = DenseForm<true>;

// first[d] += sum r z_d, second[d * second_step] += sum r z_d^2, z_d = (x_d - m_d) P_d.
inline void add_squares(const Components &c, Index k, Scales scales, const double *panel, Index n_strips,
                        const double *roots, double *first, double *second, Index second_step) {
    constexpr int S = kStrip<double>, W = kLanes<double>;
    const Index D = c.n_features;
    for (Index d = 0; d < D; ++d) {
        const double mean = c.means[k * D + d], P = c.whitening[k * scales.component_step + d * scales.feature_step];
        Vector<double> sums[2] = {};
        for (Index s = 0; s < n_strips; ++s)
            for (int at = 0; at < S; at += W) {
                const Vector<double> root = load(roots + s * S + at);
                const Vector<double> u = (load(panel + (s * D + d) * S + at) - mean) * P * root;
                sums[0] += u * root;
                sums[1] += u * u;
            }
        double sum[2];
        sum_lanes<double>(sums, sum);
        first[d] += sum[0];
        second[d * second_step] += sum[1];
    }
}

template <bool Spherical> struct ScaledForm {
    static constexpr Index feature_step = Spherical ? 0 : 1;
    static Index second_length(Index D) { return Spherical ? 1 : D; }
    static Index whitening_length(Index D) { return Spherical ? 1 : D; }
    static Scales scales(Index D) { return {whitening_length(D), feature_step}; }

    static void joint(const Components &c, Index k, const double *panel, Index n_strips, double *joint, double *,
                      double *) {
        const Index D = c.n_features;
        const Components one = {c.constants + k, c.means + k * D, c.whitening + k * whitening_length(D), 1, D};
        joint_diagonal<double>(panel, n_strips, one, scales(D), joint, nullptr);
    }

    static void prepare(const Components &, Index, double *, Index, double *) {}

    static void prepared_joint(const Components &c, Index, Index k, const double *panel, Index n_strips, double *to,
                               double *z, double *difference) {
        joint(c, k, panel, n_strips, to, z, difference);
    }

    // first += sum r z, second += sum r z^2, by feature or over all.
    static void add(const Components &c, Index k, const double *panel, Index n_strips, const double *roots, double *,
                    double *, double *first, double *second) {
        add_squares(c, k, scales(c.n_features), panel, n_strips, roots, first, second, feature_step);
    }
};

using DiagonalForm = ScaledForm<false>;
using SphericalForm = ScaledForm<true>;

} // namespace mogul::MOGUL_LEVEL
