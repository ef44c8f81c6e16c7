#include "unwhiten.hpp"

#include "arena.hpp"
#include "triangular.hpp"

namespace mogul::MOGUL_LEVEL {

Index unwhiten_scratch(Index D) { return 3 * D * D * Index(sizeof(double)) + 256; }

void unwhiten(const double *L, const double *M, Index D, double *second, char *scratch) {
    Arena arena{scratch};
    double *whole = arena.take<double>(D * D), *upper = arena.take<double>(D * D), *half = arena.take<double>(D * D);
    for (Index i = 0; i < D; ++i)
        for (Index j = 0; j <= i; ++j) {
            whole[i * D + j] = whole[j * D + i] = *M++;
            upper[j * D + i] = L[i * D + j];
            upper[i * D + j] = i == j ? upper[i * D + j] : 0;
        }
    for (Index i = 0; i < D; ++i) {
        double *row = half + i * D, *out = second + i * D;
        for (Index j = 0; j < D; ++j) row[j] = out[j] = 0;
        add_rows(1, L + i * D, 1, i + 1, whole, D, 0, D, row);
        add_rows(1, row, 1, i + 1, upper, D, 0, i + 1, out);
    }
    for (Index i = 0; i < D; ++i)
        for (Index j = i + 1; j < D; ++j) second[i * D + j] = second[j * D + i];
}

void unwhiten_first(const double *L, const double *f, Index D, double *first) {
    for (Index i = 0; i < D; ++i) {
        first[i] = 0;
        for (Index j = 0; j <= i; ++j) first[i] += L[i * D + j] * f[j];
    }
}

} // namespace mogul::MOGUL_LEVEL
