#include "check.hpp"
#include "naive.hpp"

using namespace naive;

static void compare(Index N, Index K, Index D, int n_threads, double apart = 1) {
    Mixture m = random_mixture(K, D, true);
    for (double &mean : m.means) mean *= apart;
    const Numbers rows = random_rows(m, N), weights = random_weights(N);
    const Moments expected = moments_of(m, rows, weights);
    Numbers counts(K), first(K * D), second(D * D), pooled(D * D);
    for (Index i = 0; i < K * D * D; ++i) pooled[i % (D * D)] += expected.second[i];
    mogul::Moments actual{0, counts.data(), first.data(), second.data()};
    mogul::expect_tied(
        {view_of(rows, N, D), weights.data(), {m.constants.data(), m.means.data(), m.whitening.data(), K, D}},
        m.factors.data(), n_threads, actual);
    check::close(__FILE__, __LINE__, actual.log_likelihood, expected.log_likelihood, double(N), 1e-12);
    CHECK_ALL_CLOSE(counts, expected.counts);
    CHECK_ALL_CLOSE(first, expected.first);
    CHECK_ALL_CLOSE(second, pooled);
}

TEST(expect_tied_equals_plain_loops) {
    for (const Index D : {1, 2, 3, 7, 13})
        for (const Index K : {1, 3, 9})
            for (const Index N : {1, 33, 257, 1025}) compare(N, K, D, 1);
}

TEST(expect_tied_equals_plain_loops_with_threads) { compare(20000, 3, 5, 4); }

// Too far apart for rows to be lifted.
TEST(expect_tied_equals_plain_loops_where_components_are_far_apart) {
    for (const Index D : {1, 2, 9})
        for (const Index K : {2, 5, 40})
            for (const Index N : {33, 1025}) compare(N, K, D, 1, 40);
}
