#include "rounding.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mogul {

namespace {

// Products of numbers within these limits, squared and summed, stay far from the limits of float32.
constexpr double kLeast = 0x1p-60, kMost = 0x1p60;

void apply_matrix(const double *P, Index D, const double *difference, double *out) {
    for (Index i = 0; i < D; ++i) {
        out[i] = 0;
        for (Index j = 0; j <= i; ++j) out[i] += P[i * D + j] * difference[j];
    }
}

void apply_deviations(const double *P, Index D, const double *difference, double *out) {
    for (Index d = 0; d < D; ++d) out[d] = P[d] * difference[d];
}

void apply_deviation(const double *P, Index D, const double *difference, double *out) {
    for (Index d = 0; d < D; ++d) out[d] = P[0] * difference[d];
}

Aligned<float> rounded(const double *values, Index n) {
    Aligned<float> result = aligned<float>(n);
    std::transform(values, values + n, result.get(), [](double value) { return static_cast<float>(value); });
    return result;
}

bool is_held(const double *P, const WhiteningForm &form) {
    const bool no_overflow = std::all_of(P, P + form.size, [](double p) { return std::abs(p) <= kMost; });
    bool no_underflow = true;
    for (Index i = 0; i < form.n_diagonal; ++i) no_underflow = no_underflow && P[i * form.stride] >= kLeast;
    return no_overflow && no_underflow;
}

// By how much rounding raises log |P|.
double volume_gained(const double *P, Index D, const WhiteningForm &form) {
    double gained = 0;
    for (Index i = 0; i < form.n_diagonal; ++i) {
        const double exact = P[i * form.stride];
        gained += std::log1p((static_cast<double>(static_cast<float>(exact)) - exact) / exact);
    }
    return gained * static_cast<double>(D / form.n_diagonal);
}

} // namespace

WhiteningForm WhiteningForm::matrix(Index D) { return {D * D, D, D + 1, apply_matrix}; }
WhiteningForm WhiteningForm::deviations(Index D) { return {D, D, 1, apply_deviations}; }
WhiteningForm WhiteningForm::deviation() { return {1, 1, 1, apply_deviation}; }

Rounding::Rounding(const Components &exact, const WhiteningForm &form) : fits_(true) {
    const Index K = exact.n_components, D = exact.n_features;
    const bool tied = exact.origin != nullptr;
    const Index n = tied ? 1 : K;
    const double *means = tied ? exact.origin : exact.means;
    const double shift = *std::max_element(exact.constants, exact.constants + K);
    constants_ = aligned<float>(K);
    excess_ = aligned<double>(K);
    means_ = rounded(means, n * D);
    rests_ = aligned<float>(n * D);
    whitening_ = rounded(exact.whitening, n * form.size);
    const Aligned<double> difference = aligned<double>(D), rest = aligned<double>(D);
    for (Index k = 0; k < n; ++k) {
        const double *P = exact.whitening + k * form.size;
        fits_ = fits_ && is_held(P, form);
        for (Index d = 0; d < D; ++d) difference[d] = static_cast<double>(means_[k * D + d]) - means[k * D + d];
        form.apply(P, D, difference.get(), rest.get());
        for (Index d = 0; d < D; ++d) rests_[k * D + d] = static_cast<float>(rest[d]);
        const double gained = fits_ ? volume_gained(P, D, form) : 0;
        for (Index i = k; i < (tied ? K : k + 1); ++i) round_constant(i, exact.constants[i] - shift + gained);
    }
    components_ = {constants_.get(), means_.get(), whitening_.get(), K, D};
    components_.rests = rests_.get();
    components_.shift = shift;
    if (!tied) return;
    centres_ = rounded(exact.centres, K * D);
    components_.origin = means_.get();
    components_.centres = centres_.get();
}

void Rounding::round_constant(Index k, double constant) {
    constants_[k] = static_cast<float>(constant);
    excess_[k] = std::isfinite(constant) ? static_cast<double>(constants_[k]) - constant : 0;
}

double Rounding::excess(const double *counts) const {
    return std::inner_product(counts, counts + components_.n_components, excess_.get(), 0.0);
}

bool weights_fit(const double *row_weights, Index n_rows) {
    if (!row_weights) return true;
    return std::all_of(row_weights, row_weights + n_rows,
                       [](double v) { return v == 0 || (v >= kLeast && v <= kMost); });
}

} // namespace mogul
