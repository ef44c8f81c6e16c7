// Memory that begins on a cache line.
#pragma once

#include "views.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace mogul {

// The aligned operator new of a C library may fail to reuse what was freed before (glibc until 2.37), and a process
// that calls kernels again and again would grow. So memory comes from the plain one, with room to align within it; what
// it gave stands before the aligned address.
struct AlignedDelete {
    void operator()(void *memory) const { ::operator delete(static_cast<void **>(memory)[-1]); }
};

template <class Item> using Aligned = std::unique_ptr<Item[], AlignedDelete>;

template <class Item> Aligned<Item> aligned(Index n) {
    constexpr std::size_t line = 64;
    void *const given = ::operator new(sizeof(Item) * static_cast<std::size_t>(n) + 2 * line);
    const auto address = (reinterpret_cast<std::uintptr_t>(given) + 2 * line) / line * line;
    void **const memory = reinterpret_cast<void **>(address);
    memory[-1] = given;
    return Aligned<Item>(reinterpret_cast<Item *>(memory));
}

} // namespace mogul
