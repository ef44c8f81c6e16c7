#include "lifting.hpp"

#include "centring.hpp"
#include "expectation.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mogul {

namespace {

// Rounding then costs a joint about as much as differences of forty deviations would, 1e-14; in float32, 1e-5.
constexpr double kReach = 40, kReachOfMoments = 1024, kReachOfFloat = 128;

// Numbers within these limits, squared and summed, stay far from those of float32.
constexpr double kLeast = 0x1p-60, kMost = 0x1p60;

constexpr Index triangle(Index D) { return D * (D + 1) / 2; }

double power_of_two_near(double x) {
    int exponent = 0;
    std::frexp(x, &exponent);
    return std::ldexp(1.0, exponent);
}

double as_float(double x) { return static_cast<double>(static_cast<float>(x)); }

} // namespace

Lifting::Lifting(const Components &given, Lift lift, bool in_float32)
    : lift_(lift),
      in_float32_(in_float32),
      K_(given.n_components),
      D_(given.n_features),
      M_(lifted_features(lift, D_)),
      components_(given),
      origin_(origin_of(given)),
      scale_(aligned<double>(lift == Lift::tied ? D_ * D_ : D_)),
      centres_(aligned<double>(K_ * D_)),
      coefficients_(aligned<double>(K_ * M_)) {
    components_.origin = origin_.get();
    components_.centres = centres_.get();
    if (in_float32)
        for (Index d = 0; d < D_; ++d) origin_[d] = as_float(origin_[d]);
    if (lift == Lift::tied)
        lift_tied(given);
    else
        lift_scaled(given);
    if (in_float32 && applies_) round();
}

// Coefficients: constants - |c|^2 / 2, then c.
void Lifting::lift_tied(const Components &given) {
    const double *P = given.whitening;
    double gained = 0; // what rounding adds to log |P|
    for (Index i = 0; i < D_ * D_; ++i) scale_[i] = in_float32_ ? as_float(P[i]) : P[i];
    for (Index d = 0; d < D_; ++d) {
        const double exact = P[d * (D_ + 1)];
        gained += std::log1p((scale_[d * (D_ + 1)] - exact) / exact);
    }
    for (Index k = 0; k < K_; ++k) {
        double *to = coefficients_.get() + k * M_, reach = 0;
        for (Index i = 0; i < D_; ++i) {
            double c = 0;
            for (Index j = 0; j <= i; ++j) c += scale_[i * D_ + j] * (given.means[k * D_ + j] - origin_[j]);
            centres_[k * D_ + i] = to[1 + i] = c;
            reach += c * c;
        }
        to[0] = given.constants[k] + gained - reach / 2;
        admit(reach);
    }
}

// Coefficients: constants - sum_d q c^2 / 2, then q c, then -q / 2, of which spherical components have one.
void Lifting::lift_scaled(const Components &given) {
    const bool many = lift_ == Lift::diagonal;
    const auto whitening = [&](Index k, Index d) { return given.whitening[many ? k * D_ + d : k]; };
    for (Index d = 0; d < D_; ++d) {
        double largest = 0;
        for (Index k = 0; k < K_; ++k) largest = std::max(largest, whitening(k, d));
        scale_[d] = power_of_two_near(largest);
        if (in_float32_ && !(scale_[d] >= kLeast && scale_[d] <= kMost)) applies_ = false;
    }
    for (Index k = 0; k < K_; ++k) {
        double *to = coefficients_.get() + k * M_, reach = 0, gained = 0;
        for (Index d = 0; d < D_; ++d) {
            const double ratio = whitening(k, d) / scale_[d], exact = ratio * ratio;
            const double q = in_float32_ ? as_float(exact) : exact;
            const double c = (given.means[k * D_ + d] - origin_[d]) * scale_[d];
            if (in_float32_) gained += 0.5 * std::log1p((q - exact) / exact);
            reach += q * c * c;
            centres_[k * D_ + d] = c;
            to[1 + d] = q * c;
            to[1 + D_ + (many ? d : 0)] = -0.5 * q;
            if (in_float32_ && !(q >= kLeast)) applies_ = false;
        }
        to[0] = given.constants[k] + gained - reach / 2;
        admit(reach);
    }
}

