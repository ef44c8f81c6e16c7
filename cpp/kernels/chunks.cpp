#include "chunks.hpp"

#include "memory.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace mogul {

namespace {

constexpr double kWorthAThread = 100e3; // nanoseconds; starting one costs 10 to 60 microseconds
constexpr Index kBufferBytes = 256 << 10;

Index n_chunks_of(const ChunkPlan &plan) { return (plan.n_rows + kChunkRows - 1) / kChunkRows; }

Index n_threads_of(const ChunkPlan &plan) {
    const Index worth = static_cast<Index>(std::min(plan.nanoseconds / kWorthAThread, 1e6));
    return std::max<Index>(1, std::min({Index(plan.n_threads), n_chunks_of(plan), worth}));
}

void add(const double *sums, Index n, double *total) {
    for (Index i = 0; i < n; ++i) total[i] += sums[i];
}

// The buffers of finished chunks wait here for their turn. There are more of them than threads where they are small, so
// that a thread seldom waits for a slower one.
class Queue {
public:
    Queue(const ChunkPlan &plan, const Chunk &chunk, double *total, Index n_threads)
        : plan_(plan),
          chunk_(chunk),
          total_(total),
          n_chunks_(n_chunks_of(plan)),
          n_buffers_(std::max(n_threads + 1, std::min<Index>(64, kBufferBytes / (8 * plan.n_sums + 1)))),
          scratch_stride_((plan.scratch_bytes + 127) / 64 * 64),
          scratch_(aligned<char>(scratch_stride_ * n_threads)),
          buffers_(aligned<double>(plan.n_sums * n_buffers_)),
          done_(static_cast<std::size_t>(n_buffers_), 0) {}

    void work(Index thread) {
        for (Index index = take(); index < n_chunks_; index = take()) {
            double *sums = buffer(index);
            std::fill_n(sums, plan_.n_sums, 0.0);
            const Index begin = index * kChunkRows;
            chunk_(begin, std::min(begin + kChunkRows, plan_.n_rows), sums, scratch_.get() + thread * scratch_stride_);
            give_back(index);
        }
    }

private:
    double *buffer(Index index) { return buffers_.get() + index % n_buffers_ * plan_.n_sums; }

    // Waits until the buffer of the next chunk is free. No deadlock: the chunk that is due to be added has been taken
    // by a thread that is not waiting.
    Index take() {
        std::unique_lock lock(mutex_);
        const Index index = next_++;
        if (index < n_chunks_) freed_.wait(lock, [&] { return index < added_ + n_buffers_; });
        return index;
    }

    void give_back(Index index) {
        std::lock_guard lock(mutex_);
        done_[static_cast<std::size_t>(index % n_buffers_)] = 1;
        const Index before = added_;
        for (char *done; added_ < n_chunks_ && *(done = &done_[static_cast<std::size_t>(added_ % n_buffers_)]);
             ++added_) {
            *done = 0;
            add(buffer(added_), plan_.n_sums, total_);
        }
        if (added_ != before) freed_.notify_all();
    }

    const ChunkPlan &plan_;
    const Chunk &chunk_;
    double *total_;
    const Index n_chunks_, n_buffers_, scratch_stride_;
    Aligned<char> scratch_;
    Aligned<double> buffers_;
    std::vector<char> done_;
    std::mutex mutex_;
    std::condition_variable freed_;
    Index next_ = 0, added_ = 0;
};

void run_alone(const ChunkPlan &plan, const Chunk &chunk, double *total) {
    const Aligned<char> scratch = aligned<char>(plan.scratch_bytes);
    if (plan.n_rows <= kChunkRows) return chunk(0, plan.n_rows, total, scratch.get());
    const Aligned<double> sums = aligned<double>(plan.n_sums);
    for (Index begin = 0; begin < plan.n_rows; begin += kChunkRows) {
        std::fill_n(sums.get(), plan.n_sums, 0.0);
        chunk(begin, std::min(begin + kChunkRows, plan.n_rows), sums.get(), scratch.get());
        add(sums.get(), plan.n_sums, total);
    }
}

} // namespace

void for_each_chunk(const ChunkPlan &plan, const Chunk &chunk, double *total) {
    if (plan.n_rows == 0) return;
    const Index n_threads = n_threads_of(plan);
    if (n_threads == 1) return run_alone(plan, chunk, total);
    Queue queue(plan, chunk, total, n_threads);
    std::vector<std::thread> helpers;
    helpers.reserve(static_cast<std::size_t>(n_threads - 1));
    try {
        for (Index i = 1; i < n_threads; ++i) helpers.emplace_back([&queue, i] { queue.work(i); });
    } catch (const std::system_error &) {
        // The machine gives no more threads: those that are there do the work.
    }
    queue.work(0);
    for (std::thread &helper : helpers) helper.join();
}

} // namespace mogul
