#include "check.hpp"
#include "naive.hpp"

using namespace naive;

static void compare(Index N, Index K, Index D, int n_threads) {
    const Mixture m = random_mixture(K, D);
    const Numbers rows = random_rows(m, N), weights = random_weights(N);
    const Moments expected = moments_of(m, rows, weights);
    Numbers counts(K), first(K * D), second(K * D * D);
    mogul::Moments actual{0, counts.data(), first.data(), second.data()};
    mogul::expect_full(
        {view_of(rows, N, D), weights.data(), {m.constants.data(), m.means.data(), m.whitening.data(), K, D}},
        m.factors.data(), n_threads, actual);
    check::close(__FILE__, __LINE__, actual.log_likelihood, expected.log_likelihood, double(N), 1e-12);
    CHECK_ALL_CLOSE(counts, expected.counts);
    CHECK_ALL_CLOSE(first, expected.first);
    CHECK_ALL_CLOSE(second, expected.second);
}

TEST(expect_full_equals_plain_loops) {
    for (const Index D : {1, 2, 3, 5, 6, 7, 8, 13, 20})
        for (const Index K : {1, 3})
            for (const Index N : {1, 31, 33, 257, 1025}) compare(N, K, D, 1);
}

TEST(expect_full_equals_plain_loops_with_threads) { compare(20000, 3, 5, 4); }
TEST(expect_full_forms_z_again_where_a_block_outgrows_the_cache) { compare(70, 160, 30, 1); }
