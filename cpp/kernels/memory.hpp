// Memory that begins on a cache line.
#pragma once

#include "views.hpp"

#include <memory>
#include <new>

namespace mogul {

struct AlignedDelete {
    void operator()(void *memory) const { ::operator delete(memory, std::align_val_t(64)); }
};

template <class Item> using Aligned = std::unique_ptr<Item[], AlignedDelete>;

template <class Item> Aligned<Item> aligned(Index n) {
    return Aligned<Item>(
        static_cast<Item *>(::operator new(sizeof(Item) * static_cast<std::size_t>(n), std::align_val_t(64))));
}

} // namespace mogul
