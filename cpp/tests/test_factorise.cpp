#include "check.hpp"
#include "factorisation.hpp"
#include "naive.hpp"

using namespace naive;

static Numbers product(const Numbers &L, Index K, Index D) {
    Numbers A(K * D * D);
    for (Index k = 0; k < K; ++k)
        for (Index i = 0; i < D; ++i)
            for (Index j = 0; j < D; ++j)
                for (Index l = 0; l < D; ++l) A[(k * D + i) * D + j] += L[(k * D + i) * D + l] * L[(k * D + j) * D + l];
    return A;
}

TEST(factorise_recovers_factors_and_their_inverses) {
    for (const Index D : {1, 2, 3, 4, 5, 9, 16, 33}) {
        const Mixture m = random_mixture(3, D);
        Numbers L(3 * D * D), P(3 * D * D), log_determinants(3);
        CHECK(mogul::factorise(product(m.factors, 3, D).data(), 3, D, {L.data(), P.data(), log_determinants.data()}) ==
              -1);
        // The factors of a rounded product lose its condition.
        check::all_close(__FILE__, __LINE__, L, m.factors, 1e-9);
        check::all_close(__FILE__, __LINE__, P, m.whitening, 1e-9);
        for (Index k = 0; k < 3; ++k) {
            double expected = 0;
            for (Index i = 0; i < D; ++i) expected += 2 * std::log(L[(k * D + i) * D + i]);
            CHECK_CLOSE(log_determinants[k], expected);
        }
    }
}

TEST(factorise_names_the_first_matrix_that_is_not_positive_definite) {
    Numbers A = {1, 0, 0, 1, 1, 2, 2, 1, 0, 0, 0, 0}, L(12), P(12), log_determinants(3);
    CHECK(mogul::factorise(A.data(), 3, 2, {L.data(), P.data(), log_determinants.data()}) == 1);
}
