#include "factorise.hpp"

#include "elementary.hpp"
#include "triangular.hpp"

namespace mogul::MOGUL_LEVEL {

namespace {

// A = U' U, row by row of U, which is written over the upper triangle.
bool factorise_upper(double *U, Index D) {
    for (Index k = 0; k < D; ++k) {
        double *row = U + k * D;
        add_rows(-1, U + k, D, k, U, D, k, D, row);
        if (!(row[k] > 0) || row[k] - row[k] != 0) return false;
        const double root = __builtin_sqrt(row[k]);
        row[k] = root;
        for (Index j = k + 1; j < D; ++j) row[j] /= root;
    }
    return true;
}

// Forward substitution on the rows of the identity.
void invert(const double *L, Index D, double *P) {
    for (Index i = 0; i < D; ++i) {
        double *row = P + i * D;
        for (Index j = 0; j < D; ++j) row[j] = i == j ? 1 : 0;
        add_rows(-1, L + i * D, 1, i, P, D, 0, i, row);
        for (Index j = 0; j <= i; ++j) row[j] /= L[i * D + i];
    }
}

double log_of(double x) {
    Group<double> same = {broadcast(x), broadcast(x), broadcast(x), broadcast(x)};
    log_of_normal<double>(same);
    return same[0][0];
}

} // namespace

Index factorise_scratch(Index D) { return D * D * Index(sizeof(double)); }

bool factorise(const double *A, Index D, double *L, double *P, double *log_determinant, char *scratch) {
    double *U = reinterpret_cast<double *>(scratch);
    for (Index i = 0; i < D; ++i)
        for (Index j = 0; j <= i; ++j) U[j * D + i] = A[i * D + j];
    if (!factorise_upper(U, D)) return false;
    *log_determinant = 0;
    for (Index i = 0; i < D; ++i) {
        for (Index j = 0; j < D; ++j) L[i * D + j] = j <= i ? U[j * D + i] : 0;
        *log_determinant += 2 * log_of(L[i * D + i]);
    }
    invert(L, D, P);
    return true;
}

} // namespace mogul::MOGUL_LEVEL
