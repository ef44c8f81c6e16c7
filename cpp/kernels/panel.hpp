// Rows -> panel: the one pass over the data. A panel is a list of strips; strip s holds feature d of its S rows at
// panel[(s * D + d) * S + lane]. Any layout of the rows gives the same panel. Lanes past the last row repeat the first
// row of their strip, so that they never overflow where no row does.
#pragma once

#include "simd.hpp"

namespace mogul::MOGUL_LEVEL {

constexpr Index strips_of(Index n_rows, Index strip) { return (n_rows + strip - 1) / strip; }

template <class Item>
MOGUL_INLINE Item item_at(const char *from) {
    Item item;
    __builtin_memcpy(&item, from, sizeof(Item)); // a mapped file need not be aligned
    return item;
}

template <class Real, class Item>
void fill_strip(const Rows &rows, const char *first, Index n_rows, Real *strip) {
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

template <class Real>
void fill_panel(const Rows &rows, Index begin, Index n_rows, Real *panel) {
    constexpr Index S = kStrip<Real>;
    for (Index start = 0; start < n_rows; start += S) {
        const char *first = rows.data + (begin + start) * rows.row_stride;
        const Index count = n_rows - start < S ? n_rows - start : S;
        if (rows.single)
            fill_strip<Real, float>(rows, first, count, panel + start * rows.n_features);
        else
            fill_strip<Real, double>(rows, first, count, panel + start * rows.n_features);
    }
}

// Row weights of a block, zero in the lanes past the last row.
template <class Real>
void fill_weights(const double *row_weights, Index begin, Index n_rows, Real *weights) {
    constexpr Index S = kStrip<Real>;
    const Index padded = strips_of(n_rows, S) * S;
    for (Index n = 0; n < n_rows; ++n) weights[n] = row_weights ? Real(row_weights[begin + n]) : Real(1);
    for (Index n = n_rows; n < padded; ++n) weights[n] = Real(0);
}

} // namespace mogul::MOGUL_LEVEL
