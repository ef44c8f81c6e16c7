#include "each.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace mogul {

namespace {

constexpr double kWorthAThread = 200e3; // nanoseconds; starting one costs 10 to 60 microseconds

class Pieces {
public:
    Pieces(Index n, const std::function<void(Index)> &work) : n_(n), work_(work) {}

    void work() noexcept {
        for (Index i = next_++; i < n_; i = next_++) try {
                work_(i);
            } catch (...) {
                const std::lock_guard lock(mutex_);
                if (!failure_) failure_ = std::current_exception();
                next_ = n_;
            }
    }

    void rethrow() const {
        if (failure_) std::rethrow_exception(failure_);
    }

private:
    const Index n_;
    const std::function<void(Index)> &work_;
    std::atomic<Index> next_ = 0;
    std::mutex mutex_;
    std::exception_ptr failure_;
};

} // namespace

void for_each_piece(Index n, double nanoseconds, int n_threads, const std::function<void(Index)> &work) {
    const Index worth = static_cast<Index>(std::min(nanoseconds / kWorthAThread, 1e6));
    const Index n_used = std::max<Index>(1, std::min({Index(n_threads), n, worth}));
    Pieces pieces(n, work);
    std::vector<std::thread> helpers;
    helpers.reserve(static_cast<std::size_t>(n_used - 1));
    try {
        for (Index i = 1; i < n_used; ++i) helpers.emplace_back([&pieces] { pieces.work(); });
    } catch (const std::system_error &) {
        // The machine gives no more threads: those that are there do the work.
    }
    pieces.work();
    for (std::thread &helper : helpers) helper.join();
    pieces.rethrow();
}

} // namespace mogul
