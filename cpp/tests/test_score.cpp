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
