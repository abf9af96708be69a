// Functions of OVER that go by where a row is.
#include <functional>

#include "base/assert.hpp"
#include "sql/bounded/over_calls.hpp"
#include "sql/functions/kernel.hpp"
#include "sql/values/writers.hpp"

namespace tarn::sql {
namespace {

// What surrounds a row.
struct Position {
    int64_t at;
    Stretch partition;
    Stretch peers;
};

template <typename T, typename F>
Column for_positions(const Type& type, const OverOrder& order, const F& function) {
    Writer<T> writer(type, order.rows.rows);
    for (int64_t at = 0; at < order.rows.rows; ++at) {
        auto place = static_cast<size_t>(at);
        writer.append(
            static_cast<T>(function(Position{at, order.partitions[place], order.peers[place]})));
    }
    return writer.finish();
}

template <typename F>
Column counts(const Type& type, const OverOrder& order, const F& function) {
    if (type.kind == TypeKind::Int) return for_positions<int32_t>(type, order, function);
    TARN_ASSERT(type.kind == TypeKind::BigInt);
    return for_positions<int64_t>(type, order, function);
}

// An argument that is a number, of any integer type.
class WholeNumbers {
public:
    WholeNumbers(const Column& column) : column_(column) {}

    bool is_null(int64_t row) const { return column_.is_null(row); }
    int64_t operator[](int64_t row) const {
        switch (column_.values->type_id()) {
            case arrow::Type::INT8:
                return Reader<int8_t>(column_)[row];
            case arrow::Type::INT16:
                return Reader<int16_t>(column_)[row];
            case arrow::Type::INT32:
                return Reader<int32_t>(column_)[row];
            default:
                return Reader<int64_t>(column_)[row];
        }
    }

private:
    Column column_;
};

int64_t rank(const Position& position) {
    return position.peers.begin - position.partition.begin + 1;
}

// One more with each new group of peers.
Column dense_ranks(const Type& type, const OverOrder& order) {
    int64_t rank = 0;
    return counts(type, order, [&](const Position& position) {
        if (position.at == position.partition.begin) rank = 0;
        if (position.at == position.peers.begin) ++rank;
        return rank;
    });
}

double percent_rank(const Position& position) {
    int64_t others = position.partition.length() - 1;
    return others == 0 ? 0 : static_cast<double>(rank(position) - 1) / static_cast<double>(others);
}

double cumulative_share(const Position& position) {
    return static_cast<double>(position.peers.end - position.partition.begin) /
           static_cast<double>(position.partition.length());
}

// Buckets of equal size; where the rows do not come out even, the first ones have one row more.
Column buckets(const OverCall& call, const Column& count, const OverOrder& order) {
    WholeNumbers numbers(count);
    return counts(call.type, order, [&](const Position& position) -> int64_t {
        int64_t wanted = numbers.is_null(position.at) ? 0 : numbers[position.at];
        if (wanted <= 0) throw RowError(position.at, "NTILE needs a number of buckets above 0");
        int64_t small = position.partition.length() / wanted;
        int64_t larger = position.partition.length() % wanted;
        int64_t in_larger = larger * (small + 1);
        int64_t index = position.at - position.partition.begin;
        return index < in_larger ? index / (small + 1) + 1
                                 : larger + (index - in_larger) / small + 1;
    });
}

// LAG and LEAD: the value so many rows away, or the default where the partition does not reach.
Column distant(const OverCall& call, const Columns& arguments, const OverOrder& order,
               int64_t direction) {
    int64_t rows = order.rows.rows;
    std::optional<WholeNumbers> distances;
    if (arguments.size() > 1) distances.emplace(arguments[1]);
    Batch values{{arguments[0]}, rows};
    Batch sources = values;
    if (arguments.size() > 2) sources = stacked({values, {{arguments[2]}, rows}});
    RowList list;
    for (int64_t at = 0; at < rows; ++at) {
        const Stretch& partition = order.partitions[static_cast<size_t>(at)];
        if (distances && distances->is_null(at)) {
            list.push_back(NoRow);
            continue;
        }
        int64_t wanted = at + direction * (distances ? (*distances)[at] : 1);
        bool is_inside = wanted >= partition.begin && wanted < partition.end;
        int64_t otherwise = arguments.size() > 2 ? rows + at : NoRow;
        list.push_back(is_inside ? wanted : otherwise);
    }
    TARN_ASSERT(!call.arguments.empty());
    return taken_or_null(sources, list).columns[0];
}

// The next position from each on that has a value, or the number of rows.
RowList next_known(const Column& column, int64_t rows) {
    RowList next(static_cast<size_t>(rows) + 1, rows);
    for (int64_t at = rows - 1; at >= 0; --at) {
        auto place = static_cast<size_t>(at);
        next[place] = column.is_null(at) ? next[place + 1] : at;
    }
    return next;
}

// The last position before each that has a value, or NoRow.
RowList last_known(const Column& column, int64_t rows) {
    RowList last(static_cast<size_t>(rows) + 1, NoRow);
    for (int64_t at = 0; at < rows; ++at) {
        auto place = static_cast<size_t>(at);
        last[place + 1] = column.is_null(at) ? last[place] : at;
    }
    return last;
}

Column first_or_last(const Column& column, const std::vector<Stretch>& frames, bool is_first) {
    auto rows = static_cast<int64_t>(frames.size());
    RowList known = is_first ? next_known(column, rows) : last_known(column, rows);
    RowList list;
    for (const Stretch& frame : frames) {
        int64_t found = known[static_cast<size_t>(is_first ? frame.begin : frame.end)];
        list.push_back(found >= frame.begin && found < frame.end ? found : NoRow);
    }
    return taken_or_null(column, rows, list);
}

}  // namespace

Column numbered_or_picked(const OverCall& call, const Columns& arguments, const OverOrder& order,
                          const std::vector<Stretch>& frames) {
    if (call.name == "ROW_NUMBER") {
        return counts(call.type, order, [](const Position& position) {
            return position.at - position.partition.begin + 1;
        });
    }
    if (call.name == "RANK") return counts(call.type, order, rank);
    if (call.name == "DENSE_RANK") return dense_ranks(call.type, order);
    if (call.name == "PERCENT_RANK") return for_positions<double>(call.type, order, percent_rank);
    if (call.name == "CUME_DIST") return for_positions<double>(call.type, order, cumulative_share);
    if (call.name == "NTILE") return buckets(call, arguments[0], order);
    if (call.name == "LAG") return distant(call, arguments, order, -1);
    if (call.name == "LEAD") return distant(call, arguments, order, 1);
    bool is_first = call.name == "FIRST_VALUE";
    TARN_ASSERT(is_first || call.name == "LAST_VALUE");
    return first_or_last(arguments[0], frames, is_first);
}

}  // namespace tarn::sql
