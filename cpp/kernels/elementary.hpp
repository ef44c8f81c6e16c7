// exp and log on vectors, without branches: every lane runs the same instructions.
#pragma once

#include "simd.hpp"

namespace mogul::MOGUL_LEVEL {

// kGroup vectors at once. Each step is written out for all of them before the next, because one chain of dependent
// operations would leave most of the processor idle.
using Group = Vector<double>[kGroup];

// x = exp(x) for x <= 0, within 1.5 ulp; exactly 1 at 0, exactly 0 below -708 (where the result would be denormal), NaN
// for NaN. x = n log 2 + r, |r| <= log(2) / 2, exp(r) = 1 + r + r^2 p(r), p of degree 9 through Chebyshev's points.
MOGUL_INLINE void exp_of_negative(Group &x) {
    constexpr double log2_e = 1.4426950408889634074, round = 0x1.8p52;
    constexpr double log_2_high = 6.93147180369123816490e-01, log_2_low = 1.90821492927058770002e-10;
    constexpr double coefficients[] = {2.7620157990251160e-07, 2.7557268347499137e-06, 2.4801521149665677e-05,
                                       0.0001984126986312606,  0.0013888888917307917,  0.008333333333330048,
                                       0.04166666666662394,    0.16666666666666669,    0.5};
    const Vector<double> floor = broadcast(-708.0);
    Group clamped, n, r, p;
    MOGUL_FOR(v, 0, kGroup) clamped[v] = x[v] < floor ? floor : x[v];
    MOGUL_FOR(v, 0, kGroup) n[v] = clamped[v] * log2_e + round; // the low bits now hold n
    MOGUL_FOR(v, 0, kGroup) r[v] = n[v] - round;
    MOGUL_FOR(v, 0, kGroup) clamped[v] = clamped[v] - r[v] * log_2_high;
    MOGUL_FOR(v, 0, kGroup) r[v] = clamped[v] - r[v] * log_2_low;
    MOGUL_FOR(v, 0, kGroup) p[v] = broadcast(2.510043897623718e-08);
    MOGUL_FOR(c, 0, 9)
        MOGUL_FOR(v, 0, kGroup) p[v] = p[v] * r[v] + coefficients[c];
    MOGUL_FOR(v, 0, kGroup) p[v] = (r[v] * r[v]) * p[v] + r[v];
    MOGUL_FOR(v, 0, kGroup) p[v] = p[v] + 1.0;
    MOGUL_FOR(v, 0, kGroup) {
        const Vector<double> scaled = (Vector<double>)((Bits<double>)p[v] + ((Bits<double>)n[v] << 52));
        x[v] = x[v] < floor ? Vector<double>{} : scaled;
    }
}

// x = log(x) for normal x > 0, within 1 ulp (the method of FreeBSD's e_log.c); NaN for NaN and infinity.
// x = 2^k (1 + f), sqrt(1/2) < 1 + f < sqrt(2), and log(1 + f) through s = f / (2 + f).
MOGUL_INLINE void log_of_normal(Group &x) {
    constexpr double log_2_high = 6.93147180369123816490e-01, log_2_low = 1.90821492927058770002e-10;
    constexpr long long sqrt_half = 0x3fe6a09e667f3bcdLL, magic = 0x4338000000000000LL;
    constexpr double coefficients[] = {1.531383769920937332e-01, 1.818357216161805012e-01, 2.222219843214978396e-01,
                                       2.857142874366239149e-01, 3.999999999940941908e-01, 6.666666666666735130e-01};
    Group k, f, s, z, p;
    MOGUL_FOR(v, 0, kGroup) {
        const Bits<double> exponent = ((Bits<double>)x[v] - sqrt_half) >> 52;
        k[v] = (Vector<double>)(exponent + magic) - 0x1.8p52;
        f[v] = (Vector<double>)((Bits<double>)x[v] - (exponent << 52)) - 1.0;
    }
    MOGUL_FOR(v, 0, kGroup) s[v] = f[v] / (2.0 + f[v]);
    MOGUL_FOR(v, 0, kGroup) z[v] = s[v] * s[v];
    MOGUL_FOR(v, 0, kGroup) p[v] = broadcast(1.479819860511658591e-01);
    MOGUL_FOR(c, 0, 6)
        MOGUL_FOR(v, 0, kGroup) p[v] = p[v] * z[v] + coefficients[c];
    MOGUL_FOR(v, 0, kGroup) {
        const Vector<double> half_square = 0.5 * f[v] * f[v];
        const Vector<double> correction = s[v] * (half_square + z[v] * p[v]) + k[v] * log_2_low;
        // x - x is NaN for infinity and NaN.
        x[v] = k[v] * log_2_high - ((half_square - correction) - f[v]) + (x[v] - x[v]);
    }
}

} // namespace mogul::MOGUL_LEVEL