void Lifting::admit(double reach) {
    if (!(reach <= (in_float32_ ? kReachOfFloat : kReachOfMoments))) applies_ = false;
    reach_ = std::max(reach_, reach);
}

// The numbers of `single_`. Joints are less their largest constant, so that log densities are small numbers.
void Lifting::round() {
    const Index n_scale = lift_ == Lift::tied ? D_ * D_ : D_;
    excess_ = aligned<double>(K_);
    rounded_ = aligned<float>(2 * D_ + n_scale + K_ * M_);
    float *at = rounded_.get();
    const auto rounded = [&](const double *values, Index n) {
        float *const begin = std::exchange(at, at + n);
        std::transform(values, values + n, begin, [](double value) { return static_cast<float>(value); });
        return begin;
    };
    shift_ = coefficients_[0];
    for (Index k = 1; k < K_; ++k) shift_ = std::max(shift_, coefficients_[k * M_]);
    for (Index k = 0; k < K_; ++k) {
        double &constant = coefficients_[k * M_];
        constant -= shift_;
        excess_[k] = std::isfinite(constant) ? as_float(constant) - constant : 0;
    }
    const bool held = std::all_of(scale_.get(), scale_.get() + n_scale, [](double s) { return std::abs(s) <= kMost; });
    applies_ = applies_ && held && std::isfinite(shift_);
    const float *origin = rounded(origin_.get(), D_), *scale = rounded(scale_.get(), n_scale);
    single_ = {origin, scale, rounded(coefficients_.get(), K_ * M_), at};
    std::fill_n(at, D_, 0.0f);
}

LiftedTask Lifting::task(const ExpectTask &given) const {
    return {given.rows,
            given.row_weights,
            lift_,
            K_,
            {origin_.get(), scale_.get(), coefficients_.get(), nullptr},
            in_float32_ ? &single_ : nullptr,
            reach_ <= kReach ? nullptr : &components_,
            shift_};
}

Index Lifting::n_sums() const { return 1 + K_ * M_ + (lift_ == Lift::tied ? triangle(D_) : 0); }

bool Lifting::is_sound(const double *sums) const {
    bool has_rows = true;
    for (Index k = 0; k < K_; ++k) has_rows = has_rows && sums[1 + k * M_] > 0;
    return (has_rows || !in_float32_) &&
           std::all_of(sums, sums + n_sums(), [](double sum) { return std::isfinite(sum); });
}

void Lifting::tell(const double *sums, double *packed, Moments &moments) const {
    moments.log_likelihood = sums[0];
    if (lift_ == Lift::tied) std::copy_n(sums + 1 + K_ * M_, triangle(D_), packed);
    for (Index k = 0; k < K_; ++k) {
        const double *u = sums + 1 + k * M_, *y = u + 1, *c = centres_.get() + k * D_;
        const double count = moments.counts[k] = u[0];
        if (in_float32_) moments.log_likelihood -= count * excess_[k];
        double *first = moments.first + k * D_;
        for (Index d = 0; d < D_; ++d) first[d] = y[d] - count * c[d];
        if (lift_ == Lift::tied) {
            // z z' = y y' - (y - c) c' - c (y - c)' - c c'
            for (Index i = 0; i < D_; ++i)
                for (Index j = 0; j <= i; ++j)
                    packed[triangle(i) + j] -= first[i] * c[j] + c[i] * (first[j] + count * c[j]);
            continue;
        }
        // (y - c)^2 = y^2 - c (2 (y - c) + c)
        const double *squares = y + D_;
        if (lift_ == Lift::spherical) moments.second[k] = squares[0];
        for (Index d = 0; d < D_; ++d) {
            const double taken = c[d] * (2 * first[d] + count * c[d]), s = scale_[d];
            if (lift_ == Lift::spherical)
                moments.second[k] -= taken;
            else
                moments.second[k * D_ + d] = (squares[d] - taken) / s / s;
            first[d] /= s;
        }
        if (lift_ == Lift::spherical) moments.second[k] /= scale_[0] * scale_[0];
    }
}

} // namespace mogul
