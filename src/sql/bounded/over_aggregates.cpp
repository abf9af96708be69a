// Aggregate functions over frames. A frame that begins where the one before began, and goes as far
// or farther, goes on with what was accumulated; any other begins anew.
#include <arrow/array/concatenate.h>

#include "columns/arrow_result.hpp"
#include "sql/bounded/over_calls.hpp"

namespace tarn::sql {
namespace {

// So many rows are accumulated at once.
constexpr size_t RowsAtOnce = 1 << 16;

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
    FrameSums(const OverCall& call, const Columns& arguments)
        : signature_(call.signature), arguments_(arguments) {}

    // Frames with one beginning, of which each holds the one before.
    void add_growing(const std::vector<Stretch>& frames, size_t from, size_t to) {
        flush();
        AccumulatorPtr accumulator = signature_.accumulator(AggregateInput::Inserts);
        int64_t begin = frames[from].begin;
        for (size_t i = from; i < to; ++i) {
            if (i == from || frames[i].end > begin) {
                add_rows({begin, frames[i].end}, 0);
                accumulate(*accumulator);
                values_.add_piece(accumulator->values(all_groups(1)), 1);
                begin = frames[i].end;
            }
            values_.add_position(values_.count() - 1);
        }
    }

    // A frame by itself, among others that are computed at once.
    void add_lone(const Stretch& frame) {
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
        AccumulatorPtr accumulator = signature_.accumulator(AggregateInput::Inserts);
        accumulate(*accumulator);
        values_.add_piece(accumulator->values(all_groups(groups_)), groups_);
        groups_ = 0;
    }

    AggregateSignature signature_;
    const Columns& arguments_;
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
    FrameSums sums(call, arguments);
    for (size_t from = 0, to = 0; from < frames.size(); from = to) {
        to = growing_until(frames, from);
        to - from > 1 ? sums.add_growing(frames, from, to) : sums.add_lone(frames[from]);
    }
    return sums.values();
}

}  // namespace tarn::sql
