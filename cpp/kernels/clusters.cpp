#include "clusters.hpp"

#include "agglomerate.hpp"
#include "entry.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mogul {

namespace {

constexpr Index whole_strips(Index n) { return (n + kClusters - 1) / kClusters * kClusters; }

} // namespace

Clusters::Clusters(const AgglomerateTask &task, bool has_scatters, double average, double unit)
    : fields_{task.rows.n_features, has_scatters},
      capacity_(whole_strips(task.rows.n_rows + task.rows.n_rows / 2 + 1)),
      strips_(aligned<double>(capacity_ * fields_.n())),
      slots_(static_cast<std::size_t>(2 * task.rows.n_rows - 1), -1) {
    std::fill_n(strips_.get(), capacity_ * fields_.n(), 0.0);
    std::vector<double> one(static_cast<std::size_t>(fields_.n()), 0.0);
    for (Index n = 0; n < task.rows.n_rows; ++n) {
        const double weight = task.row_weights[n];
        one[ClusterFields::term] = weight * std::log(average / weight);
        one[ClusterFields::count] = weight;
        one[ClusterFields::size] = 1;
        for (Index d = 0; d < fields_.n_features; ++d)
            one[static_cast<std::size_t>(ClusterFields::mean + d)] = entry(task.rows, n, d) / unit;
        append(n, one.data());
    }
}

void Clusters::copy(Index number, double *fields) const {
    for (Index field = 0; field < fields_.n(); ++field) fields[field] = *at(slot(number), field);
}

void Clusters::write(Index slot, const double *fields) {
    for (Index field = 0; field < fields_.n(); ++field) *at(slot, field) = fields[field];
}

void Clusters::kill(Index number) {
    *at(slot(number), ClusterFields::term) = -std::numeric_limits<double>::infinity();
    slots_[static_cast<std::size_t>(number)] = -1;
}

void Clusters::append(Index number, const double *fields) {
    if (n_slots() == capacity_) bury();
    slots_[static_cast<std::size_t>(number)] = n_slots();
    numbers_.push_back(number);
    write(n_slots() - 1, fields);
}

// The living move up.
void Clusters::bury() {
    std::vector<double> one(static_cast<std::size_t>(fields_.n()));
    std::vector<Index> living;
    for (const Index number : numbers_) {
        if (!is_alive(number)) continue;
        copy(number, one.data());
        slots_[static_cast<std::size_t>(number)] = static_cast<Index>(living.size());
        write(static_cast<Index>(living.size()), one.data());
        living.push_back(number);
    }
    numbers_ = living;
    capacity_ = std::min(capacity_, whole_strips(n_slots() + n_slots() / 2 + 1));
}

} // namespace mogul
