// Vectors of the SIMD level this file is compiled for. Included only by files that are compiled once a level;
// everything stands in the level's own namespace, and no function of the standard library is used, so that code of one
// level can never be linked into another.
#pragma once

#include "views.hpp"

#if !defined(MOGUL_LEVEL) || !defined(MOGUL_VECTOR_BYTES)
#    error "compile this file through CMake: it is built once for each SIMD level"
#endif

namespace mogul::MOGUL_LEVEL {

template <class Real> struct VectorOf;

template <> struct VectorOf<double> {
    typedef double type __attribute__((vector_size(MOGUL_VECTOR_BYTES), may_alias));
    typedef long long bits __attribute__((vector_size(MOGUL_VECTOR_BYTES), may_alias));
};

template <> struct VectorOf<float> {
    typedef float type __attribute__((vector_size(MOGUL_VECTOR_BYTES), may_alias));
    typedef int bits __attribute__((vector_size(MOGUL_VECTOR_BYTES), may_alias));
};

template <class Real> using Vector = typename VectorOf<Real>::type;
template <class Real> using Bits = typename VectorOf<Real>::bits;

template <class Real> constexpr int kLanes = MOGUL_VECTOR_BYTES / sizeof(Real);

// A strip holds the same feature of S rows side by side, 256 bytes at every level: its layout, and so the order of sums
// within a lane, does not depend on where it stands in the data.
template <class Real> constexpr int kStrip = 256 / sizeof(Real);
constexpr int kVectors = 256 / MOGUL_VECTOR_BYTES;

// Vectors that one register tile works on.
constexpr int kGroup = 4;

#if MOGUL_VECTOR_BYTES == 64 || defined(__aarch64__)
constexpr int kOutputs = 6, kSide = 5; // 32 registers: tiles of 6 x 4 and 5 x 5
#else
constexpr int kOutputs = 3, kSide = 3; // 16 registers
#endif

#define MOGUL_INLINE inline __attribute__((always_inline))
// for (int i = from; i < to; ++i), unrolled: `from` and `to` are constants once the loops around it are.
#define MOGUL_FOR(i, from, to) _Pragma("GCC unroll 64") for (int i = (from); i < (to); ++i)

template <class Real> MOGUL_INLINE Vector<Real> load(const Real *from) {
    return *reinterpret_cast<const Vector<Real> *>(from);
}

// kLanes<Real> items from any address, as numbers of the panel.
template <class Real, class Item> MOGUL_INLINE Vector<Real> load_items(const char *from) {
    typedef Item Items __attribute__((vector_size(kLanes<Real> * sizeof(Item))));
    Items items;
    __builtin_memcpy(&items, from, sizeof(items));
    return __builtin_convertvector(items, Vector<Real>);
}

template <class Real> MOGUL_INLINE Vector<double> load_as_double(const Real *from) {
    return load_items<double, Real>(reinterpret_cast<const char *>(from));
}

template <class Real> MOGUL_INLINE void store(Real *to, Vector<Real> value) {
    *reinterpret_cast<Vector<Real> *>(to) = value;
}

template <class Real> MOGUL_INLINE Vector<Real> broadcast(Real value) { return Vector<Real>{} + value; }

template <int N> struct Constant {
    static constexpr int value = N;
};

// Calls f(Constant<n>) for a run-time n of 1..Max, so that loops over n unroll.
template <int Max, class F> MOGUL_INLINE void with_constant(Index n, const F &f) {
    if constexpr (Max > 0) {
        if (n == Max) return f(Constant<Max>{});
        with_constant<Max - 1>(n, f);
    }
}

// Cuts n features into equal pieces of at most Max, to leave no small remainder: calls f(start, Constant<size>).
template <int Max, class F> MOGUL_INLINE void in_pieces(Index n, const F &f) {
    const Index pieces = (n + Max - 1) / Max;
    Index start = 0;
    for (Index piece = 0; piece < pieces; ++piece) {
        const Index size = n / pieces + (piece < n % pieces ? 1 : 0);
        with_constant<Max>(size, [&](auto constant) __attribute__((always_inline)) { f(start, constant); });
        start += size;
    }
}

template <int... P> struct Lanes {};
template <int N, int... P> struct CountLanes : CountLanes<N - 1, N - 1, P...> {};
template <int... P> struct CountLanes<0, P...> {
    using type = Lanes<P...>;
};

// Adds the upper to the lower half of every group of 2 * Half lanes, of two vectors at once.
template <class Real, int Half, int... P> MOGUL_INLINE Vector<Real> fold(Vector<Real> a, Vector<Real> b, Lanes<P...>) {
    return __builtin_shufflevector(a, b, (P / Half * 2 * Half + P % Half)...) +
           __builtin_shufflevector(a, b, (P / Half * 2 * Half + P % Half + Half)...);
}

// One step of a transposition: swaps the off-diagonal blocks of 2 x 2 blocks of Block x Block numbers.
template <class Real, int Block, int... P>
MOGUL_INLINE void swap_blocks(Vector<Real> &a, Vector<Real> &b, Lanes<P...>) {
    constexpr int W = kLanes<Real>;
    const Vector<Real> upper = __builtin_shufflevector(a, b, (P & Block ? W + P - Block : P)...);
    b = __builtin_shufflevector(a, b, (P & Block ? W + P : P + Block)...);
    a = upper;
}

// kLanes vectors of kLanes numbers: vector i lane j -> vector j lane i.
template <class Real, int Block = kLanes<Real> / 2> MOGUL_INLINE void transpose(Vector<Real> (&square)[kLanes<Real>]) {
    if constexpr (Block > 0) {
        MOGUL_FOR(i, 0, kLanes<Real>)
            if (!(i & Block))
                swap_blocks<Real, Block>(square[i], square[i + Block], typename CountLanes<kLanes<Real>>::type{});
        transpose<Real, Block / 2>(square);
    }
}

// Sums each of the kLanes vectors; lane i of the result is the sum of vector i.
template <class Real, int Half = kLanes<Real> / 2> MOGUL_INLINE Vector<Real> sums_of(const Vector<Real> *vectors) {
    Vector<Real> folded[Half];
    MOGUL_FOR(i, 0, Half)
        folded[i] = fold<Real, Half>(vectors[2 * i], vectors[2 * i + 1], typename CountLanes<kLanes<Real>>::type{});
    if constexpr (Half == 1)
        return folded[0];
    else
        return sums_of<Real, Half / 2>(folded);
}

// sums[i] = sum of vectors[i].
template <class Real, int N> MOGUL_INLINE void sum_lanes(const Vector<Real> (&vectors)[N], Real *sums) {
    constexpr int lanes = kLanes<Real>;
    MOGUL_FOR(b, 0, (N + lanes - 1) / lanes) {
        const int start = b * lanes;
        Vector<Real> batch[lanes];
        MOGUL_FOR(i, 0, lanes) batch[i] = start + i < N ? vectors[start + i < N ? start + i : 0] : Vector<Real>{};
        const Vector<Real> summed = sums_of<Real>(batch);
        MOGUL_FOR(i, 0, lanes)
            if (start + i < N) sums[start + i] = summed[i];
    }
}

template <class Real> MOGUL_INLINE Real sum_lanes(Vector<Real> vector) {
    Real sum[1];
    const Vector<Real> one[1] = {vector};
    sum_lanes<Real>(one, sum);
    return sum[0];
}

} // namespace mogul::MOGUL_LEVEL
