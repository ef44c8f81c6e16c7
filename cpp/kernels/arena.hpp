// Cuts one piece of memory into arrays that begin on a cache line. Begun at null, it only counts the bytes.
#pragma once

#include "simd.hpp"

namespace mogul::MOGUL_LEVEL {

struct Arena {
    char *begin;
    Index used = 0;

    template <class Item> Item *take(Index n) {
        char *at = begin + used;
        used += (n * Index(sizeof(Item)) + 63) / 64 * 64;
        return reinterpret_cast<Item *>(at);
    }
};

// Bytes that a scratch struct takes from an arena.
template <class Scratch, class Components> Index bytes_of(const Components &components) {
    Arena arena{nullptr};
    Scratch scratch(arena, components);
    return arena.used;
}

} // namespace mogul::MOGUL_LEVEL
