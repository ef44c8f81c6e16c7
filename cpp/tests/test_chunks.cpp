#include "check.hpp"
#include "chunks.hpp"

using mogul::Index;

// A sum that depends on the order of its terms, with as much work a chunk as differs from thread to thread.
static std::vector<double> sums_of(Index n_rows, Index n_sums, int n_threads) {
    std::vector<double> total(n_sums);
    mogul::for_each_chunk(
        {n_rows, n_sums, 64, 1e12, n_threads},
        [&](Index begin, Index end, double *sums, char *scratch) {
            scratch[0] = char(begin); // each thread has its own
            for (Index n = begin; n < end; ++n)
                for (Index i = 0; i < n_sums; ++i) sums[i] += 1.0 / double(1 + n + i);
        },
        total.data());
    return total;
}

TEST(sums_have_the_same_bits_for_any_number_of_threads) {
    for (const Index n_rows : {0, 1, 1023, 1024, 1025, 5000, 200000})
        for (const Index n_sums : {1, 50}) {
            const auto alone = sums_of(n_rows, n_sums, 1);
            for (const int n_threads : {2, 3, 8}) CHECK(sums_of(n_rows, n_sums, n_threads) == alone);
        }
}

TEST(buffers_that_are_few_are_waited_for) {
    const auto alone = sums_of(20000, 40000, 1);
    CHECK(sums_of(20000, 40000, 4) == alone);
}

TEST(every_row_is_handed_out_once) {
    std::vector<int> seen(123456);
    mogul::for_each_chunk(
        {123456, 0, 0, 1e12, 4},
        [&](Index begin, Index end, double *, char *) {
            for (Index n = begin; n < end; ++n) ++seen[n];
        },
        nullptr);
    for (const int count : seen) CHECK(count == 1);
}
