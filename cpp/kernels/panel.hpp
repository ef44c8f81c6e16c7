// Rows -> panel: the one pass over the data. A panel is a list of strips; strip s holds feature d of its S rows at
// panel[(s * D + d) * S + lane]. Any layout of the rows gives the same panel. Lanes past the last row repeat the first
// row of their strip, so that they never overflow where no row does.
#pragma once

#include "simd.hpp"

namespace mogul::MOGUL_LEVEL {

constexpr Index strips_of(Index n_rows, Index strip) { return (n_rows + strip - 1) / strip; }

template <class Item> MOGUL_INLINE Item item_at(const char *from) {
    Item item;
    __builtin_memcpy(&item, from, sizeof(Item)); // a mapped file need not be aligned
    return item;
}

// Any layout, any number of rows: one number at a time.
template <class Real, class Item> void fill_slowly(const Rows &rows, const char *first, Index n_rows, Real *strip) {
    constexpr Index S = kStrip<Real>;
    const Index by_row = rows.row_stride, by_column = rows.column_stride, D = rows.n_features;
    const bool rows_are_near = by_row * by_row < by_column * by_column;
    if (rows_are_near)
        for (Index d = 0; d < D; ++d)
            for (Index lane = 0; lane < n_rows; ++lane)
                strip[d * S + lane] = Real(item_at<Item>(first + lane * by_row + d * by_column));
    else
        for (Index lane = 0; lane < n_rows; ++lane)
            for (Index d = 0; d < D; ++d)
                strip[d * S + lane] = Real(item_at<Item>(first + lane * by_row + d * by_column));
    for (Index d = 0; d < D; ++d)
        for (Index lane = n_rows; lane < S; ++lane) strip[d * S + lane] = strip[d * S];
}

// A whole strip whose features stand side by side, at least W of them may be read of each row: blocks of W rows and W
// features are turned in registers. The last block overlaps the one before rather than leave a remainder.
template <class Real, class Item> void fill_by_blocks(const Rows &rows, const char *first, Real *strip) {
    constexpr int S = kStrip<Real>, W = kLanes<Real>;
    const Index D = rows.n_features;
    for (int lane = 0; lane < S; lane += W)
        for (Index d = 0; d < D; d += W) {
            const Index start = d + W <= D || D < W ? d : D - W;
            const char *corner = first + lane * rows.row_stride + start * Index(sizeof(Item));
            Vector<Real> square[W];
            MOGUL_FOR(i, 0, W) square[i] = load_items<Real, Item>(corner + i * rows.row_stride);
            transpose<Real>(square);
            for (int i = 0; i < W && start + i < D; ++i) store(strip + (start + i) * S + lane, square[i]);
        }
}

// A whole strip of rows of two features without gaps.
template <class Real, class Item, int... P> MOGUL_INLINE void fill_pairs(const char *first, Real *strip, Lanes<P...>) {
    constexpr int S = kStrip<Real>, W = kLanes<Real>;
    for (int lane = 0; lane < S; lane += W, first += 2 * W * sizeof(Item)) {
        const Vector<Real> a = load_items<Real, Item>(first), b = load_items<Real, Item>(first + W * sizeof(Item));
        store(strip + lane, Vector<Real>(__builtin_shufflevector(a, b, (2 * P)...)));
        store(strip + S + lane, Vector<Real>(__builtin_shufflevector(a, b, (2 * P + 1)...)));
    }
}

template <class Real, class Item> void fill_strip(const Rows &rows, Index begin, Index n_rows, Real *strip) {
    constexpr Index S = kStrip<Real>, W = kLanes<Real>, size = sizeof(Item);
    const char *first = rows.data + begin * rows.row_stride;
    const Index D = rows.n_features;
    const bool whole = n_rows == S && rows.column_stride == size, gapless = rows.row_stride == D * size;
    if (whole && gapless && D == 2)
        fill_pairs<Real, Item>(first, strip, typename CountLanes<W>::type{});
    else if (whole && (D >= W || (gapless && (begin + S) * D + W <= rows.n_rows * D)))
        fill_by_blocks<Real, Item>(rows, first, strip);
    else
        fill_slowly<Real, Item>(rows, first, n_rows, strip);
}

// Fetches the rows that the next block will read, while this one is worked on: all lines of each row, where its
// features stand side by side.
inline void prefetch_rows(const Rows &rows, Index begin, Index n_rows) {
    const Index size = rows.single ? 4 : 8, row_bytes = rows.n_features * size;
    if (rows.column_stride != size || rows.row_stride < row_bytes) return;
    const Index end = begin + n_rows < rows.n_rows ? begin + n_rows : rows.n_rows;
    const char *at = rows.data + begin * rows.row_stride, *last = rows.data + end * rows.row_stride;
    if (rows.row_stride == row_bytes)
        for (; at < last; at += 64) __builtin_prefetch(at, 0, 2);
    else
        for (; at < last; at += rows.row_stride)
            for (Index byte = 0; byte < row_bytes; byte += 64) __builtin_prefetch(at + byte, 0, 2);
}

template <class Real> void fill_panel(const Rows &rows, Index begin, Index n_rows, Real *panel) {
    constexpr Index S = kStrip<Real>;
    for (Index start = 0; start < n_rows; start += S) {
        const Index count = n_rows - start < S ? n_rows - start : S;
        if (rows.single)
            fill_strip<Real, float>(rows, begin + start, count, panel + start * rows.n_features);
        else
            fill_strip<Real, double>(rows, begin + start, count, panel + start * rows.n_features);
    }
    prefetch_rows(rows, begin + n_rows, n_rows);
}

// Row weights of a block, zero in the lanes past the last row.
template <class Real> void fill_weights(const double *row_weights, Index begin, Index n_rows, Real *weights) {
    constexpr Index S = kStrip<Real>;
    const Index padded = strips_of(n_rows, S) * S;
    for (Index n = 0; n < n_rows; ++n) weights[n] = row_weights ? Real(row_weights[begin + n]) : Real(1);
    for (Index n = n_rows; n < padded; ++n) weights[n] = Real(0);
}

} // namespace mogul::MOGUL_LEVEL
