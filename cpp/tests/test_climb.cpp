#include "check.hpp"
#include "climb.hpp"
#include "constants.hpp"
#include "each.hpp"
#include "factorisation.hpp"
#include "naive.hpp"

#include <atomic>
#include <cmath>
#include <stdexcept>

using namespace naive;

// Plain EM for dense covariances: one round from log_weights, means and factors of `m`.
static double round_of(Mixture &m, const Numbers &rows, const Numbers &row_weights, Numbers &weights,
                       Numbers &covariances) {
    const Index K = m.K, D = m.D;
    const Moments moments = moments_of(m, rows, row_weights);
    double total = 0;
    for (const double count : moments.counts) total += count;
    for (Index k = 0; k < K; ++k) {
        const double count = moments.counts[k];
        weights[k] = count / total;
        for (Index i = 0; i < D; ++i) m.means[k * D + i] += moments.first[k * D + i] / count;
        for (Index i = 0; i < D; ++i)
            for (Index j = 0; j < D; ++j)
                covariances[(k * D + i) * D + j] = moments.second[(k * D + i) * D + j] / count -
                                                   moments.first[k * D + i] / count * moments.first[k * D + j] / count;
    }
    return moments.log_likelihood;
}

TEST(climb_makes_the_rounds_of_plain_loops) {
    for (const Index D : {1, 2, 4, 9})
        for (const Index K : {1, 3}) {
            const Index N = 400, n_rounds = 4;
            Mixture m = random_mixture(K, D);
            const Numbers rows = random_rows(m, N), row_weights = random_weights(N);
            Numbers weights(K, 1.0 / double(K)), means = m.means, covariances(K * D * D), trace(n_rounds + 1);
            std::vector<long long> exponents(n_rounds + 1), expected_exponents;
            for (Index k = 0; k < K; ++k)
                for (Index i = 0; i < D; ++i) covariances[(k * D + i) * D + i] = 1;
            Numbers expected_weights = weights, expected_covariances = covariances, expected_trace;
            for (Index round = 0; round <= n_rounds; ++round) {
                Numbers log_determinants(K), scales;
                mogul::factorise(expected_covariances.data(), K, D,
                                 {m.factors.data(), m.whitening.data(), log_determinants.data()});
                for (Index i = 0; i < K * D; ++i) scales.push_back(m.whitening[i * D + i % D]);
                expected_exponents.push_back(
                    mogul::constants(expected_weights.data(), scales.data(), K, D, m.constants.data()));
                expected_trace.push_back(round == n_rounds
                                             ? moments_of(m, rows, row_weights).log_likelihood
                                             : round_of(m, rows, row_weights, expected_weights, expected_covariances));
            }
            const mogul::Climbed climbed = mogul::climb(
                {mogul::full_form(), view_of(rows, N, D), row_weights.data(), K, nullptr, 0.0, n_rounds, 1},
                {weights.data(), means.data(), covariances.data()}, trace.data(), exponents.data());
            CHECK(climbed.n_rounds == n_rounds && climbed.end == mogul::ClimbEnd::all_rounds);
            CHECK(exponents == expected_exponents);
            check::all_close(__FILE__, __LINE__, trace, expected_trace, 1e-11);
            check::all_close(__FILE__, __LINE__, weights, expected_weights, 1e-10);
            check::all_close(__FILE__, __LINE__, means, m.means, 1e-10);
            check::all_close(__FILE__, __LINE__, covariances, expected_covariances, 1e-10);
        }
}

TEST(climb_of_a_batch_is_the_same_for_every_number_of_threads) {
    const Index C = 40, K = 3, D = 2, N = 600;
    const Mixture m = random_mixture(K, D);
    const Numbers rows = random_rows(m, N);
    Numbers results[2];
    for (const int n_threads : {1, 4}) {
        Numbers weights(C * K, 1.0 / double(K)), means, variances(C * K, 1.0), traces(C * 21);
        std::vector<long long> exponents(C * 21), n_rounds(C, 20), ends(C);
        for (Index c = 0; c < C; ++c)
            for (Index i = 0; i < K * D; ++i) means.push_back(m.means[i] + 0.01 * double(c));
        mogul::climb_all({mogul::spherical_form(), view_of(rows, N, D), nullptr, C, K, nullptr, nullptr, true, 0.0,
                          std::vector<long long>(C, 20).data(), n_threads},
                         {{weights.data(), means.data(), variances.data()},
                          traces.data(),
                          exponents.data(),
                          21,
                          n_rounds.data(),
                          ends.data()});
        results[n_threads > 1] = traces;
    }
    CHECK(results[0] == results[1]);
}

TEST(each_piece_is_done_once_and_the_first_failure_is_thrown) {
    std::vector<std::atomic<int>> seen(1000);
    mogul::for_each_piece(1000, 1e9, 4, [&](Index i) { ++seen[i]; });
    for (const auto &times : seen) CHECK(times == 1);
    bool thrown = false;
    try {
        mogul::for_each_piece(1000, 1e9, 4, [](Index i) {
            if (i == 7) throw std::runtime_error("seven");
        });
    } catch (const std::runtime_error &) {
        thrown = true;
    }
    CHECK(thrown);
}
