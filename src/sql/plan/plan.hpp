// What a query asks for, as a tree of steps from the tables up. Like bound expressions plans never
// change once they are made, and share their parts. A step's expressions read the columns of its
// input by their places; those of a join the columns of both, the left ones first.
#pragma once

#include <map>
#include <set>

#include "sql/aggregates/aggregate.hpp"
#include "sql/catalog/catalog.hpp"
#include "sql/expressions/bound.hpp"
#include "sql/expressions/scope.hpp"
#include "sql/plan/match.hpp"

namespace tarn::sql {

struct Plan;
using PlanPtr = std::shared_ptr<const Plan>;

struct PlanColumn {
    std::string name;
    Type type;
    TimeRole time = TimeRole::None;
};

// Which version of a table is read; the point is constant.
struct Version {
    TimeTravel::By by;
    Bound point;
};

// Of columns that are rows, by their places, the names of fields.
using FieldsOfColumns = std::map<size_t, std::set<std::string>>;

// What a table's connector brings: its physical and its metadata columns.
struct Scan {
    StoredTablePtr table;
    Options options;  // of the table, with those of a hint over them
    std::optional<Version> at = {};
    // Places of the stored columns that are read, in the order of the step's columns; nothing for
    // all of them.
    std::optional<std::vector<size_t>> columns = {};
    // Over the step's columns: a row for which one of them is not TRUE is not wanted. They are
    // hints for who can leave out files or partitions unread; a Filter above decides on each row.
    std::vector<Bound> filters = {};
    // Over the step's columns: of these rows no other fields are read, so what the others hold is
    // all the same. A hint for who can leave them out.
    FieldsOfColumns fields = {};
};

// A rowtime column, and how far its time has come with each row.
struct AssignWatermark {
    PlanPtr input;
    size_t column;
    Bound value;
};

struct ConstantRows {
    std::vector<std::vector<Bound>> rows;
};

struct Project {
    PlanPtr input;
    std::vector<Bound> values;
};

struct Filter {
    PlanPtr input;
    Bound condition;
};

enum class JoinKind { Inner, Left, Right, Full, Semi, Anti };

// Semi and anti joins give the left columns alone.
struct JoinRows {
    JoinKind kind;
    PlanPtr left;
    PlanPtr right;
    Bound condition;
};

// Each row with its counterpart of the right at a moment of its own: FOR SYSTEM_TIME AS OF.
struct JoinVersion {
    JoinKind kind;  // Inner or Left
    PlanPtr left;
    PlanPtr right;
    Bound condition;
    size_t time;  // of the left
};

// Behind each row the items of its collections, a row for each; where there are none, none, or
// NULL.
struct Unnested {
    PlanPtr input;
    Bound collection;
    bool with_ordinality = false;
    bool keeps_rows_without = false;
};

struct AggregateCall {
    const Aggregate* function;
    AggregateSignature signature;        // DISTINCT is part of it
    std::vector<size_t> arguments = {};  // columns of the input
    Type type = {};                      // of the result where it stands
    std::string words = {};              // that its call says besides: " ABSENT ON NULL"
    bool is_distinct = false;            // to tell it
    std::optional<size_t> filter = {};   // a BOOLEAN column
    Span span = {};
};

// Gives the keys, then the calls' values.
struct AggregateRows {
    PlanPtr input;
    std::vector<size_t> keys;
    std::vector<AggregateCall> calls;
};

// Each row once for each grouping set, with the keys that are not in it NULL, and behind its
// columns which set it is.
struct Expand {
    struct Set {
        std::vector<bool> has_key;  // of the first columns
        int64_t id;                 // a bit for each key that is not in it, the first key's highest
    };

    PlanPtr input;
    std::vector<Set> sets;
};

enum class WindowKind { Tumble, Hop, Cumulate, Session };

struct Window {
    WindowKind kind;
    size_t time;
    int64_t size_ms;      // of sessions the gap
    int64_t step_ms = 0;  // of hopping windows the slide
    int64_t offset_ms = 0;
    std::vector<size_t> session_keys = {};
};

// Each row once for each window that it falls into, with window_start, window_end and window_time
// behind its columns.
struct AssignWindows {
    PlanPtr input;
    Window window;
    bool is_legacy = false;  // of GROUP BY TUMBLE(…)
};

struct SortKey {
    size_t column;
    bool is_descending = false;
    bool nulls_first = true;

    bool operator==(const SortKey&) const = default;
};

struct Frame {
    struct Bound {
        FrameBound::Kind kind;
        int64_t offset = 0;  // rows, or milliseconds of a range
    };

    bool is_by_rows = false;
    Bound from;
    Bound to;
};

// What is computed for each row from those around it.
struct OverCall {
    std::string name;                     // ROW_NUMBER, LAG, … or that of the aggregate
    const Aggregate* function = nullptr;  // null for those that only number or pick rows
    AggregateSignature signature = {};    // as that of an AggregateCall
    std::vector<size_t> arguments = {};
    Type type = {};
    std::string words = {};    // as those of an AggregateCall
    bool is_distinct = false;  // to tell it
    Span span = {};
};

// Gives the columns of the input, then the calls' values.
struct OverRows {
    PlanPtr input;
    std::vector<size_t> partition;
    std::vector<SortKey> order;
    Frame frame;
    std::vector<OverCall> calls;
};

// MATCH_RECOGNIZE: gives for each match the columns of the partition, then the measures.
struct MatchRows {
    PlanPtr input;
    std::vector<size_t> partition;
    std::vector<SortKey> order;
    MatchPattern pattern;
};

// UNION is one of all rows with an aggregate without calls above it.
struct CombineRows {
    SetOperation::Kind kind;
    bool is_all;
    std::vector<PlanPtr> inputs;
};

struct SortRows {
    PlanPtr input;
    std::vector<SortKey> keys;  // none for a bare LIMIT
    int64_t offset = 0;
    std::optional<int64_t> limit = {};
};

// INSERT: the rows as the table takes them.
struct WriteRows {
    PlanPtr input;
    StoredTablePtr table;
    Options options;
    bool is_overwrite = false;
};

struct Plan {
    Span span;
    std::vector<PlanColumn> columns;
    std::variant<Scan, AssignWatermark, ConstantRows, Project, Filter, JoinRows, JoinVersion,
                 Unnested, AggregateRows, Expand, AssignWindows, OverRows, MatchRows, CombineRows,
                 SortRows, WriteRows>
        node;
};

PlanPtr made(Span span, std::vector<PlanColumn> columns, decltype(Plan::node) node);

}  // namespace tarn::sql
