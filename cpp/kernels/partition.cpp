#include "partition.hpp"

#include "entry.hpp"

#include <algorithm>
#include <vector>

namespace mogul {

namespace {

using Numbers = std::vector<double>;

class Partition {
public:
    explicit Partition(const PartitionTask &task)
        : task_(task),
          K_(task.n_components),
          D_(task.rows.n_features),
          size_(task.form.size(D_)),
          counts_(numbers(K_)),
          shift_(numbers(K_ * D_)),
          none_(numbers(K_ * D_)),
          scatter_(numbers(task.form.sizes(K_, D_))),
          row_(numbers(D_)),
          origin_(numbers(D_)) {}

    bool turn_into(const Parameters &mixture) {
        if (!sum()) return false;
        add_scatter();
        double total = 0;
        for (const double count : counts_) total += count;
        if (!task_.form.pooled()) shrink(total);
        for (Index k = 0; k < K_; ++k) mixture.weights[k] = counts_[at(k)] / total;
        for (Index i = 0; i < K_ * D_; ++i) mixture.means[i] = origin_[at(i % D_)] + shift_[at(i)];
        task_.form.average({counts_.data(), none_.data(), total}, scatter_.data(), task_.widening, K_, D_,
                           mixture.covariances);
        Constrainer constrainer(task_.constraint, K_, D_);
        if (!constrainer.apply(counts_.data(), nullptr, mixture.covariances)) return false;
        Numbers spare = numbers(size_);
        return !task_.floor || task_.form.clears(task_.floor, mixture.covariances, K_, D_, spare.data());
    }

private:
    static std::size_t at(Index i) { return static_cast<std::size_t>(i); }
    static Numbers numbers(Index n) { return Numbers(at(n)); }

    // Counts, and means relative to the first row.
    bool sum() {
        const Index N = task_.rows.n_rows;
        for (Index d = 0; N > 0 && d < D_; ++d) origin_[at(d)] = entry(task_.rows, 0, d);
        for (Index n = 0; n < N; ++n) {
            const Index k = static_cast<Index>(task_.labels[n]);
            const double weight = task_.row_weights[n];
            counts_[at(k)] += weight;
            for (Index d = 0; d < D_; ++d)
                shift_[at(k * D_ + d)] += weight * (entry(task_.rows, n, d) - origin_[at(d)]);
        }
        for (Index i = 0; i < K_ * D_; ++i) {
            if (!(counts_[at(i / D_)] > 0)) return false;
            shift_[at(i)] /= counts_[at(i / D_)];
        }
        return true;
    }

    void add_scatter() {
        for (Index n = 0; n < task_.rows.n_rows; ++n) {
            const Index k = static_cast<Index>(task_.labels[n]);
            for (Index d = 0; d < D_; ++d)
                row_[at(d)] = (entry(task_.rows, n, d) - origin_[at(d)]) - shift_[at(k * D_ + d)];
            double *scatter = scatter_.data() + (task_.form.pooled() ? 0 : k * size_);
            task_.form.add_square(row_.data(), task_.row_weights[n], D_, scatter);
        }
    }

    void shrink(double total) {
        Numbers average = numbers(size_);
        for (Index i = 0; i < K_ * size_; ++i) average[at(i % size_)] += scatter_[at(i)];
        for (double &entry : average) entry /= total;
        for (Index k = 0; k < K_; ++k) {
            const double count = counts_[at(k)], worth = task_.rows_worth;
            if (!(count < 4 * worth)) continue;
            const double share = count / (count + worth);
            for (Index i = 0; i < size_; ++i) {
                double &own = scatter_[at(k * size_ + i)];
                own = (own + worth * average[at(i)]) * share;
            }
        }
    }

    const PartitionTask &task_;
    const Index K_, D_, size_;
    Numbers counts_, shift_, none_, scatter_, row_, origin_;
};

} // namespace

bool partitioned(const PartitionTask &task, const Parameters &mixture) { return Partition(task).turn_into(mixture); }

} // namespace mogul
