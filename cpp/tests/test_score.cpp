#include "check.hpp"
#include "naive.hpp"

using namespace naive;

using Score = void (*)(const mogul::ScoreTask &, int);

static void compare(Score score, const Mixture &m, const Numbers &whitening, Index N, int n_threads) {
    const Numbers rows = random_rows(m, N);
    const Joint expected = joint_of(m, rows);
    Numbers joint(N * m.K), log_density(N), responsibilities(N * m.K), exact(N * m.K);
    std::vector<long long> labels(N);
    score({view_of(rows, N, m.D),
           {m.constants.data(), m.means.data(), whitening.data(), m.K, m.D},
           {joint.data(), log_density.data(), responsibilities.data(), labels.data()}},
          n_threads);
    for (Index i = 0; i < N * m.K; ++i) exact[i] = std::exp(expected.joint[i] - expected.log_density[i / m.K]);
    CHECK_ALL_CLOSE(joint, expected.joint);
    CHECK_ALL_CLOSE(log_density, expected.log_density);
    check::all_close(__FILE__, __LINE__, responsibilities, exact, 1e-11); // exp of an error in the joint of 1e-12
    for (Index n = 0; n < N; ++n)
        for (Index k = 0; k < m.K; ++k) CHECK(joint[n * m.K + labels[n]] >= joint[n * m.K + k]);
}

static Numbers diagonal_of(const Mixture &m) {
    Numbers out(m.K * m.D);
    for (Index i = 0; i < m.K * m.D; ++i) out[i] = m.whitening[i * m.D + i % m.D];
    return out;
}

static Numbers scale_of(const Mixture &m) {
    Numbers out(m.K);
    for (Index k = 0; k < m.K; ++k) out[k] = m.whitening[k * m.D * m.D];
    return out;
}

static void compare_all(Index N, Index K, Index D, int n_threads) {
    const Mixture full = random_mixture(K, D), tied = random_mixture(K, D, true),
                  diagonal = random_mixture(K, D, false, true), spherical = random_mixture(K, D, false, true, true);
    compare(mogul::score_full, full, full.whitening, N, n_threads);
    compare(mogul::score_tied, tied, tied.whitening, N, n_threads);
    compare(mogul::score_diagonal, diagonal, diagonal_of(diagonal), N, n_threads);
    compare(mogul::score_spherical, spherical, scale_of(spherical), N, n_threads);
}

TEST(scores_equal_plain_loops) {
    for (const Index D : {1, 2, 7, 16})
        for (const Index K : {1, 4})
            for (const Index N : {1, 33, 300, 1025}) compare_all(N, K, D, 1);
}

TEST(scores_equal_plain_loops_with_threads) { compare_all(60000, 3, 4, 4); }

static void compare_regression(Index N, Index K, Index D, Index M, int n_threads) {
    const Mixture m = random_mixture(K, D);
    const Numbers rows = random_rows(m, N);
    const Joint joint = joint_of(m, rows);
    std::mt19937_64 random(9);
    std::normal_distribution<double> normal;
    Numbers slopes(K * M * D), centres(K * M), centre(D), expected(N * M), log_density(N), exact(N * M);
    for (Numbers *numbers : {&slopes, &centres, &centre})
        for (double &number : *numbers) number = normal(random);
    for (Index n = 0; n < N; ++n)
        for (Index k = 0; k < K; ++k)
            for (Index o = 0; o < M; ++o) {
                double line = centres[k * M + o];
                for (Index d = 0; d < D; ++d) line += slopes[(k * M + o) * D + d] * (rows[n * D + d] - centre[d]);
                exact[n * M + o] += std::exp(joint.joint[n * K + k] - joint.log_density[n]) * line;
            }
    mogul::regress_full({view_of(rows, N, D),
                         {m.constants.data(), m.means.data(), m.whitening.data(), K, D},
                         slopes.data(),
                         centres.data(),
                         centre.data(),
                         M,
                         expected.data(),
                         log_density.data()},
                        n_threads);
    CHECK_ALL_CLOSE(log_density, joint.log_density);
    check::all_close(__FILE__, __LINE__, expected, exact, 1e-10); // of lines times exp of an error of 1e-12
}

TEST(regressions_equal_plain_loops) {
    for (const Index D : {1, 2, 7, 16})
        for (const Index K : {1, 4})
            for (const Index N : {1, 33, 300, 1025}) compare_regression(N, K, D, 1 + N % 3, 1);
}

TEST(regressions_equal_plain_loops_with_threads) { compare_regression(60000, 3, 4, 2, 4); }
