#include "check.hpp"
#include "kmeans.hpp"
#include "naive.hpp"
#include "partition.hpp"

using namespace naive;

static Numbers uniform_numbers(Index n) {
    std::mt19937_64 random(3);
    std::uniform_real_distribution<double> uniform;
    Numbers numbers(n);
    for (double &number : numbers) number = uniform(random);
    return numbers;
}

TEST(kmeans_finds_groups_that_are_far_apart) {
    for (const Index K : {1, 2, 5})
        for (const Index N : {5, 33, 1030}) {
            Numbers rows(N * 2), row_weights(N, 1.0);
            for (Index n = 0; n < N; ++n) rows[2 * n] = 100.0 * double(n % K), rows[2 * n + 1] = 1e-3 * double(n);
            const Numbers uniform = uniform_numbers(1 + (K - 1) * 3);
            for (const Index n_rounds : {0, 20}) {
                std::vector<long long> labels(N, -1);
                mogul::kmeans({view_of(rows, N, 2), row_weights.data(), K, 3, uniform.data(), n_rounds, 1},
                              labels.data());
                for (Index n = 0; n < N; ++n) CHECK(labels[n] == n % K);
            }
        }
}

TEST(kmeans_of_equal_rows_is_one_part) {
    const Numbers rows(20, 1.0), row_weights(10, 1.0), uniform = uniform_numbers(7);
    std::vector<long long> labels(10, -1);
    mogul::kmeans({view_of(rows, 10, 2), row_weights.data(), 3, 3, uniform.data(), 5, 1}, labels.data());
    for (const long long label : labels) CHECK(label == 0);
}

TEST(partitions_have_the_means_and_scatters_of_their_parts) {
    const Index N = 600, K = 3, D = 4;
    const Mixture m = random_mixture(K, D);
    const Numbers rows = random_rows(m, N), row_weights(N, 0.5);
    std::vector<long long> labels(N);
    for (Index n = 0; n < N; ++n) labels[n] = n % K;
    Numbers weights(K), means(K * D), covariances(K * D * D);
    CHECK(mogul::partitioned(
        {mogul::full_form(), view_of(rows, N, D), row_weights.data(), labels.data(), K, 5.0, nullptr, 0.25},
        {weights.data(), means.data(), covariances.data()}));
    for (Index k = 0; k < K; ++k) {
        CHECK_CLOSE(weights[k], 1 / double(K));
        Numbers mean(D), covariance(D * D);
        for (Index n = k; n < N; n += K)
            for (Index i = 0; i < D; ++i) mean[i] += rows[n * D + i] / double(N / K);
        for (Index n = k; n < N; n += K)
            for (Index i = 0; i < D; ++i)
                for (Index j = 0; j < D; ++j)
                    covariance[i * D + j] += (rows[n * D + i] - mean[i]) * (rows[n * D + j] - mean[j]) / double(N / K);
        for (Index i = 0; i < D; ++i) covariance[i * D + i] += 0.25;
        CHECK_ALL_CLOSE(Numbers(means.begin() + k * D, means.begin() + (k + 1) * D), mean);
        CHECK_ALL_CLOSE(Numbers(covariances.begin() + k * D * D, covariances.begin() + (k + 1) * D * D), covariance);
    }
    labels.assign(N, 1);
    CHECK(!mogul::partitioned(
        {mogul::full_form(), view_of(rows, N, D), row_weights.data(), labels.data(), K, 5.0, nullptr, 0.0},
        {weights.data(), means.data(), covariances.data()}));
}
