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
template <class Real> struct ComponentsOf {
    const Real *constants; // K
    const Real *means;     // K x D
    const Real *whitening; // P: K x D x D (full), D x D (tied), both lower triangular; K x D (diagonal); K (spherical)
    Index n_components, n_features;
    // Tied only: z_nk = P (x_n - origin) - centres[k], centres[k] = P (m_k - origin).
    const Real *origin = nullptr;  // D
    const Real *centres = nullptr; // K x D
    // float32 only, see rounding.hpp: z_nk = P_k (x_n - means[k]) + rests[k], tied: P (x_n - origin) + rests -
    // centres[k]; and every log density is too small by `shift`.
    const Real *rests = nullptr; // K x D; tied: D
    double shift = 0;
};
using Components = ComponentsOf<double>;

struct ExpectTask {
    Rows rows;
    const double *row_weights; // N, or null: all one
    Components components;
    bool in_float32 = false; // whether float32 will do for what is computed of each row; sums are float64 all the same
    const ComponentsOf<float> *rounded = nullptr; // set inside, where it does
};

// The components that a kernel of one precision works with.
template <class Real> const ComponentsOf<Real> &components_of(const ExpectTask &task) {
    if constexpr (sizeof(Real) == sizeof(double))
        return task.components;
    else
        return *task.rounded;
}

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

// M outputs that follow from D features by a line for each component.
struct RegressTask {
    Rows rows;
    Components components;
    const double *slopes;  // K x M x D
    const double *centres; // K x M, means of the outputs where the features are at `centre`
    const double *centre;  // D
    Index n_outputs;       // M
    double *expected;      // N x M, written
    double *log_density;   // N, written
};

} // namespace mogul
