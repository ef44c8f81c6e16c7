// Small fixed pieces of work for every kernel, run under valgrind's callgrind, which counts their instructions. What
// prepares a case is not counted. See counts.py beside this file.
#include "climb.hpp"
#include "grouping.hpp"
#include "kmeans.hpp"
#include "levels.hpp"
#include "naive.hpp"
#include "truncation.hpp"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <numeric>
#include <string>
#include <valgrind/callgrind.h>

using namespace naive;

static void count(const std::string &name, const std::function<void()> &work) {
    std::fprintf(stderr, "%s\n", name.c_str());
    CALLGRIND_TOGGLE_COLLECT;
    work();
    CALLGRIND_TOGGLE_COLLECT;
    CALLGRIND_DUMP_STATS_AT(name.c_str());
}

static std::string sized(const char *what, Index N, Index D, Index K) {
    return std::string(what) + " " + std::to_string(N) + " x " + std::to_string(D) + ", K = " + std::to_string(K);
}

enum class Form { full, tied, diagonal, spherical };

static const char *name_of(Form form) {
    constexpr const char *names[] = {"full", "tied", "diag", "spherical"};
    return names[int(form)];
}

// A random mixture of a form, and rows near its means.
struct Problem {
    Form form;
    Index N;
    Mixture mixture;
    Numbers rows, whitening, origin, centres;

    Problem(Form form, Index N, Index D, Index K)
        : form(form),
          N(N),
          mixture(random_mixture(K, D, form == Form::tied, form >= Form::diagonal, form == Form::spherical)),
          rows(random_rows(mixture, N)),
          whitening(mixture.whitening),
          origin(D),
          centres(K * D) {
        if (form == Form::diagonal || form == Form::spherical) {
            const Index each = form == Form::diagonal ? D : 1;
            whitening.resize(K * each);
            for (Index k = 0; k < K; ++k)
                for (Index i = 0; i < each; ++i) whitening[k * each + i] = mixture.whitening[(k * D + i) * D + i];
        }
        for (Index k = 0; k < K; ++k)
            for (Index i = 0; i < D; ++i)
                for (Index j = 0; j <= i; ++j)
                    centres[k * D + i] += mixture.whitening[i * D + j] * mixture.means[k * D + j];
    }

    mogul::Rows view() const { return view_of(rows, N, mixture.D); }

    mogul::Components components() const {
        mogul::Components out = {mixture.constants.data(), mixture.means.data(), whitening.data(), mixture.K,
                                 mixture.D};
        if (form == Form::tied) out.origin = origin.data(), out.centres = centres.data();
        return out;
    }
};

static void count_expect(Form form, Index N, Index D, Index K, bool single = false) {
    const Problem p(form, N, D, K);
    Numbers counts(K), first(K * D), second(K * D * D);
    mogul::Moments moments{0, counts.data(), first.data(), second.data()};
    const std::vector<float> short_rows(p.rows.begin(), p.rows.end());
    mogul::Rows rows = p.view();
    if (single) rows = {reinterpret_cast<const char *>(short_rows.data()), N, D, D * 4, 4, true};
    const mogul::ExpectTask task{rows, nullptr, p.components(), single};
    const std::string what = std::string("expect ") + name_of(form) + (single ? " float32" : "");
    count(sized(what.c_str(), N, D, K), [&] {
        if (form == Form::full) mogul::expect_full(task, p.mixture.factors.data(), 1, moments);
        if (form == Form::tied) mogul::expect_tied(task, p.mixture.factors.data(), 1, moments);
        if (form == Form::diagonal) mogul::expect_diagonal(task, 1, moments);
        if (form == Form::spherical) mogul::expect_spherical(task, 1, moments);
    });
}

static void count_score(Form form, Index N, Index D, Index K) {
    const Problem p(form, N, D, K);
    Numbers log_density(N);
    const mogul::ScoreTask task{p.view(), p.components(), {nullptr, log_density.data(), nullptr, nullptr}};
    constexpr decltype(&mogul::score_full) kernels[] = {mogul::score_full, mogul::score_tied, mogul::score_diagonal,
                                                        mogul::score_spherical};
    count(sized((std::string("score ") + name_of(form)).c_str(), N, D, K), [&] { kernels[int(form)](task, 1); });
}

static void count_regress(Index N, Index D, Index K, Index M) {
    const Problem p(Form::full, N, D, K);
    const Numbers slopes(K * M * D, 0.5), centres(K * M, 1.0), centre(D);
    Numbers expected(N * M), log_density(N);
    const mogul::RegressTask task{p.view(), p.components(),  slopes.data(),     centres.data(), centre.data(),
                                  M,        expected.data(), log_density.data()};
    count(sized("regress full", N, D, K), [&] { mogul::regress_full(task, 1); });
}

