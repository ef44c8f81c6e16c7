#include "check.hpp"
#include "naive.hpp"
#include "range.hpp"

#include <limits>

using namespace naive;

TEST(scan_finds_the_range_in_every_layout) {
    for (const Index N : {1, 31, 32, 33, 1100})
        for (const Index D : {1, 2, 3, 9}) {
            const Mixture m = random_mixture(2, D);
            const Numbers rows = random_rows(m, N);
            Numbers low(D, INFINITY), high(D, -INFINITY), minimum(D), maximum(D);
            for (Index i = 0; i < N * D; ++i) {
                low[i % D] = std::fmin(low[i % D], rows[i]);
                high[i % D] = std::fmax(high[i % D], rows[i]);
            }
            const char *data = reinterpret_cast<const char *>(rows.data());
            const mogul::Rows forward{data, N, D, D * 8, 8, false};
            const mogul::Rows backward{
                data + (N - 1) * D * 8, N, D, -D * 8, 8, false}; // from the last row to the first
            for (const mogul::Rows &view : {forward, backward}) {
                mogul::Range range{minimum.data(), maximum.data()};
                mogul::scan(view, 2, range);
                CHECK(minimum == low && maximum == high && range.bad_row == -1);
            }
        }
}

TEST(scan_finds_the_first_entry_that_is_not_finite) {
    Numbers rows(100000 * 3, 1.0), minimum(3), maximum(3);
    rows[70000 * 3 + 2] = INFINITY;
    rows[65000 * 3 + 1] = std::numeric_limits<double>::quiet_NaN();
    mogul::Range range{minimum.data(), maximum.data()};
    mogul::scan(view_of(rows, 100000, 3), 4, range);
    CHECK(range.bad_row == 65000 && range.bad_column == 1);
}
