// The rows that a match has taken so far, from the last one back to the first. Matches that began
// alike share what they have in common, and what none of them has any more is gone.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace tarn::engine {

// A row that some match has.
class TakenRow {
public:
    // `all_bytes` counts those of all rows that are there, and lives longer than they do.
    TakenRow(std::string bytes, int64_t time, int64_t number, size_t& all_bytes)
        : bytes_(std::move(bytes)), time_(time), number_(number), all_bytes_(all_bytes) {
        all_bytes_ += size();
    }
    ~TakenRow() { all_bytes_ -= size(); }
    TakenRow(const TakenRow&) = delete;
    TakenRow& operator=(const TakenRow&) = delete;

    const std::string& bytes() const { return bytes_; }  // packed
    int64_t time() const { return time_; }
    // It rises with each row of a key.
    int64_t number() const { return number_; }

private:
    // With what a path needs for it.
    size_t size() const { return bytes_.size() + 2 * sizeof(TakenRow); }

    std::string bytes_;
    int64_t time_;
    int64_t number_;
    size_t& all_bytes_;
};

using TakenRowPtr = std::shared_ptr<const TakenRow>;

struct PathEnd;
using Path = std::shared_ptr<PathEnd>;

struct PathEnd {
    TakenRowPtr row;
    size_t variable;  // of the pattern, that the row is one of
    Path before;      // null for the first row

    PathEnd(TakenRowPtr of_row, size_t of_variable, Path from)
        : row(std::move(of_row)), variable(of_variable), before(std::move(from)) {}
    PathEnd(const PathEnd&) = delete;
    PathEnd& operator=(const PathEnd&) = delete;
    // One by one: a long path would need a deep stack.
    ~PathEnd() {
        Path next = std::move(before);
        while (next && next.use_count() == 1) next = std::move(next->before);
    }
};

}  // namespace tarn::engine
