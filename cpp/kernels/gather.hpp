// Rows in any order -> panel.
#pragma once

#include "panel.hpp"

namespace mogul::MOGUL_LEVEL {

constexpr Index kGathered = 256; // rows of a panel that is gathered

template <class Item> MOGUL_INLINE void copy_row(const Rows &rows, const char *from, double *to) {
    for (Index d = 0; d < rows.n_features; ++d) to[d] = double(item_at<Item>(from + d * rows.column_stride));
}

// `members`: numbers whose quotient by `columns` is the row. `flat`: scratch of n_rows x D.
inline void gather_panel(const Rows &rows, const int *members, Index columns, Index n_rows, double *flat,
                         double *panel) {
    constexpr Index ahead = 16;
    const Index D = rows.n_features, size = rows.single ? 4 : 8;
    const bool dense = rows.column_stride == size;
    const auto row = [&](Index i) { return rows.data + Index(members[i]) / columns * rows.row_stride; };
    for (Index i = 0; i < n_rows; ++i) {
        if (dense && i + ahead < n_rows)
            for (Index byte = 0; byte < D * size; byte += 64) __builtin_prefetch(row(i + ahead) + byte);
        if (dense && !rows.single)
            __builtin_memcpy(flat + i * D, row(i), static_cast<std::size_t>(D * size));
        else if (rows.single)
            copy_row<float>(rows, row(i), flat + i * D);
        else
            copy_row<double>(rows, row(i), flat + i * D);
    }
    fill_panel(
        {reinterpret_cast<const char *>(flat), n_rows, D, D * Index(sizeof(double)), Index(sizeof(double)), false}, 0,
        n_rows, panel);
}

} // namespace mogul::MOGUL_LEVEL
