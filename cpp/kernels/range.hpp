// The range of all rows: chunks on threads. Formula in scan.hpp.
#pragma once

#include "views.hpp"

namespace mogul {

struct Range {
    double *minimum, *maximum; // D each, written
    Index bad_row = -1, bad_column = -1;
};

// There is at least one row.
void scan(const Rows &rows, int n_threads, Range &range);

} // namespace mogul
