// Range of every column, and the first entry that is not finite. Reference: mogul/_kernels/reference.py, scan.
//
//     minimum[d] = min_n x_nd,   maximum[d] = max_n x_nd
//     bad = the index row * D + column of the first entry that is not finite, or -1
//
// Cost: 4 D operations a row. Scratch: D S numbers and 2 D vectors.
#pragma once

#include "views.hpp"

namespace mogul::MOGUL_LEVEL {

Index scan_scratch(const Rows &rows);

// Of rows begin..end: lowers `minimum` and raises `maximum` (D each). Returns bad.
Index scan(const Rows &rows, Index begin, Index end, double *minimum, double *maximum, char *scratch);

} // namespace mogul::MOGUL_LEVEL
