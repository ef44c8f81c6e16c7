// One number of rows of any layout, for loops that are short anyway.
#pragma once

#include "views.hpp"

#include <cstring>

namespace mogul {

inline double entry(const Rows &rows, Index row, Index column) {
    const char *at = rows.data + row * rows.row_stride + column * rows.column_stride;
    if (rows.single) {
        float value;
        std::memcpy(&value, at, sizeof(value));
        return value;
    }
    double value;
    std::memcpy(&value, at, sizeof(value));
    return value;
}

// Rows begin..end.
inline Rows part_of(const Rows &rows, Index begin, Index end) {
    Rows part = rows;
    part.data += begin * rows.row_stride;
    part.n_rows = end - begin;
    return part;
}

} // namespace mogul