static void count_climb(Form form, Index N, Index D, Index K, Index n_rounds) {
    const Problem p(form, N, D, K);
    const Index size = form == Form::full || form == Form::tied ? D * D : form == Form::diagonal ? D : 1;
    Numbers weights(K, 1.0 / double(K)), means = p.mixture.means, covariances(K * size), trace(n_rounds + 1);
    std::vector<long long> exponents(n_rounds + 1);
    for (Index i = 0; i < K * size; ++i) covariances[i] = size == D * D ? i % size % (D + 1) == 0 : 1;
    const mogul::AbstractForm &kind = form == Form::full       ? mogul::full_form()
                                      : form == Form::tied     ? mogul::tied_form()
                                      : form == Form::diagonal ? mogul::diagonal_form()
                                                               : mogul::spherical_form();
    count(sized((std::string("climb ") + name_of(form)).c_str(), N, D, K), [&] {
        mogul::climb({kind, p.view(), nullptr, K, nullptr, 0.0, n_rounds, 1},
                     {weights.data(), means.data(), covariances.data()}, trace.data(), exponents.data());
    });
}

static void count_kmeans(Index N, Index D, Index K) {
    const Problem p(Form::full, N, D, K);
    constexpr Index kTrials = 4;
    Numbers row_weights(N, 1.0), uniform(1 + (K - 1) * kTrials);
    for (Index i = 0; i < Index(uniform.size()); ++i) uniform[i] = std::fmod(0.618034 * double(i + 1), 1.0);
    std::vector<long long> labels(N);
    count(sized("k-means", N, D, K),
          [&] { mogul::kmeans({p.view(), row_weights.data(), K, kTrials, uniform.data(), 10, 1}, labels.data()); });
}

// One truncated pass: each row searches a list of candidates, weighs what it keeps, and adds to their moments.
static void count_truncated(Form form, Index N, Index D, Index K, Index n_kept, Index list_length) {
    const Problem p(form, N, D, K);
    const mogul::KernelTable &table = mogul::kernels();
    const mogul::TruncatedKernel &kernel = form == Form::full       ? table.truncated_full
                                           : form == Form::diagonal ? table.truncated_diagonal
                                                                    : table.truncated_spherical;
    std::vector<int> keys(N), lists(K * list_length), members(N), pair_members(N * n_kept), kept(N * n_kept, -1);
    std::vector<long long> edges(K + 1), pair_edges(K + 1);
    for (Index n = 0; n < N; ++n) keys[n] = int(n % K); // random_rows puts row n near mean n % K
    for (Index i = 0; i < K * list_length; ++i) lists[i] = int((i / list_length + i % list_length) % K);
    Numbers joint(N * n_kept, -INFINITY), counts(K), first(K * D), second(K * D * D);
    count(sized((std::string("truncated ") + name_of(form)).c_str(), N, D, K), [&] {
        mogul::group(keys.data(), N, K, edges.data(), members.data());
        mogul::search(kernel,
                      {p.view(),
                       p.components(),
                       {edges.data(), members.data()},
                       lists.data(),
                       list_length,
                       kept.data(),
                       joint.data(),
                       n_kept},
                      0, K, 1);
        mogul::group(kept.data(), N * n_kept, K, pair_edges.data(), pair_members.data());
        const mogul::Groups pairs = {pair_edges.data(), pair_members.data()};
        mogul::recall(kernel, {p.view(), p.components(), pairs, n_kept, joint.data()}, 0, K, 1);
        mogul::order_kept(kept.data(), joint.data(), N, n_kept, 1);
        mogul::weigh_kept({nullptr, joint.data(), N, n_kept}, 1);
        mogul::group(kept.data(), N * n_kept, K, pair_edges.data(), pair_members.data());
        mogul::add_kept(
            kernel, {p.view(), p.components(), pairs, joint.data(), n_kept, counts.data(), first.data(), second.data()},
            0, K, 1);
    });
}

int main() {
    std::printf("SIMD level %s\n", mogul::kernels().level);
    count_expect(Form::full, 4096, 2, 8);
    count_expect(Form::full, 2048, 10, 16);
    count_expect(Form::full, 1024, 32, 16);
    count_expect(Form::full, 512, 64, 8);
    for (const Form form : {Form::full, Form::tied, Form::diagonal, Form::spherical})
        count_expect(form, 2048, 16, 16, true);
    for (const Form form : {Form::tied, Form::diagonal, Form::spherical}) count_expect(form, 2048, 10, 16);
    count_expect(Form::diagonal, 4096, 2, 8);
    for (const Form form : {Form::full, Form::tied, Form::diagonal, Form::spherical}) count_score(form, 2048, 10, 16);
    count_regress(2048, 10, 16, 2);
    for (const Form form : {Form::full, Form::tied, Form::diagonal, Form::spherical}) count_climb(form, 150, 4, 3, 10);
    count_kmeans(1024, 10, 16);
    for (const Form form : {Form::full, Form::diagonal, Form::spherical}) count_truncated(form, 2048, 16, 64, 5, 16);
}
