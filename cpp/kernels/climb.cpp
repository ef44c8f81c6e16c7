#include "climb.hpp"

#include "constants.hpp"
#include "each.hpp"
#include "entry.hpp"
#include "memory.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

namespace mogul {

namespace {

using Order = std::vector<Index>;

// A mixture in canonical order, with the number that each component has in the mixture given.
struct Sorted {
    Aligned<double> memory;
    Parameters parameters;
    Order numbers;

    Sorted(Index K, Index D, Index sizes)
        : memory(aligned<double>(K + K * D + sizes)),
          parameters{memory.get(), memory.get() + K, memory.get() + K + K * D},
          numbers(static_cast<std::size_t>(K)) {}
};

class Climber {
public:
    explicit Climber(const ClimbTask &task)
        : task_(task),
          K_(task.n_components),
          D_(task.rows.n_features),
          sizes_(task.form.sizes(K_, D_)),
          current_(K_, D_, sizes_),
          next_(K_, D_, sizes_),
          constrainer_(task.constraint, K_, D_),
          memory_(aligned<double>(2 * K_ + 3 * K_ * D_ + 3 * sizes_ + task.form.size(D_))) {
        double *at = memory_.get();
        constants_ = std::exchange(at, at + K_);
        moments_.counts = std::exchange(at, at + K_);
        whitened_.scales = std::exchange(at, at + K_ * D_);
        moments_.first = std::exchange(at, at + K_ * D_);
        shift_ = std::exchange(at, at + K_ * D_);
        moments_.second = std::exchange(at, at + sizes_);
        whitened_.whitening = std::exchange(at, at + sizes_);
        whitened_.factors = std::exchange(at, at + sizes_);
        spare_ = at;
    }

    Climbed climb(const Parameters &mixture, double *trace, long long *exponents) {
        copy(mixture, current_.parameters);
        std::iota(current_.numbers.begin(), current_.numbers.end(), Index(0));
        sort(current_);
        ClimbEnd end = pass(current_.parameters);
        trace[0] = moments_.log_likelihood;
        exponents[0] = exponent_;
        Index n_rounds = 0;
        while (end == ClimbEnd::all_rounds && n_rounds < task_.n_rounds) {
            end = round();
            if (end != ClimbEnd::all_rounds) break;
            std::swap(current_, next_);
            trace[++n_rounds] = moments_.log_likelihood;
            exponents[n_rounds] = exponent_;
            if (is_settled(trace, exponents, n_rounds)) end = ClimbEnd::settled;
        }
        give_back(mixture);
        return {n_rounds, end};
    }

private:
    // current_ -> next_
    ClimbEnd round() {
        const ClimbEnd end = maximise();
        if (end != ClimbEnd::all_rounds) return end;
        next_.numbers = current_.numbers;
        sort(next_);
        return pass(next_.parameters);
    }

    // E-step: writes moments_.
    ClimbEnd pass(const Parameters &p) {
        moments_.log_likelihood = NAN;
        if (!task_.form.whiten(p.covariances, K_, D_, whitened_)) return ClimbEnd::not_positive_definite;
        exponent_ = constants(p.weights, whitened_.scales, K_, D_, constants_);
        task_.form.expect({task_.rows, task_.row_weights, {constants_, p.means, whitened_.whitening, K_, D_}},
                          whitened_.factors, task_.n_threads, moments_);
        return std::isfinite(moments_.log_likelihood) ? ClimbEnd::all_rounds : ClimbEnd::not_finite;
    }

    // M-step: moments_ about current_ -> next_, in the order of current_.
    ClimbEnd maximise() {
        const Parameters &from = current_.parameters, &to = next_.parameters;
        total_ = 0;
        for (Index k = 0; k < K_; ++k) {
            if (!(moments_.counts[k] > 0)) return ClimbEnd::no_rows;
            total_ += moments_.counts[k];
        }
        for (Index k = 0; k < K_; ++k) to.weights[k] = moments_.counts[k] / total_;
        for (Index i = 0; i < K_ * D_; ++i) {
            shift_[i] = moments_.first[i] / moments_.counts[i / D_];
            to.means[i] = from.means[i] + shift_[i];
        }
        task_.form.average({moments_.counts, shift_, total_}, moments_.second, task_.widening, K_, D_, to.covariances);
        if (!constrainer_.apply(moments_.counts, from.covariances, to.covariances)) return ClimbEnd::not_constrained;
        if (task_.floor && !task_.form.clears(task_.floor, to.covariances, K_, D_, spare_))
            return ClimbEnd::below_floor;
        return ClimbEnd::all_rounds;
    }

    // Looks at the last objectives, all in the unit of the first.
    bool is_settled(const double *trace, const long long *exponents, Index n_rounds) const {
        if (task_.tolerance < 0) return false;
        double values[5];
        const Index n = std::min<Index>(n_rounds + 1, 5);
        for (Index i = 0; i < n; ++i) {
            const Index at = n_rounds + 1 - n + i;
            values[i] = trace[at] + total_ * (static_cast<double>(exponents[at] - exponents[0]) * std::log(2.0));
        }
        return has_settled(values, n, task_.tolerance);
    }

