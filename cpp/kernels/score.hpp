// Joint log densities of a block -> what scoring is asked for. Shared by the four forms.
#pragma once

#include "arena.hpp"
#include "panel.hpp"
#include "posterior.hpp"

namespace mogul::MOGUL_LEVEL {

// K x S lanes -> rows of an N x K array.
inline void write_rows(const double *lanes, Index K, Index n_rows, double *out) {
    for (Index n = 0; n < n_rows; ++n)
        for (Index k = 0; k < K; ++k) out[n * K + k] = lanes[k * kStrip<double> + n];
}

// Exponentials -> responsibilities.
inline void divide_by(const double *total, double *lanes, Index K) {
    for (int at = 0; at < kStrip<double>; at += kLanes<double>) {
        const Vector<double> inverse = 1.0 / load(total + at);
        for (Index k = 0; k < K; ++k) {
            double *to = lanes + k * kStrip<double> + at;
            store(to, Vector<double>(load(to) * inverse));
        }
    }
}

inline void write_labels(const double *joint, Index K, Index n_rows, long long *labels) {
    constexpr int S = kStrip<double>, W = kLanes<double>;
    for (int at = 0; at < S; at += W) {
        Vector<double> top = load(joint + at);
        Bits<double> label = {};
        for (Index k = 1; k < K; ++k) {
            const Vector<double> value = load(joint + k * S + at);
            const auto better = value > top; // the first of equals stays
            top = better ? value : top;
            label = better ? Bits<double>{} + (long long)(k) : label;
        }
        for (int lane = 0; lane < W && at + lane < n_rows; ++lane) labels[at + lane] = label[lane];
    }
}

// Finishes one strip: `joint` (K x S) is overwritten.
inline void write_scores(double *joint, Index K, Index begin, Index n_rows, const ScoreOutput &out) {
    if (out.joint) write_rows(joint, K, n_rows, out.joint + begin * K);
    if (out.labels) write_labels(joint, K, n_rows, out.labels + begin);
    if (!out.log_density && !out.responsibilities) return;
    alignas(64) double log_density[kStrip<double>], total[kStrip<double>];
    normalise_strip(joint, K, log_density, total);
    if (out.log_density) __builtin_memcpy(out.log_density + begin, log_density, n_rows * sizeof(double));
    if (!out.responsibilities) return;
    divide_by(total, joint, K);
    write_rows(joint, K, n_rows, out.responsibilities + begin * K);
}

} // namespace mogul::MOGUL_LEVEL
