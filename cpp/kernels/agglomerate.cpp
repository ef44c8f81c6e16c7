#include "agglomerate.hpp"

#include "clusters.hpp"
#include "each.hpp"
#include "entry.hpp"
#include "levels.hpp"

#include <algorithm>
#include <cmath>
#include <queue>
#include <vector>

namespace mogul {

namespace {

using Numbers = std::vector<double>;

Numbers numbers(Index n) { return Numbers(static_cast<std::size_t>(n)); }

// What tells the criteria apart.
struct Criterion {
    bool has_scatters, has_volumes, is_shrinking;
};

constexpr Criterion kEii{false, false, false}, kVii{false, true, false}, kEee{false, false, true},
    kVvv{true, true, false};

constexpr Index kPiece = 64; // rows that a thread takes at a time

// a = tr W / (N D) of all rows; 1 if they are all one point.
double average_scatter(const AgglomerateTask &task, double total) {
    double trace = 0;
    for (Index d = 0; d < task.rows.n_features; ++d) {
        const double origin = entry(task.rows, 0, d);
        double sum = 0, squares = 0;
        for (Index n = 0; n < task.rows.n_rows; ++n) sum += task.row_weights[n] * (entry(task.rows, n, d) - origin);
        for (Index n = 0; n < task.rows.n_rows; ++n) {
            const double away = entry(task.rows, n, d) - origin - sum / total;
            squares += task.row_weights[n] * away * away;
        }
        trace += squares;
    }
    return trace > 0 ? trace / (total * double(task.rows.n_features)) : 1.0;
}

double sum_of(const double *values, Index n) {
    double sum = 0;
    for (Index i = 0; i < n; ++i) sum += values[i];
    return sum;
}

class Agglomeration {
public:
    Agglomeration(const AgglomerateTask &task, const Criterion &criterion)
        : task_(task),
          criterion_(criterion),
          table_(kernels()),
          N_(task.rows.n_rows),
          D_(task.rows.n_features),
          total_(sum_of(task.row_weights, N_)),
          average_(average_scatter(task, total_)),
          clusters_(task, criterion.has_scatters, criterion.has_volumes ? average_ : 1.0,
                    criterion.is_shrinking ? std::sqrt(average_) : 1.0),
          partners_(static_cast<std::size_t>(2 * N_ - 1), Cheapest{-1, 0}),
          ages_(static_cast<std::size_t>(2 * N_ - 1), 0) {
        if (!criterion.has_volumes) clear_terms();
    }

    void run(long long *merges, double *costs) {
        look_all();
        Numbers one = fields(), other = fields(), scratch = own_scratch();
        for (Index t = 0; t < N_ - 1; ++t) {
            const Index later = next(one, scratch), earlier = partners_[std::size_t(later)].cluster;
            const double cost = partners_[std::size_t(later)].cost;
            merges[2 * t] = earlier, merges[2 * t + 1] = later;
            costs[t] = criterion_.is_shrinking ? total_ * std::log1p(cost) : cost;
            clusters_.copy(earlier, one.data());
            clusters_.copy(later, other.data());
            clusters_.kill(earlier), clusters_.kill(later);
            if (criterion_.is_shrinking) shrink(one, other, cost);
            unite(one, other);
            age_ = t + 1;
            clusters_.append(N_ + t, one.data());
            look(N_ + t, one, scratch);
            push(N_ + t);
        }
    }

private:
    // The least cost comes first, of equal ones the lowest number.
    struct Entry {
        double key;
        Index number;
        bool operator<(const Entry &other) const {
            return key > other.key || (key == other.key && number > other.number);
        }
    };

    Numbers fields() const { return numbers(clusters_.fields().n()); }
    Numbers own_scratch() const { return numbers(table_.merge_costs_scratch(clusters_.fields()) / 8 + 8); }

    // The terms of costs that are no differences of volumes.
    void clear_terms() {
        double *strip = clusters_.strips();
        for (Index slot = 0; slot < N_; slot += kClusters, strip += clusters_.fields().n() * kClusters)
            std::fill_n(strip, kClusters, 0.0);
    }

    void look(Index number, Numbers &one, Numbers &scratch) {
        const auto costs = criterion_.has_volumes ? table_.merge_costs_volumes : table_.merge_costs_apart;
        const auto address = reinterpret_cast<std::uintptr_t>(scratch.data());
        char *const memory = reinterpret_cast<char *>(scratch.data()) + (64 - address % 64) % 64;
        clusters_.copy(number, one.data());
        const Cheapest found =
            costs({clusters_.fields(), clusters_.strips(), clusters_.slot(number), one.data(), average_}, memory);
        partners_[std::size_t(number)] = {found.cluster < 0 ? -1 : clusters_.number(found.cluster), found.cost};
        ages_[std::size_t(number)] = age_;
    }

    void push(Index number) {
        const Cheapest &partner = partners_[std::size_t(number)];
        if (partner.cluster < 0) return;
        heap_.push({criterion_.is_shrinking ? std::log(partner.cost) + log_growth_ : partner.cost, number});
    }

