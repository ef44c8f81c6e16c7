#include "check.hpp"
#include "naive.hpp"

using namespace naive;

static void compare(Index N, Index K, Index D, int n_threads, double apart = 1) {
    Mixture m = random_mixture(K, D, false, true, true);
    for (double &mean : m.means) mean *= apart;
    const Numbers rows = random_rows(m, N), weights = random_weights(N);
    const Moments expected = moments_of(m, rows, weights);
    Numbers counts(K), first(K * D), second(K), whitening(K), squares(K);
    for (Index k = 0; k < K; ++k) {
        whitening[k] = m.whitening[k * D * D];
        for (Index d = 0; d < D; ++d) squares[k] += expected.second[(k * D + d) * D + d];
    }
    mogul::Moments actual{0, counts.data(), first.data(), second.data()};
    mogul::expect_spherical(
        {view_of(rows, N, D), weights.data(), {m.constants.data(), m.means.data(), whitening.data(), K, D}}, n_threads,
        actual);
    check::close(__FILE__, __LINE__, actual.log_likelihood, expected.log_likelihood, double(N), 1e-12);
    CHECK_ALL_CLOSE(counts, expected.counts);
    CHECK_ALL_CLOSE(first, expected.first);
    CHECK_ALL_CLOSE(second, squares);
}

TEST(expect_spherical_equals_plain_loops) {
    for (const Index D : {1, 2, 5, 9, 17})
        for (const Index K : {1, 2, 5})
            for (const Index N : {1, 33, 513, 1025}) compare(N, K, D, 1);
}

TEST(expect_spherical_equals_plain_loops_with_threads) { compare(60000, 3, 5, 4); }

// Too far apart for rows to be lifted.
TEST(expect_spherical_equals_plain_loops_where_components_are_far_apart) {
    for (const Index D : {1, 2, 9})
        for (const Index K : {2, 5, 40})
            for (const Index N : {33, 1025}) compare(N, K, D, 1, 40);
}
