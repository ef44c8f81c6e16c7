// exp and log on vectors, without branches: every lane runs the same instructions.
#pragma once

#include "simd.hpp"

namespace mogul::MOGUL_LEVEL {

MOGUL_INLINE double square_root(double x) { return __builtin_sqrt(x); }
MOGUL_INLINE float square_root(float x) { return __builtin_sqrtf(x); }

// kGroup vectors at once. Each step is written out for all of them before the next, because one chain of dependent
// operations would leave most of the processor idle.
template <class Real> using Group = Vector<Real>[kGroup];

// The numbers of which exp and log are made. Cody and Waite's log 2 = high + low, n * high being exact for all n that
// occur. Polynomials begin with their highest power.
template <class Real> struct Elementary;

template <> struct Elementary<double> {
    using Integer = long long;
    static constexpr int kFractionBits = 52;
    static constexpr double kRound = 0x1.8p52; // n + kRound holds the integer nearest to n in its low bits
    static constexpr double kLowest = -708.0;  // exp of it is still a normal number
    static constexpr double kLog2High = 6.93147180369123816490e-01, kLog2Low = 1.90821492927058770002e-10;
    static constexpr Integer kSqrtHalf = 0x3fe6a09e667f3bcdLL, kRoundBits = 0x4338000000000000LL;
    // (exp(r) - 1 - r) / r^2 through Chebyshev's points, within 0.1 ulp of exp.
    static constexpr double kExp[] = {2.510043897623718e-08,  2.7620157990251160e-07,
                                      2.7557268347499137e-06, 2.4801521149665677e-05,
                                      0.0001984126986312606,  0.0013888888917307917,
                                      0.008333333333330048,   0.04166666666662394,
                                      0.16666666666666669,    0.5};
    // (log(1 + f) / s - 2) / s^2 in powers of s^2, of FreeBSD's e_log.c.
    static constexpr double kLog[] = {1.479819860510658591e-01, 1.531383769920937332e-01, 1.818357216161805012e-01,
                                      2.222219843214978396e-01, 2.857142874366239149e-01, 3.999999999940941908e-01,
                                      6.666666666666735130e-01};
};

template <> struct Elementary<float> {
    using Integer = int;
    static constexpr int kFractionBits = 23;
    static constexpr float kRound = 0x1.8p23f;
    static constexpr float kLowest = -87.0f;
    static constexpr float kLog2High = 0x1.63p-1f, kLog2Low = -2.12194440e-4f;
    static constexpr Integer kSqrtHalf = 0x3f3504f3, kRoundBits = 0x4b400000;
    // Both through Chebyshev's points, within 0.2 ulp.
    static constexpr float kExp[] = {0.00139261761f, 0.00836317307f, 0.0416665547f, 0.16666577f, 0.5f};
    static constexpr float kLog[] = {0.295799494f, 0.399887806f, 0.66666685f};
};

template <class Real, int N>
MOGUL_INLINE void evaluate(const Real (&coefficients)[N], const Group<Real> &x, Group<Real> &value) {
    MOGUL_FOR(v, 0, kGroup) value[v] = broadcast(coefficients[0]);
    MOGUL_FOR(c, 1, N)
        MOGUL_FOR(v, 0, kGroup) value[v] = value[v] * x[v] + coefficients[c];
}

// x = exp(x) for x <= 0, within 1.5 ulp; exactly 1 at 0, exactly 0 below -708 (float: -87), where the result would be
// denormal, NaN for NaN. x = n log 2 + r, |r| <= log(2) / 2, exp(r) = 1 + r + r^2 p(r).
template <class Real> MOGUL_INLINE void exp_of_negative(Group<Real> &x) {
    using E = Elementary<Real>;
    const Vector<Real> floor = broadcast(E::kLowest);
    Group<Real> clamped, n, r, p;
    MOGUL_FOR(v, 0, kGroup) clamped[v] = x[v] < floor ? floor : x[v];
    MOGUL_FOR(v, 0, kGroup) n[v] = clamped[v] * Real(1.4426950408889634074) + E::kRound;
    MOGUL_FOR(v, 0, kGroup) r[v] = n[v] - E::kRound;
    MOGUL_FOR(v, 0, kGroup) clamped[v] = clamped[v] - r[v] * E::kLog2High;
    MOGUL_FOR(v, 0, kGroup) r[v] = clamped[v] - r[v] * E::kLog2Low;
    evaluate<Real>(E::kExp, r, p);
    MOGUL_FOR(v, 0, kGroup) p[v] = (r[v] * r[v]) * p[v] + r[v];
    MOGUL_FOR(v, 0, kGroup) p[v] = p[v] + Real(1);
    MOGUL_FOR(v, 0, kGroup) {
        const Vector<Real> scaled = (Vector<Real>)((Bits<Real>)p[v] + ((Bits<Real>)n[v] << E::kFractionBits));
        x[v] = x[v] < floor ? Vector<Real>{} : scaled;
    }
}

// x = log(x) for normal x > 0, within 1 ulp (the method of FreeBSD's e_log.c); NaN for NaN and infinity.
// x = 2^k (1 + f), sqrt(1/2) < 1 + f < sqrt(2), and log(1 + f) through s = f / (2 + f).
template <class Real> MOGUL_INLINE void log_of_normal(Group<Real> &x) {
    using E = Elementary<Real>;
    Group<Real> k, f, s, z, p;
    MOGUL_FOR(v, 0, kGroup) {
        const Bits<Real> exponent = ((Bits<Real>)x[v] - E::kSqrtHalf) >> E::kFractionBits;
        k[v] = (Vector<Real>)(exponent + E::kRoundBits) - E::kRound;
        f[v] = (Vector<Real>)((Bits<Real>)x[v] - (exponent << E::kFractionBits)) - Real(1);
    }
    MOGUL_FOR(v, 0, kGroup) s[v] = f[v] / (Real(2) + f[v]);
    MOGUL_FOR(v, 0, kGroup) z[v] = s[v] * s[v];
    evaluate<Real>(E::kLog, z, p);
    MOGUL_FOR(v, 0, kGroup) {
        const Vector<Real> half_square = Real(0.5) * f[v] * f[v];
        const Vector<Real> correction = s[v] * (half_square + z[v] * p[v]) + k[v] * E::kLog2Low;
        // x - x is NaN for infinity and NaN.
        x[v] = k[v] * E::kLog2High - ((half_square - correction) - f[v]) + (x[v] - x[v]);
    }
}

} // namespace mogul::MOGUL_LEVEL
