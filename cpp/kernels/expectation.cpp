#include "expectation.hpp"

#include "centring.hpp"
#include "chunks.hpp"
#include "levels.hpp"
#include "lifting.hpp"
#include "memory.hpp"
#include "rounding.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace mogul {

namespace {

constexpr Index triangle(Index D) { return D * (D + 1) / 2; }

// What a form has of its own in a pass.
struct FormPass {
    const ExpectKernel &kernel;
    std::optional<WhiteningForm> whitening; // none: the kernel computes in float64 only
    Index n_second;                         // sums beside log_likelihood, counts and first
    double per_component;                   // nanoseconds of a row
};

Index n_sums_of(const Components &c, const FormPass &form) {
    return 1 + c.n_components * (1 + c.n_features) + form.n_second;
}

Aligned<double> sum_in_given_precision(const FormPass &form, const ExpectTask &task, int n_threads) {
    const Index K = task.components.n_components, n_sums = n_sums_of(task.components, form);
    const ExpectKernel &kernel = form.kernel;
    Aligned<double> total = aligned<double>(n_sums);
    std::fill_n(total.get(), n_sums, 0.0);
    const double work = static_cast<double>(task.rows.n_rows) * static_cast<double>(K) * form.per_component;
    for_each_chunk(
        {task.rows.n_rows, n_sums, kernel.scratch(task), work, n_threads},
        [&](Index begin, Index end, double *sums, char *scratch) { kernel.add(task, begin, end, sums, scratch); },
        total.get());
    return total;
}

// Whether float32 was enough: nothing overflowed, and no component seems to have lost all its rows.
bool is_sound(const double *total, Index n_sums, Index K) {
    return std::all_of(total + 1, total + 1 + K, [](double count) { return count > 0; }) &&
           std::all_of(total, total + n_sums, [](double sum) { return std::isfinite(sum); });
}

// Sums of all rows: log_likelihood, counts, first, and n_second more.
Aligned<double> sum_rows(const FormPass &form, const ExpectTask &task, int n_threads) {
    if (task.in_float32 && form.whitening && weights_fit(task.row_weights, task.rows.n_rows)) {
        const Rounding rounding(task.components, *form.whitening);
        if (rounding.components()) {
            ExpectTask rounded = task;
            rounded.rounded = rounding.components();
            Aligned<double> total = sum_in_given_precision(form, rounded, n_threads);
            total[0] -= rounding.excess(total.get() + 1);
            if (is_sound(total.get(), n_sums_of(task.components, form), task.components.n_components)) return total;
        }
    }
    return sum_in_given_precision(form, task, n_threads);
}

// Copies log_likelihood and counts; returns where `first` begins.
const double *begin_moments(const double *total, Index K, Moments &moments) {
    moments.log_likelihood = total[0];
    std::copy_n(total + 1, K, moments.counts);
    return total + 1 + K;
}

// The sums of rows that are lifted (see lifting.hpp) brought back to moments; false where that would not be precise.
bool expect_lifted(const ExpectTask &given, Lift lift, int n_threads, double *packed, Moments &moments) {
    const bool single = given.in_float32 && weights_fit(given.row_weights, given.rows.n_rows);
    for (const bool in_float32 : {true, false}) {
        if (in_float32 && !single) continue;
        const Lifting lifting(given.components, lift, in_float32);
        if (!lifting.applies()) continue;
        const LiftedTask task = lifting.task(given);
        const KernelTable &table = kernels();
        const Aligned<double> total = aligned<double>(lifting.n_sums());
        std::fill_n(total.get(), lifting.n_sums(), 0.0);
        const double n = static_cast<double>(given.rows.n_rows) * static_cast<double>(given.components.n_components);
        const double work = n * (2 + 0.05 * static_cast<double>(lifted_features(lift, given.rows.n_features)));
        for_each_chunk(
            {given.rows.n_rows, lifting.n_sums(), table.expect_lifted_scratch(task), work, n_threads},
            [&](Index begin, Index end, double *sums, char *scratch) {
                table.expect_lifted(task, begin, end, sums, scratch);
            },
            total.get());
        if (!lifting.is_sound(total.get())) continue;
        lifting.tell(total.get(), packed, moments);
        return true;
    }
    return false;
}

} // namespace

