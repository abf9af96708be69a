// The same work for each of many numbers, on a few threads of its own: for opening thousands of
// partitions at the start, before any shard has something to do.
#pragma once

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace tarn::log {

// Calls `work(i)` for begin <= i < end. `work` must not throw.
template <typename Work>
void for_each_in_parallel(int begin, int end, int threads_max, const Work& work) {
    std::atomic<int> next = begin;
    auto take_turns = [&] {
        for (int i = next++; i < end; i = next++) work(i);
    };
    std::vector<std::jthread> threads;
    for (int i = 1; i < std::min(end - begin, threads_max); ++i) threads.emplace_back(take_turns);
    take_turns();
}

}  // namespace tarn::log