    // Canonical order: by means, then weight, then number.
    void sort(Sorted &mixture) {
        const Parameters &p = mixture.parameters;
        const auto before = [&](Index a, Index b) {
            for (Index d = 0; d < D_; ++d)
                if (p.means[a * D_ + d] != p.means[b * D_ + d]) return p.means[a * D_ + d] < p.means[b * D_ + d];
            if (p.weights[a] != p.weights[b]) return p.weights[a] < p.weights[b];
            return mixture.numbers[static_cast<std::size_t>(a)] < mixture.numbers[static_cast<std::size_t>(b)];
        };
        bool sorted = true;
        for (Index k = 1; k < K_; ++k) sorted = sorted && before(k - 1, k);
        if (sorted) return;
        Order order(static_cast<std::size_t>(K_));
        std::iota(order.begin(), order.end(), Index(0));
        std::sort(order.begin(), order.end(), before);
        Sorted result(K_, D_, sizes_);
        for (Index k = 0; k < K_; ++k) {
            const Index from = order[static_cast<std::size_t>(k)];
            copy_component(p, from, result.parameters, k);
            result.numbers[static_cast<std::size_t>(k)] = mixture.numbers[static_cast<std::size_t>(from)];
        }
        if (task_.form.pooled()) std::copy_n(p.covariances, sizes_, result.parameters.covariances);
        mixture = std::move(result);
    }

    // Components back to the numbers they had.
    void give_back(const Parameters &mixture) const {
        for (Index k = 0; k < K_; ++k)
            copy_component(current_.parameters, k, mixture, current_.numbers[static_cast<std::size_t>(k)]);
        if (task_.form.pooled()) std::copy_n(current_.parameters.covariances, sizes_, mixture.covariances);
    }

    void copy_component(const Parameters &from, Index k, const Parameters &to, Index j) const {
        const Index size = task_.form.size(D_);
        to.weights[j] = from.weights[k];
        std::copy_n(from.means + k * D_, D_, to.means + j * D_);
        if (!task_.form.pooled()) std::copy_n(from.covariances + k * size, size, to.covariances + j * size);
    }

    void copy(const Parameters &from, const Parameters &to) const {
        std::copy_n(from.weights, K_, to.weights);
        std::copy_n(from.means, K_ * D_, to.means);
        std::copy_n(from.covariances, sizes_, to.covariances);
    }

    const ClimbTask &task_;
    const Index K_, D_, sizes_;
    Sorted current_, next_;
    Constrainer constrainer_;
    Aligned<double> memory_;
    double *constants_, *shift_, *spare_;
    Index exponent_ = 0; // of the constants: see constants.hpp
    double total_ = 0;   // of the counts
    Moments moments_;
    Whitened whitened_;
};

// Roughly.
double nanoseconds_of(const ClimbBatch &batch) {
    double rounds = 0, rows = 0;
    for (Index c = 0; c < batch.n_mixtures; ++c) {
        const double n = batch.offsets ? static_cast<double>(batch.offsets[c + 1] - batch.offsets[c])
                                       : static_cast<double>(batch.rows.n_rows);
        rounds += static_cast<double>(batch.n_rounds[c]);
        rows += n * static_cast<double>(batch.n_rounds[c]);
    }
    const double K = static_cast<double>(batch.n_components), D = static_cast<double>(batch.rows.n_features);
    return 500 * rounds + rows * K * (3 + 0.05 * D * D);
}

} // namespace

Climbed climb(const ClimbTask &task, const Parameters &mixture, double *trace, long long *exponents) {
    return Climber(task).climb(mixture, trace, exponents);
}

void climb_all(const ClimbBatch &batch, const ClimbResults &results) {
    const Index C = batch.n_mixtures, K = batch.n_components, D = batch.rows.n_features;
    const Index sizes = batch.form.sizes(K, D), floor_step = batch.one_floor ? 0 : batch.form.size(D);
    const auto one = [&](Index c, int n_threads) {
        const Index begin = batch.offsets ? Index(batch.offsets[c]) : 0;
        const Index end = batch.offsets ? Index(batch.offsets[c + 1]) : batch.rows.n_rows;
        const Parameters &all = results.mixtures;
        const Climbed climbed =
            climb({batch.form, part_of(batch.rows, begin, end), batch.row_weights ? batch.row_weights + begin : nullptr,
                   K, batch.floors ? batch.floors + c * floor_step : nullptr, batch.widening, Index(batch.n_rounds[c]),
                   n_threads, batch.constraint, batch.tolerance},
                  {all.weights + c * K, all.means + c * K * D, all.covariances + c * sizes},
                  results.traces + c * results.trace_step, results.exponents + c * results.trace_step);
        results.n_rounds[c] = climbed.n_rounds;
        results.ends[c] = static_cast<long long>(climbed.end);
    };
    if (C == 1) return one(0, batch.n_threads);
    for_each_piece(C, nanoseconds_of(batch), batch.n_threads, [&](Index c) { one(c, 1); });
}

} // namespace mogul
