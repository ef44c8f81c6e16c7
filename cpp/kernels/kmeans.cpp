#include "kmeans.hpp"

#include "centres.hpp"
#include "entry.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

namespace mogul {

namespace {

using Numbers = std::vector<double>;

class Kmeans {
public:
    explicit Kmeans(const KmeansTask &task)
        : task_(task),
          N_(task.rows.n_rows),
          D_(task.rows.n_features),
          centres_(numbers(task.n_centres * D_)),
          distances_(numbers(N_)) {}

    void run(long long *labels) {
        seed();
        assign(labels);
        std::vector<long long> before(labels, labels + (task_.n_rounds > 1 ? N_ : 0));
        for (Index round = 1; round < task_.n_rounds; ++round) {
            move();
            assign(labels);
            if (std::equal(before.begin(), before.end(), labels)) break;
            std::copy_n(labels, N_, before.begin());
        }
        number(labels);
    }

private:
    static Numbers numbers(Index n) { return Numbers(static_cast<std::size_t>(n)); }

    void take_row(Index n, double *to) const {
        for (Index d = 0; d < D_; ++d) to[d] = entry(task_.rows, n, d);
    }

    // A row drawn with probability proportional to weight times squared distance; any, if all of these are 0.
    Index drawn(const Numbers *distances, double uniform) {
        Numbers &edges = edges_;
        edges.resize(static_cast<std::size_t>(N_));
        double sum = 0;
        for (std::size_t n = 0; n < edges.size(); ++n)
            edges[n] = sum += distances ? task_.row_weights[n] * (*distances)[n] : task_.row_weights[n];
        if (!(sum > 0)) std::iota(edges.begin(), edges.end(), 1.0);
        const auto found = std::upper_bound(edges.begin(), edges.end(), uniform * edges.back());
        return std::min<Index>(found - edges.begin(), N_ - 1);
    }

    double weighted_sum(const Numbers &distances) const {
        double sum = 0;
        for (std::size_t n = 0; n < distances.size(); ++n) sum += task_.row_weights[n] * distances[n];
        return sum;
    }

    void lower(const double *centre, Numbers &distances) const {
        lower_distances({task_.rows, centre, distances.data()}, task_.n_threads);
    }

    void seed() {
        const double *uniform = task_.uniform;
        Numbers best = numbers(N_), trial = numbers(N_), centre = numbers(D_);
        std::fill(distances_.begin(), distances_.end(), std::numeric_limits<double>::infinity());
        take_row(drawn(nullptr, *uniform++), centres_.data());
        lower(centres_.data(), distances_);
        for (Index k = 1; k < task_.n_centres; ++k) {
            double least = 0;
            for (Index t = 0; t < task_.n_trials; ++t) {
                take_row(drawn(&distances_, *uniform++), centre.data());
                trial = distances_;
                lower(centre.data(), trial);
                const double sum = weighted_sum(trial);
                if (t > 0 && !(sum < least)) continue;
                least = sum;
                best.swap(trial);
                std::copy(centre.begin(), centre.end(), centres_.begin() + k * D_);
            }
            distances_ = best;
        }
    }

    // Rows to their nearest centres; counts_ and first_ of these.
    void assign(long long *labels) {
        counts_.resize(static_cast<std::size_t>(task_.n_centres));
        first_.resize(centres_.size());
        nearest_centres({task_.rows, task_.row_weights, centres_.data(), task_.n_centres, labels, distances_.data()},
                        task_.n_threads, counts_.data(), first_.data());
    }

    // Centres to the means of their rows.
    void move() {
        std::vector<Index> empty;
        for (Index k = 0; k < task_.n_centres; ++k) {
            const double count = counts_[static_cast<std::size_t>(k)];
            if (!(count > 0)) empty.push_back(k);
            for (Index d = 0; count > 0 && d < D_; ++d) {
                const std::size_t at = static_cast<std::size_t>(k * D_ + d);
                centres_[at] += first_[at] / count;
            }
        }
        if (!empty.empty()) refill(empty);
    }

    void refill(const std::vector<Index> &empty) {
        std::vector<Index> order(static_cast<std::size_t>(N_));
        std::iota(order.begin(), order.end(), Index(0));
        const auto heavier = [&](Index a, Index b) {
            return task_.row_weights[a] * distances_[static_cast<std::size_t>(a)] >
                   task_.row_weights[b] * distances_[static_cast<std::size_t>(b)];
        };
        std::stable_sort(order.begin(), order.end(), heavier);
        for (std::size_t i = 0; i < std::min(empty.size(), order.size()); ++i)
            take_row(order[i], &centres_[static_cast<std::size_t>(empty[i] * D_)]);
    }

    // Parts in the order of their first rows.
    void number(long long *labels) const {
        std::vector<long long> numbers(static_cast<std::size_t>(task_.n_centres), -1);
        long long next = 0;
        for (Index n = 0; n < N_; ++n) {
            long long &given = numbers[static_cast<std::size_t>(labels[n])];
            if (given < 0) given = next++;
            labels[n] = given;
        }
    }

    const KmeansTask &task_;
    const Index N_, D_;
    Numbers centres_, distances_, edges_, counts_, first_;
};

} // namespace

void kmeans(const KmeansTask &task, long long *labels) { Kmeans(task).run(labels); }

} // namespace mogul
