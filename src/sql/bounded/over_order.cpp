#include "sql/bounded/over_order.hpp"

#include <algorithm>

#include "sql/bounded/key_numbers.hpp"
#include "sql/plan/order.hpp"
#include "sql/values/sort_key.hpp"

namespace tarn::sql {
namespace {

// For each position the stretch of those with the same key.
template <typename KeyOf>
std::vector<Stretch> stretches(int64_t rows, const KeyOf& key_of) {
    std::vector<Stretch> result;
    for (int64_t begin = 0; begin < rows;) {
        int64_t end = begin + 1;
        while (end < rows && key_of(end) == key_of(begin)) ++end;
        result.insert(result.end(), static_cast<size_t>(end - begin), Stretch{begin, end});
        begin = end;
    }
    return result;
}

}  // namespace

OverOrder ordered(const OverRows& step, const Batch& input) {
    KeyNumbers numbers;
    std::vector<uint32_t> partition_of;
    for (const std::string& key : sort_keys(chosen(input, step.partition), input.rows)) {
        partition_of.push_back(numbers.number(key));
    }
    std::vector<std::string> keys = order_keys(step.order, input);
    RowList rows = all_rows(input.rows);
    auto partition = [&](int64_t row) { return partition_of[static_cast<size_t>(row)]; };
    auto place = [&](int64_t row) {
        return std::pair<uint32_t, std::string_view>(partition(row),
                                                     keys[static_cast<size_t>(row)]);
    };
    std::ranges::sort(rows, {}, [&](int64_t row) { return std::pair(place(row), row); });
    auto row_at = [&](int64_t position) { return rows[static_cast<size_t>(position)]; };
    return {taken(input, rows),
            stretches(input.rows, [&](int64_t at) { return partition(row_at(at)); }),
            stretches(input.rows, [&](int64_t at) { return place(row_at(at)); })};
}

}  // namespace tarn::sql