void expect_full(const ExpectTask &task, const double *factors, int n_threads, Moments &moments) {
    const Index K = task.components.n_components, D = task.components.n_features;
    const KernelTable &table = kernels();
    const Aligned<char> scratch = aligned<char>(table.unwhiten_scratch(D));
    const double work = 8 + 0.06 * static_cast<double>(D * D);
    const FormPass form{table.expect_full, WhiteningForm::matrix(D), K * triangle(D), work};
    const Aligned<double> total = sum_rows(form, task, n_threads);
    const double *first = begin_moments(total.get(), K, moments), *inner = first + K * D;
    for (Index k = 0; k < K; ++k) {
        const double *factor = factors + k * D * D;
        table.unwhiten_first(factor, first + k * D, D, moments.first + k * D);
        table.unwhiten(factor, inner + k * triangle(D), D, moments.second + k * D * D, scratch.get());
    }
}

void expect_tied(const ExpectTask &given, const double *factors, int n_threads, Moments &moments) {
    const Index K = given.components.n_components, D = given.components.n_features;
    const KernelTable &table = kernels();
    const Aligned<char> scratch = aligned<char>(table.unwhiten_scratch(D));
    const Aligned<double> first = aligned<double>(K * D), inner = aligned<double>(triangle(D));
    Moments whitened{0, moments.counts, first.get(), nullptr};
    if (!expect_lifted(given, Lift::tied, n_threads, inner.get(), whitened)) {
        const Centring centring(given.components);
        const ExpectTask task{given.rows, given.row_weights, centring.components(), given.in_float32};
        const FormPass form{table.expect_tied, std::nullopt, triangle(D), 4 + 0.1 * static_cast<double>(D * D)};
        const Aligned<double> total = sum_rows(form, task, n_threads);
        const double *sums = begin_moments(total.get(), K, whitened);
        std::copy_n(sums, K * D, first.get());
        std::copy_n(sums + K * D, triangle(D), inner.get());
    }
    moments.log_likelihood = whitened.log_likelihood;
    for (Index k = 0; k < K; ++k) table.unwhiten_first(factors, first.get() + k * D, D, moments.first + k * D);
    table.unwhiten(factors, inner.get(), D, moments.second, scratch.get());
}

void expect_diagonal(const ExpectTask &task, int n_threads, Moments &moments) {
    if (expect_lifted(task, Lift::diagonal, n_threads, nullptr, moments)) return;
    const Components &c = task.components;
    const Index K = c.n_components, D = c.n_features;
    const double work = 4 + static_cast<double>(D) / 2;
    const FormPass form{kernels().expect_diagonal, std::nullopt, K * D, work};
    const Aligned<double> total = sum_rows(form, task, n_threads);
    const double *first = begin_moments(total.get(), K, moments), *second = first + K * D;
    for (Index i = 0; i < K * D; ++i) {
        moments.first[i] = first[i] / c.whitening[i];
        moments.second[i] = second[i] / c.whitening[i] / c.whitening[i];
    }
}

void expect_spherical(const ExpectTask &task, int n_threads, Moments &moments) {
    if (expect_lifted(task, Lift::spherical, n_threads, nullptr, moments)) return;
    const Components &c = task.components;
    const Index K = c.n_components, D = c.n_features;
    const double work = 4 + static_cast<double>(D) / 2;
    const FormPass form{kernels().expect_spherical, std::nullopt, K, work};
    const Aligned<double> total = sum_rows(form, task, n_threads);
    const double *first = begin_moments(total.get(), K, moments), *second = first + K * D;
    std::copy_n(first, K * D, moments.first);
    for (Index k = 0; k < K; ++k) moments.second[k] = second[k] / c.whitening[k] / c.whitening[k];
}

} // namespace mogul
