// The clusters of an agglomeration: in strips, by ascending number, the dead among them until there are too many.
#pragma once

#include "memory.hpp"
#include "merge_costs.hpp"

#include <vector>

namespace mogul {

struct AgglomerateTask;

class Clusters {
public:
    // Every row a cluster; `unit`: what the means are divided by.
    Clusters(const AgglomerateTask &task, bool has_scatters, double average, double unit);

    const ClusterFields &fields() const { return fields_; }
    Index n_slots() const { return static_cast<Index>(numbers_.size()); }
    double *strips() { return strips_.get(); }

    bool is_alive(Index number) const { return slots_[static_cast<std::size_t>(number)] >= 0; }
    Index slot(Index number) const { return slots_[static_cast<std::size_t>(number)]; }
    Index number(Index slot) const { return numbers_[static_cast<std::size_t>(slot)]; }

    // The fields of a cluster side by side.
    void copy(Index number, double *fields) const;

    void kill(Index number);
    void append(Index number, const double *fields);

private:
    double *at(Index slot, Index field) {
        return strips_.get() + (slot / kClusters * fields_.n() + field) * kClusters + slot % kClusters;
    }
    const double *at(Index slot, Index field) const { return const_cast<Clusters *>(this)->at(slot, field); }
    void write(Index slot, const double *fields);
    void bury();

    ClusterFields fields_;
    Index capacity_;
    Aligned<double> strips_;
    std::vector<Index> numbers_, slots_; // of a slot the number; of a number the slot, -1: dead
};

} // namespace mogul
