// What kernels are given: views of memory that the caller owns. Plain data only, shared by all SIMD levels.
//
// Letters of this folder: N rows, D features, K components, B rows in a block, S rows in a strip.
#pragma once

#include <cstddef>

namespace mogul {

using Index = std::ptrdiff_t;

// Rows are handed out to threads in chunks of this many, whatever N, K, D and the number of threads: a sum has the same
// bits on every machine of the same SIMD level.
constexpr Index kChunkRows = 1024;

// N x D numbers of any layout.
struct Rows {
    const char *data;
    Index n_rows, n_features;
    Index row_stride, column_stride; // bytes; zero and negative ones are fine
    bool single;                     // float32, else float64
};

// A mixture as the kernels see it: z_nk = P_k (x_n - m_k), joint_nk = constants[k] - |z_nk|^2 / 2.
struct Components {
    const double *constants; // K
    const double *means;     // K x D
    const double
        *whitening; // P: K x D x D (full), D x D (tied), both lower triangular; K x D (diagonal); K (spherical)
    Index n_components, n_features;
    // Tied only: z_nk = P (x_n - origin) - centres[k], centres[k] = P (m_k - origin).
    const double *origin = nullptr;  // D
    const double *centres = nullptr; // K x D
};

struct ExpectTask {
    Rows rows;
    const double *row_weights; // N, or null: all one
    Components components;
};

// Where results of scoring go; null: not wanted.
struct ScoreOutput {
    double *joint;            // N x K
    double *log_density;      // N
    double *responsibilities; // N x K
    long long *labels;        // N
};

struct ScoreTask {
    Rows rows;
    Components components;
    ScoreOutput output;
};

} // namespace mogul
