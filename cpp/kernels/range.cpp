#include "range.hpp"

#include "chunks.hpp"
#include "levels.hpp"

#include <algorithm>
#include <limits>
#include <mutex>

namespace mogul {

void scan(const Rows &rows, int n_threads, Range &range) {
    const Index D = rows.n_features, range_bytes = (2 * D * Index(sizeof(double)) + 63) / 64 * 64;
    const KernelTable &table = kernels();
    std::fill_n(range.minimum, D, std::numeric_limits<double>::infinity());
    std::fill_n(range.maximum, D, -std::numeric_limits<double>::infinity());
    std::mutex mutex; // minimum and maximum have no rounding: any order gives the same bits
    Index bad = -1;
    const double work = static_cast<double>(rows.n_rows * D);
    for_each_chunk(
        {rows.n_rows, 0, range_bytes + table.scan_scratch(rows), work, n_threads},
        [&](Index begin, Index end, double *, char *scratch) {
            double *low = reinterpret_cast<double *>(scratch), *high = low + D;
            std::fill_n(low, D, std::numeric_limits<double>::infinity());
            std::fill_n(high, D, -std::numeric_limits<double>::infinity());
            const Index found = table.scan(rows, begin, end, low, high, scratch + range_bytes);
            const std::lock_guard lock(mutex);
            if (found >= 0 && (bad < 0 || found < bad)) bad = found;
            for (Index d = 0; d < D; ++d) {
                range.minimum[d] = std::min(range.minimum[d], low[d]);
                range.maximum[d] = std::max(range.maximum[d], high[d]);
            }
        },
        nullptr);
    if (bad >= 0) range.bad_row = bad / D, range.bad_column = bad % D;
}

} // namespace mogul
