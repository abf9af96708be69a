// A query that runs without end, as a tree of operators from the tables up. It never changes once
// it is made. Each operator tells the changes that it gives, and holds all that it needs to run:
// places are columns of its input, those of a join's condition columns of both, the left first.
#pragma once

#include <array>

#include "sql/plan/plan.hpp"
#include "sql/stream/changes.hpp"
#include "sql/stream/table_traits.hpp"

namespace tarn::sql {

struct StreamPlan;
using StreamPlanPtr = std::shared_ptr<const StreamPlan>;

namespace stream {

struct TableSource {
    StoredTablePtr table;
    Options options;
    TableTraits traits;
    std::optional<Version> at = {};
    // As those of Scan of plans: which stored columns, and hints of rows that nobody wants. A table
    // that brings upserts has no hints: what is not wanted any more replaces what was.
    std::optional<std::vector<size_t>> columns = {};
    std::vector<Bound> filters = {};
    FieldsOfColumns fields = {};
};

// Takes the rows away that updates replace, where nobody above wants them.
struct DropBefores {
    StreamPlanPtr input;
};

// Of upserts by a key: which rows are new, and which ones are replaced.
struct ChangelogNormalize {
    StreamPlanPtr input;
    std::vector<size_t> key;
};

struct WatermarkAssigner {
    StreamPlanPtr input;
    size_t column;
    Bound value;
};

// The values of the rows for which the condition holds.
struct Calc {
    StreamPlanPtr input;
    Bound condition;  // null for all rows
    std::vector<Bound> values;
};

struct Constants {
    std::vector<std::vector<Bound>> rows;
};

struct Correlate {
    StreamPlanPtr input;
    Bound collection;
    bool with_ordinality = false;
    bool keeps_rows_without = false;
};

// Each row as often as INTERSECT ALL or EXCEPT ALL has it, of its counts on both sides, which are
// the last two columns.
struct RepeatRows {
    StreamPlanPtr input;
    bool is_intersect;
};

// As Expand of plans.
struct ExpandSets {
    StreamPlanPtr input;
    std::vector<Expand::Set> sets;
};

// Gives the keys, then the calls' values.
struct GroupAggregate {
    StreamPlanPtr input;
    std::vector<size_t> keys;
    std::vector<AggregateCall> calls;
};

// Window columns that the input has already, where its rows were put into windows further below.
struct WindowPlaces {
    size_t start;
    size_t end;
    std::optional<size_t> time = {};
};

// Gives the keys, the calls' values, window_start, window_end and window_time. Its windows come
// from the time of the rows, or stand in them. A window is given when it ends, and only then.
struct WindowAggregate {
    StreamPlanPtr input;
    Window window;
    std::optional<WindowPlaces> of_rows;  // then `window` only tells what they are
    std::vector<size_t> keys;             // besides the window
    std::vector<AggregateCall> calls;
    bool is_legacy = false;  // GROUP BY TUMBLE(…)
};

// As AssignWindows of plans.
struct WindowTableFunction {
    StreamPlanPtr input;
    Window window;
    bool is_legacy = false;
};

// As OverRows of plans: in the order of a time attribute.
struct Over {
    StreamPlanPtr input;
    std::vector<size_t> partition;
    SortKey time;
    Frame frame;
    std::vector<OverCall> calls;
};

// As MatchRows of plans.
struct Match {
    StreamPlanPtr input;
    std::vector<size_t> partition;
    std::vector<SortKey> order;  // by a time attribute first
    MatchPattern pattern;
};

// How the first rows are kept. Those of rows that only come need no more than themselves; rows
// that only rise need no more either; for all others every row is kept.
enum class RankBy { Appends, Rises, Retractions };

// The rows of each partition with the numbers from `first` to `last`.
struct Rank {
    StreamPlanPtr input;
    std::vector<size_t> partition;
    std::vector<SortKey> order;
    int64_t first = 1;
    std::optional<int64_t> last = {};
    Bound last_of_row = nullptr;  // where the row itself tells it
    bool with_number = true;      // behind the columns
    RankBy by = RankBy::Appends;
};

struct Deduplicate {
    StreamPlanPtr input;
    std::vector<size_t> partition;
    size_t time;
    bool is_rowtime;
    bool keeps_last;
};

struct WindowRank {
    StreamPlanPtr input;
    WindowPlaces window;
    std::vector<size_t> partition;  // besides the window
    std::vector<SortKey> order;
    int64_t first = 1;
    int64_t last = 1;
    bool with_number = true;
};

struct WindowDeduplicate {
    StreamPlanPtr input;
    WindowPlaces window;
    std::vector<size_t> partition;  // besides the window
    size_t time;
    bool keeps_last;
};

// A pair of columns that have to be equal.
struct JoinKey {
    size_t left;
    size_t right;  // of the right input alone
    bool nulls_are_equal = false;
};

struct JoinOn {
    JoinKind kind;
    std::vector<JoinKey> keys;
    Bound rest;  // of the condition, null for none
};

struct RegularJoin {
    StreamPlanPtr left;
    StreamPlanPtr right;
    JoinOn on;
};

// The right time lies between the left one plus `from_ms` and the left one plus `to_ms`, both
// included.
struct IntervalJoin {
    StreamPlanPtr left;
    StreamPlanPtr right;
    JoinOn on;
    size_t left_time;
    size_t right_time;  // of the right input alone
    int64_t from_ms;
    int64_t to_ms;
    bool is_rowtime;
};

struct WindowJoin {
    StreamPlanPtr left;
    StreamPlanPtr right;
    JoinOn on;  // besides the windows
    WindowPlaces left_window;
    WindowPlaces right_window;
};

// With the version that was valid at the rowtime of the left row.
struct TemporalJoin {
    StreamPlanPtr left;
    StreamPlanPtr right;
    JoinOn on;
    size_t left_time;
    size_t right_time;        // of the right input alone
    std::vector<size_t> key;  // of the right
};

// What a column of a table has to be equal to where the table is looked up.
struct LookupKey {
    size_t column;  // of the source
    Bound value;    // a column of the left, or a constant
};

// With the rows that the table has when the left row comes.
struct LookupJoin {
    StreamPlanPtr left;
    StreamPlanPtr right;              // a source, and calcs above it
    std::vector<LookupKey> asked_by;  // at least one
    JoinOn on;                        // besides
};

struct Union {
    std::vector<StreamPlanPtr> inputs;
};

// By a rising time attribute first of all.
struct TemporalSort {
    StreamPlanPtr input;
    std::vector<SortKey> keys;
    bool is_rowtime;
};

struct SortLimit {
    StreamPlanPtr input;
    std::vector<SortKey> keys;
    int64_t offset;
    int64_t limit;
    RankBy by = RankBy::Appends;
};

struct Limit {
    StreamPlanPtr input;
    int64_t offset;
    int64_t limit;
};

struct Sink {
    StreamPlanPtr input;
    StoredTablePtr table;
    Options options;
    Changes takes;
    bool is_overwrite = false;  // what the rows take the place of goes
    // Rows that are to share a key of the table come under other keys: what is written last need
    // not be what stays.
    bool upsert_materialize = false;
};

}  // namespace stream

// The columns that hold the window of a row, and what window it is.
struct WindowColumns {
    stream::WindowPlaces places;
    Window window;
    PlanColumn time;  // as window_time is or would be
    bool is_legacy = false;
};

// Columns whose values no two rows share that are there at one time, in rising order.
using UpsertKey = std::vector<size_t>;

struct StreamPlan {
    using Node =
        std::variant<stream::TableSource, stream::DropBefores, stream::ChangelogNormalize,
                     stream::WatermarkAssigner, stream::Calc, stream::Constants, stream::Correlate,
                     stream::RepeatRows, stream::ExpandSets, stream::GroupAggregate,
                     stream::WindowAggregate, stream::WindowTableFunction, stream::Over,
                     stream::Match, stream::Rank, stream::Deduplicate, stream::WindowRank,
                     stream::WindowDeduplicate, stream::RegularJoin, stream::IntervalJoin,
                     stream::WindowJoin, stream::TemporalJoin, stream::LookupJoin, stream::Union,
                     stream::TemporalSort, stream::SortLimit, stream::Limit, stream::Sink>;

    Span span;
    std::vector<PlanColumn> columns;
    Changes changes = {};
    std::vector<UpsertKey> upsert_keys = {};
    std::optional<WindowColumns> window = {};
    Node node;
};

std::vector<StreamPlanPtr> inputs_of(const StreamPlan& plan);
// The same operator above other inputs.
StreamPlan::Node with_inputs(StreamPlan::Node node, std::vector<StreamPlanPtr> inputs);

// "Deduplicate:LastRow[I,UA](Source[I])": the operators that change rows by themselves, with the
// changes that each gives. tests/sql/queries/README.md says what is left out.
std::string operators_text(const StreamPlan& plan);

// As it is called there: "WindowAggregate", "Join:LeftOuterJoin".
std::string name_of(const StreamPlan& plan);

// What an operator keeps, for EXPLAIN.
struct OperatorState {
    enum class Bounds { None, OneRow, TimeAndKeys, Keys, Rows };

    Bounds by;
    std::string_view text;  // "all rows of both sides"
};

OperatorState state_of(const StreamPlan& plan);

}  // namespace tarn::sql
