// exp and log on vectors, without branches: every lane runs the same instructions.
#pragma once

#include "simd.hpp"

namespace mogul::MOGUL_LEVEL {

// exp(x) for x <= 0, within 1.5 ulp; exactly 1 at 0, exactly 0 below -708 (where the result would be denormal), NaN for
// NaN. x = n log 2 + r, |r| <= log(2) / 2, and exp(r) = 1 + r + r^2 p(r), p of degree 9 through Chebyshev's points.
MOGUL_INLINE Vector<double> exp_of_negative(Vector<double> x) {
    constexpr double log2_e = 1.4426950408889634074, round = 0x1.8p52;
    constexpr double log_2_high = 6.93147180369123816490e-01, log_2_low = 1.90821492927058770002e-10;
    const Vector<double> floor = broadcast(-708.0);
    const auto negligible = x < floor;
    x = negligible ? floor : x;
    const Vector<double> shifted = x * log2_e + round; // the low bits now hold n
    const Vector<double> n = shifted - round;
    const Vector<double> r = (x - n * log_2_high) - n * log_2_low;
    Vector<double> p = broadcast(2.510043897623718e-08);
    p = p * r + 2.762015799025116e-07;
    p = p * r + 2.7557268347499137e-06;
    p = p * r + 2.4801521149665677e-05;
    p = p * r + 0.0001984126986312606;
    p = p * r + 0.0013888888917307917;
    p = p * r + 0.008333333333330048;
    p = p * r + 0.04166666666662394;
    p = p * r + 0.16666666666666669;
    p = p * r + 0.5;
    const Vector<double> value = (r * r) * p + r + 1.0;
    const Vector<double> scaled = (Vector<double>)((Bits<double>)value + ((Bits<double>)shifted << 52));
    return negligible ? Vector<double>{} : scaled;
}

// log(x) for normal x > 0, within 1 ulp (the method of FreeBSD's e_log.c); NaN for NaN and infinity.
// x = 2^k (1 + f), sqrt(1/2) < 1 + f < sqrt(2), and log(1 + f) through s = f / (2 + f).
MOGUL_INLINE Vector<double> log_of_normal(Vector<double> x) {
    constexpr double log_2_high = 6.93147180369123816490e-01, log_2_low = 1.90821492927058770002e-10;
    constexpr long long sqrt_half = 0x3fe6a09e667f3bcdLL, magic = 0x4338000000000000LL;
    const Bits<double> offset = (Bits<double>)x - sqrt_half;
    const Bits<double> exponent = offset >> 52;
    const Vector<double> k = (Vector<double>)(exponent + magic) - 0x1.8p52;
    const Vector<double> f = (Vector<double>)((Bits<double>)x - (exponent << 52)) - 1.0;
    const Vector<double> s = f / (2.0 + f), z = s * s;
    Vector<double> p = broadcast(1.479819860511658591e-01);
    p = p * z + 1.531383769920937332e-01;
    p = p * z + 1.818357216161805012e-01;
    p = p * z + 2.222219843214978396e-01;
    p = p * z + 2.857142874366239149e-01;
    p = p * z + 3.999999999940941908e-01;
    p = p * z + 6.666666666666735130e-01;
    const Vector<double> half_square = 0.5 * f * f;
    const Vector<double> value = k * log_2_high - ((half_square - (s * (half_square + z * p) + k * log_2_low)) - f);
    return value + (x - x); // x - x is NaN for infinity and NaN
}

} // namespace mogul::MOGUL_LEVEL
