// SIMD levels: which were built, which this processor runs, and the one in use.
#pragma once

#include "table.hpp"

#include <string>
#include <vector>

namespace mogul {

// Names of the levels compiled in that this processor runs, slowest first.
std::vector<std::string> simd_levels();

// The table in use: the fastest level, or the one that the environment variable MOGUL_SIMD names.
// Throws std::runtime_error if MOGUL_SIMD is not one of simd_levels(). Chosen once, at the first call.
const KernelTable &kernels();

} // namespace mogul
