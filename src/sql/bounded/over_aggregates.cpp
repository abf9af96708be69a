// Aggregate functions over frames. A frame that begins where the one before began, and goes as far
// or farther, goes on with what was accumulated; any other begins anew.
#include <arrow/array/concatenate.h>

#include "columns/arrow_result.hpp"
#include "sql/bounded/over_calls.hpp"
#include "sql/values/sort_key.hpp"

namespace tarn::sql {
namespace {

// So many rows are accumulated at once.
constexpr size_t RowsAtOnce = 1 << 16;

// Leaves out arguments that the frame already has, for DISTINCT.
class NewArguments {
public:
    NewArguments(bool is_distinct, const Columns& arguments, int64_t rows) {
        if (!is_distinct) return;
        KeyNumbers numbers;
        for (const std::string& key : sort_keys(arguments, rows)) {
            numbers_.push_back(numbers.number(key));
        }
        last_frames_.resize(numbers.size(), -1);
    }

    // Frames are numbered; a row is asked for in one after the other.
    bool is_new(int64_t position, int64_t frame) {
        if (numbers_.empty()) return true;
        int64_t& last = last_frames_[numbers_[static_cast<size_t>(position)]];
        return std::exchange(last, frame) != frame;
    }

private:
    std::vector<uint32_t> numbers_;     // which arguments a position has
    std::vector<int64_t> last_frames_;  // the last frame that had the arguments
};

// Values that come in pieces, and which of them each position has.
class OverValues {
public:
    void add_piece(const Column& values, int64_t count) {
        pieces_.push_back(spread(values, count));
        count_ += count;
    }
    int64_t count() const { return count_; }
    void add_position(int64_t value) { places_.push_back(value); }

    Column joined() const {
        return taken({columns::or_throw(arrow::Concatenate(pieces_))}, places_);
    }

private:
    arrow::ArrayVector pieces_;
    int64_t count_ = 0;
    RowList places_;
};

class FrameSums {
public:
    FrameSums(const OverCall& call, const Columns& arguments, int64_t rows)
        : call_(call), arguments_(arguments), is_new_(call.is_distinct, arguments, rows) {}

    // Frames with one beginning, of which each holds the one before.
    void add_growing(const std::vector<Stretch>& frames, size_t from, size_t to) {
        flush();
        AccumulatorPtr accumulator = call_.signature.accumulator();
        int64_t begin = frames[from].begin;
        ++frame_;
        for (size_t i = from; i < to; ++i) {
            if (i == from || frames[i].end > begin) {
                add_rows({begin, frames[i].end}, 0);
                accumulate(*accumulator);
                values_.add_piece(accumulator->values(1), 1);
                begin = frames[i].end;
            }
            values_.add_position(values_.count() - 1);
        }
    }

    // A frame by itself, among others that are computed at once.
    void add_lone(const Stretch& frame) {
        ++frame_;
        add_rows(frame, groups_++);
        values_.add_position(values_.count() + groups_ - 1);
        if (rows_.size() >= RowsAtOnce) flush();
    }

    Column values() {
        flush();
        return values_.joined();
    }

private:
    void add_rows(const Stretch& frame, uint32_t group) {
        for (int64_t position = frame.begin; position < frame.end; ++position) {
            if (!is_new_.is_new(position, frame_)) continue;
            rows_.push_back(position);
            groups_of_rows_.push_back(group);
        }
    }

    void accumulate(Accumulator& accumulator) {
        if (rows_.empty()) return;
        Columns arguments;
        for (const Column& argument : arguments_) arguments.push_back(taken(argument, rows_));
        accumulator.add(groups_of_rows_, arguments);
        rows_.clear();
        groups_of_rows_.clear();
    }

    void flush() {
        if (groups_ == 0) return;
        AccumulatorPtr accumulator = call_.signature.accumulator();
        accumulate(*accumulator);
        values_.add_piece(accumulator->values(groups_), groups_);
        groups_ = 0;
    }

    const OverCall& call_;
    const Columns& arguments_;
    NewArguments is_new_;
    int64_t frame_ = 0;
    RowList rows_;  // that are not accumulated yet, and their groups
    std::vector<uint32_t> groups_of_rows_;
    uint32_t groups_ = 0;
    OverValues values_;
};

// Where the frames end that go on with the one at `from`.
size_t growing_until(const std::vector<Stretch>& frames, size_t from) {
    size_t next = from + 1;
    while (next < frames.size() && frames[next].begin == frames[from].begin &&
           frames[next].end >= frames[next - 1].end) {
        ++next;
    }
    return next;
}

}  // namespace

Column aggregated(const OverCall& call, const Columns& arguments,
                  const std::vector<Stretch>& frames) {
    if (frames.empty()) return {spread(null_column(call.type), 0)};
    FrameSums sums(call, arguments, static_cast<int64_t>(frames.size()));
    for (size_t from = 0, to = 0; from < frames.size(); from = to) {
        to = growing_until(frames, from);
        to - from > 1 ? sums.add_growing(frames, from, to) : sums.add_lone(frames[from]);
    }
    return sums.values();
}

}  // namespace tarn::sql
