#include "centres.hpp"
#include "check.hpp"
#include "naive.hpp"

using namespace naive;

static double squared_distance(const double *x, const double *c, Index D) {
    double sum = 0;
    for (Index d = 0; d < D; ++d) sum += (x[d] - c[d]) * (x[d] - c[d]);
    return sum;
}

static void compare(Index N, Index K, Index D, int n_threads) {
    const Mixture m = random_mixture(K, D);
    const Numbers rows = random_rows(m, N), weights = random_weights(N);
    std::vector<long long> labels(N);
    Numbers squared(N), counts(K), first(K * D), expected_squared(N), expected_counts(K), expected_first(K * D);
    mogul::nearest_centres({view_of(rows, N, D), weights.data(), m.means.data(), K, labels.data(), squared.data()},
                           n_threads, counts.data(), first.data());
    for (Index n = 0; n < N; ++n) {
        Index best = 0;
        for (Index k = 1; k < K; ++k)
            if (squared_distance(&rows[n * D], &m.means[k * D], D) <
                squared_distance(&rows[n * D], &m.means[best * D], D))
                best = k;
        CHECK(labels[n] == best);
        expected_squared[n] = squared_distance(&rows[n * D], &m.means[best * D], D);
        expected_counts[best] += weights[n];
        for (Index d = 0; d < D; ++d)
            expected_first[best * D + d] += weights[n] * (rows[n * D + d] - m.means[best * D + d]);
    }
    CHECK_ALL_CLOSE(squared, expected_squared);
    CHECK_ALL_CLOSE(counts, expected_counts);
    CHECK_ALL_CLOSE(first, expected_first);

    Numbers lowered(N, double(D));
    mogul::lower_distances({view_of(rows, N, D), m.means.data(), lowered.data()}, n_threads);
    for (Index n = 0; n < N; ++n)
        CHECK_CLOSE(lowered[n], std::fmin(double(D), squared_distance(&rows[n * D], m.means.data(), D)));
}

TEST(centres_equal_plain_loops) {
    for (const Index D : {1, 2, 9})
        for (const Index K : {1, 5})
            for (const Index N : {1, 31, 33, 1025}) compare(N, K, D, 1);
}

TEST(centres_equal_plain_loops_with_threads) { compare(100000, 3, 3, 4); }
