#include "check.hpp"
#include "grouping.hpp"
#include "levels.hpp"
#include "naive.hpp"
#include "truncation.hpp"

#include <algorithm>
#include <numeric>

using namespace naive;

struct Grouped {
    std::vector<long long> edges;
    std::vector<int> members;

    Grouped(const std::vector<int> &keys, Index n_groups) : edges(n_groups + 1), members(keys.size()) {
        mogul::group(keys.data(), Index(keys.size()), n_groups, edges.data(), members.data());
    }

    mogul::Groups view() const { return {edges.data(), members.data()}; }
};

TEST(groups_hold_the_numbers_of_equal_keys_in_order) {
    const Grouped grouped({2, 0, -1, 2, 0, 2}, 4);
    CHECK((grouped.edges == std::vector<long long>{0, 2, 2, 5, 5}));
    CHECK((std::vector<int>(grouped.members.begin(), grouped.members.begin() + 5) == std::vector<int>{1, 4, 0, 3, 5}));
}

static void compare(Index N, Index K, Index D, Index C, int n_threads) {
    const Mixture m = random_mixture(K, D);
    const Numbers rows = random_rows(m, N), weights = random_weights(N);
    const mogul::Components components = {m.constants.data(), m.means.data(), m.whitening.data(), K, D};
    const mogul::TruncatedKernel &kernel = mogul::kernels().truncated_full;

    // Every row tries every component.
    const Grouped rows_by_list(std::vector<int>(N, 0), 1);
    std::vector<int> everything(K), kept(N * C, -1);
    std::iota(everything.begin(), everything.end(), 0);
    Numbers joint(N * C, -INFINITY);
    const mogul::Rows view = view_of(rows, N, D);
    mogul::search(kernel, {view, components, rows_by_list.view(), everything.data(), K, kept.data(), joint.data(), C},
                  0, 1, n_threads);
    const Joint expected = joint_of(m, rows);
    for (Index n = 0; n < N; ++n) {
        std::vector<int> best = everything;
        const double *all = &expected.joint[n * K];
        std::stable_sort(best.begin(), best.end(), [all](int a, int b) { return all[a] > all[b]; });
        for (Index c = 0; c < C; ++c) {
            CHECK(kept[n * C + c] == best[c]);
            CHECK_CLOSE(joint[n * C + c], all[best[c]]);
        }
    }

    // What is kept is recalled in any order, and sorted again.
    std::vector<int> turned = kept;
    Numbers recalled(N * C, -INFINITY);
    for (Index n = 0; n < N; ++n) std::reverse(&turned[n * C], &turned[n * C] + C);
    const Grouped turned_pairs(turned, K);
    mogul::recall(kernel, {view, components, turned_pairs.view(), C, recalled.data()}, 0, K, n_threads);
    mogul::order_kept(turned.data(), recalled.data(), N, C, n_threads);
    CHECK(turned == kept);
    CHECK(recalled == joint);

    // Moments of the posterior among what is kept.
    double free_energy = 0;
    Numbers counts(K), first(K * D), second(K * D * (D + 1) / 2), expected_counts(K), expected_first(K * D),
        expected_second(K * D * (D + 1) / 2);
    for (Index n = 0; n < N; ++n) {
        double total = 0;
        for (Index c = 0; c < C; ++c) total += std::exp(joint[n * C + c] - joint[n * C]);
        free_energy += weights[n] * (joint[n * C] + std::log(total));
        for (Index c = 0; c < C; ++c) {
            const Index k = kept[n * C + c];
            const double r = weights[n] * std::exp(joint[n * C + c] - joint[n * C]) / total;
            const double *z = &expected.z[(n * K + k) * D];
            expected_counts[k] += r;
            for (Index i = 0; i < D; ++i) {
                expected_first[k * D + i] += r * z[i];
                for (Index j = 0; j <= i; ++j)
                    expected_second[k * D * (D + 1) / 2 + i * (i + 1) / 2 + j] += r * z[i] * z[j];
            }
        }
    }
    check::close(__FILE__, __LINE__, mogul::weigh_kept({weights.data(), joint.data(), N, C}, n_threads), free_energy,
                 double(N), 1e-12);
    const Grouped pairs(kept, K);
    mogul::add_kept(kernel,
                    {view, components, pairs.view(), joint.data(), C, counts.data(), first.data(), second.data()}, 0, K,
                    n_threads);
    CHECK_ALL_CLOSE(counts, expected_counts);
    CHECK_ALL_CLOSE(first, expected_first);
    CHECK_ALL_CLOSE(second, expected_second);
}

TEST(a_truncated_pass_equals_plain_loops) {
    for (const Index D : {1, 2, 5, 6, 13})
        for (const Index K : {1, 3, 20})
            for (const Index N : {1, 31, 33, 257, 1025}) compare(N, K, D, std::min<Index>(K, 4), 1);
}

TEST(a_truncated_pass_equals_plain_loops_with_threads) { compare(20000, 20, 5, 4, 4); }
