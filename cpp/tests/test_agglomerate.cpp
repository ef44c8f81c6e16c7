#include "agglomerate.hpp"
#include "check.hpp"
#include "naive.hpp"

#include <set>

using namespace naive;

namespace {

using Agglomerate = void(const mogul::AgglomerateTask &, long long *, double *);

Agglomerate *const all[] = {mogul::agglomerate_eii, mogul::agglomerate_vii, mogul::agglomerate_eee,
                            mogul::agglomerate_vvv};

struct Tree {
    std::vector<long long> merges;
    Numbers costs;
};

Tree tree_of(Agglomerate *agglomerate, const Numbers &rows, Index N, Index D, int n_threads) {
    const Numbers row_weights(N, 1.0);
    Tree tree{std::vector<long long>(2 * (N - 1)), Numbers(N - 1)};
    agglomerate({view_of(rows, N, D), row_weights.data(), n_threads}, tree.merges.data(), tree.costs.data());
    return tree;
}

} // namespace

TEST(every_cluster_is_merged_once) {
    for (const Index N : {1, 2, 31, 33, 300})
        for (const Index D : {1, 3}) {
            const Numbers rows = random_rows(random_mixture(3, D), N);
            for (Agglomerate *const agglomerate : all) {
                const Tree tree = tree_of(agglomerate, rows, N, D, 2);
                const std::set<long long> merged(tree.merges.begin(), tree.merges.end());
                CHECK(Index(merged.size()) == 2 * (N - 1));
                CHECK(N == 1 || (*merged.begin() == 0 && *merged.rbegin() == 2 * N - 3));
                for (Index t = 0; t < N - 1; ++t) {
                    CHECK(tree.merges[2 * t] < tree.merges[2 * t + 1]);
                    CHECK(tree.merges[2 * t + 1] < N + t);
                }
            }
        }
}

TEST(groups_far_apart_are_merged_last) {
    const Index N = 120, D = 2;
    Numbers rows = random_rows(random_mixture(1, D), N);
    for (Index n = 0; n < N; ++n) rows[n * D] += 1000.0 * double(n % 3);
    for (Agglomerate *const agglomerate : all) {
        const Tree tree = tree_of(agglomerate, rows, N, D, 1);
        std::vector<Index> group(2 * N - 1);
        for (Index n = 0; n < N; ++n) group[n] = n % 3;
        for (Index t = 0; t < N - 3; ++t) {
            CHECK(group[tree.merges[2 * t]] == group[tree.merges[2 * t + 1]]);
            group[N + t] = group[tree.merges[2 * t]];
        }
    }
}

TEST(threads_do_not_change_a_hierarchy) {
    const Index N = 900, D = 4;
    const Numbers rows = random_rows(random_mixture(4, D), N);
    for (Agglomerate *const agglomerate : all) {
        const Tree one = tree_of(agglomerate, rows, N, D, 1), more = tree_of(agglomerate, rows, N, D, 4);
        CHECK(one.merges == more.merges);
        CHECK(one.costs == more.costs);
    }
}