    void look_all() {
        const Index n_pieces = (N_ + kPiece - 1) / kPiece;
        const double per_pair = criterion_.has_scatters ? 1.0 + 0.3 * double(D_) : 0.5 + 0.1 * double(D_);
        for_each_piece(n_pieces, per_pair * double(N_) * double(N_) / 2, task_.n_threads, [&](Index piece) {
            Numbers one = fields(), scratch = own_scratch();
            // The last rows have most to look at, and come first.
            const Index end = N_ - piece * kPiece;
            for (Index n = std::max<Index>(0, end - kPiece); n < end; ++n) look(n, one, scratch);
        });
        for (Index n = 0; n < N_; ++n) push(n);
    }

    // The later cluster of the cheapest pair.
    Index next(Numbers &one, Numbers &scratch) {
        while (true) {
            const Index number = heap_.top().number;
            heap_.pop();
            if (!clusters_.is_alive(number)) continue;
            const bool is_old = criterion_.is_shrinking && ages_[std::size_t(number)] < age_;
            if (!is_old && clusters_.is_alive(partners_[std::size_t(number)].cluster)) return number;
            look(number, one, scratch);
            push(number);
        }
    }

    // EEE: coordinates in which M, grown by the merge, is again the identity.
    void shrink(Numbers &one, Numbers &other, double cost) {
        if (!(cost > 0)) return;
        const double n_one = one[ClusterFields::count], n_other = other[ClusterFields::count];
        const double root = std::sqrt(n_one * n_other / (n_one + n_other));
        const double beta = (1 - 1 / std::sqrt(1 + cost)) / cost;
        Numbers u = numbers(D_);
        for (Index d = 0; d < D_; ++d) u[std::size_t(d)] = root * (mean(other)[d] - mean(one)[d]);
        table_.shrink_means(clusters_.strips(), clusters_.n_slots(), clusters_.fields(), u.data(), beta);
        for (Numbers *cluster : {&one, &other}) {
            double along = 0;
            for (Index d = 0; d < D_; ++d) along += u[std::size_t(d)] * mean(*cluster)[d];
            for (Index d = 0; d < D_; ++d) mean(*cluster)[d] -= beta * along * u[std::size_t(d)];
        }
        log_growth_ += std::log1p(cost);
    }

    double *mean(Numbers &cluster) const { return cluster.data() + ClusterFields::mean; }

    // one <- the union of both.
    void unite(Numbers &one, Numbers &other) const {
        const double n_one = one[ClusterFields::count], n_other = other[ClusterFields::count];
        const double count = n_one + n_other, c = n_one * n_other / count;
        const Index scatter = clusters_.fields().scatter();
        double square = 0;
        for (Index i = 0, at = scatter; i < D_; ++i) {
            const double away = mean(other)[i] - mean(one)[i];
            square += away * away;
            for (Index j = 0; criterion_.has_scatters && j <= i; ++j, ++at)
                one[std::size_t(at)] += other[std::size_t(at)] + c * away * (mean(other)[j] - mean(one)[j]);
        }
        for (Index d = 0; d < D_; ++d) mean(one)[d] += n_other / count * (mean(other)[d] - mean(one)[d]);
        one[ClusterFields::count] = count;
        one[ClusterFields::size] += other[ClusterFields::size];
        one[ClusterFields::trace] += other[ClusterFields::trace] + c * square;
        one[ClusterFields::term] = criterion_.has_volumes ? term(one) : 0.0;
    }

    double term(const Numbers &cluster) const {
        const double count = cluster[ClusterFields::count];
        double volume = (cluster[ClusterFields::trace] + average_) / count;
        if (criterion_.has_scatters && cluster[ClusterFields::size] > double(D_)) volume += determinant(cluster);
        return count * std::log(volume);
    }

    // |W / n|, by elimination.
    double determinant(const Numbers &cluster) const {
        Numbers rest(cluster.begin() + clusters_.fields().scatter(), cluster.end());
        const auto entry = [&](Index i, Index j) -> double & { return rest[std::size_t(i * (i + 1) / 2 + j)]; };
        double result = 1;
        for (Index k = 0; k < D_; ++k) {
            const double pivot = entry(k, k);
            if (!(pivot > 0)) return 0;
            result *= pivot / cluster[ClusterFields::count];
            for (Index i = k + 1; i < D_; ++i)
                for (Index j = k + 1; j <= i; ++j) entry(i, j) -= entry(i, k) / pivot * entry(j, k);
        }
        return result;
    }

    const AgglomerateTask &task_;
    const Criterion criterion_;
    const KernelTable &table_;
    const Index N_, D_;
    const double total_, average_;
    Clusters clusters_;
    std::vector<Cheapest> partners_; // of each cluster, by number
    std::vector<Index> ages_;        // after how many merges it was found
    std::priority_queue<Entry> heap_;
    Index age_ = 0;
    double log_growth_ = 0; // log|M| now less that of the beginning
};

} // namespace

void agglomerate_eii(const AgglomerateTask &task, long long *merges, double *costs) {
    Agglomeration(task, kEii).run(merges, costs);
}

void agglomerate_vii(const AgglomerateTask &task, long long *merges, double *costs) {
    Agglomeration(task, kVii).run(merges, costs);
}

void agglomerate_eee(const AgglomerateTask &task, long long *merges, double *costs) {
    Agglomeration(task, kEee).run(merges, costs);
}

void agglomerate_vvv(const AgglomerateTask &task, long long *merges, double *costs) {
    Agglomeration(task, kVvv).run(merges, costs);
}

} // namespace mogul
