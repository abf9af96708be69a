#include "connectors/jdbc/jdbc_source.hpp"

#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.hpp"
#include "connectors/formats/option_values.hpp"
#include "connectors/jdbc/database_values.hpp"

namespace tarn::connectors {
namespace {

// As Flink's PreparedSplitterNumericParameters: the first parts have one value more.
std::vector<std::pair<int64_t, int64_t>> ranges_between(int64_t lower, int64_t upper,
                                                        int64_t count) {
    if (lower > upper) {
        throw Error(ErrorCode::InvalidInput,
                    "'scan.partition.lower-bound' {} is above 'scan.partition.upper-bound' {}",
                    lower, upper);
    }
    // Without a sign, for the bounds may be as far apart as numbers are.
    uint64_t distance = static_cast<uint64_t>(upper) - static_cast<uint64_t>(lower);
    auto parts = static_cast<uint64_t>(count);
    if (distance < parts - 1) parts = distance + 1;
    uint64_t size = distance / parts;
    uint64_t larger = distance % parts + 1;
    std::vector<std::pair<int64_t, int64_t>> ranges;
    auto from = static_cast<uint64_t>(lower);
    for (uint64_t i = 0; i < parts; ++i) {
        uint64_t to = from + size - (i < larger ? 0 : 1);
        ranges.emplace_back(static_cast<int64_t>(from), static_cast<int64_t>(to));
        from = to + 1;
    }
    return ranges;
}

}  // namespace

JdbcSource::JdbcSource(const sql::stream::TableSource& table, const sql::TimeZone& zone,
                       engine::SourceShare share)
    : source_(table),
      columns_(asked_columns(table)),
      fetch_rows_(OptionValues(table.options).whole("scan.fetch-size").value_or(0)),
      connection_(database_access(table.options, zone)),
      table_(connection_, *table.table, table.options),
      key_(ordered_key(table.table->table)),
      parts_(parts_of(table.options, share)) {
    selected_columns(columns_, table_, "t.");  // refuses what the table does not have
    if (auto column = OptionValues(table.options).text("scan.partition.column")) {
        partition_column_ = table_.column(*column).name;
    }
}

std::vector<JdbcSource::Part> JdbcSource::parts_of(const sql::Options& options,
                                                   engine::SourceShare share) {
    OptionValues values(options);
    if (!values.has("scan.partition.column")) return {{.number = 0}};
    auto bound = [&](std::string_view key) {
        values.wanted_text(key);
        return *values.whole(key);
    };
    std::vector<Part> parts;
    int32_t number = 0;
    for (const auto& [from, to] :
         ranges_between(bound("scan.partition.lower-bound"), bound("scan.partition.upper-bound"),
                        bound("scan.partition.num"))) {
        if (number % share.count == share.index) {
            parts.push_back({.number = number, .range = Range{from, to}});
        }
        ++number;
    }
    return parts;
}

// The PRIMARY KEY, where the table of the database keeps it.
std::vector<DatabaseColumn> JdbcSource::ordered_key(const sql::Table& table) {
    std::vector<DatabaseColumn> key;
    for (const std::string& name : table.primary_key) key.push_back(table_.column(name));
    if (!table_.are_unique(connection_, key)) key.clear();
    return key;
}

std::vector<int32_t> JdbcSource::partitions() {
    std::vector<int32_t> numbers;
    for (const Part& part : parts_) numbers.push_back(part.number);
    return numbers;
}

std::optional<engine::ChangeBatch> JdbcSource::read(int64_t rows_max) {
    if (is_ended()) return std::nullopt;
    Part& part = parts_[current_];
    if (!has_cursor_) open_cursor(part);
    int64_t rows_wanted = fetch_rows_ > 0 ? std::min(fetch_rows_, rows_max) : rows_max;
    DatabaseRows rows = connection_.run(fmt::format("FETCH {} FROM tarn", rows_wanted));
    if (rows.size() < rows_wanted) {
        close_cursor();
        part.is_done = true;
        skip_done();
    }
    if (rows.size() == 0) return std::nullopt;
    if (!key_.empty()) {
        part.last_key.clear();
        for (size_t i = 0; i < key_.size(); ++i) {
            part.last_key.emplace_back(rows.value(rows.size() - 1, columns_.size() + i));
        }
    }
    return engine::ChangeBatch{batch_of(rows, columns_), {}, part.number};
}

void JdbcSource::open_cursor(const Part& part) {
    DatabaseQuery query;
    query.add_filters(source_.filters, columns_, table_, "t.");
    if (part.range) {
        std::string from = query.parameter(std::to_string(part.range->from), "bigint");
        std::string to = query.parameter(std::to_string(part.range->to), "bigint");
        query.add_condition(fmt::format("t.{} BETWEEN {} AND {}", partition_column_, from, to));
    }
    std::vector<std::string> names;
    std::vector<std::string> values;
    std::string selected = selected_columns(columns_, table_, "t.");
    for (size_t i = 0; i < key_.size(); ++i) {
        names.push_back("t." + key_[i].name);
        selected += fmt::format("{}t.{}::text", selected.empty() ? "" : ", ", key_[i].name);
        if (!part.last_key.empty()) {
            values.push_back(query.parameter(part.last_key[i]));
        }
    }
    if (!values.empty()) {
        query.add_condition(
            fmt::format("({}) > ({})", fmt::join(names, ", "), fmt::join(values, ", ")));
    }
    std::string order = names.empty() ? "" : fmt::format(" ORDER BY {}", fmt::join(names, ", "));
    connection_.run("BEGIN READ ONLY");
    connection_.run(fmt::format("DECLARE tarn NO SCROLL CURSOR FOR SELECT {} FROM {} AS t{}{}",
                                selected, table_.name(), query.where(), order),
                    query.parameters());
    has_cursor_ = true;
}

void JdbcSource::close_cursor() {
    if (has_cursor_) connection_.run("COMMIT");
    has_cursor_ = false;
}

void JdbcSource::skip_done() {
    while (current_ < parts_.size() && parts_[current_].is_done) ++current_;
}

engine::OperatorState JdbcSource::position() const {
    if (parts_.empty()) return {};
    std::vector<int64_t> numbers;
    std::vector<int64_t> done;
    std::vector<int64_t> begun;
    std::vector<std::vector<std::string_view>> keys(key_.size());
    for (const Part& part : parts_) {
        numbers.push_back(part.number);
        done.push_back(part.is_done);
        begun.push_back(!part.last_key.empty());
        for (size_t i = 0; i < key_.size(); ++i) {
            keys[i].push_back(part.last_key.empty() ? "" : std::string_view(*part.last_key[i]));
        }
    }
    std::vector<engine::StateColumn> columns{{"number", engine::number_column(numbers)},
                                             {"is_done", engine::number_column(done)},
                                             {"is_begun", engine::number_column(begun)}};
    for (size_t i = 0; i < key_.size(); ++i) {
        columns.push_back({fmt::format("key{}", i), engine::bytes_column(keys[i])});
    }
    engine::OperatorState state;
    state.put("parts", engine::state_rows(columns));
    return state;
}

void JdbcSource::seek(const engine::OperatorState& position) {
    close_cursor();
    for (const engine::StateRows& rows : position.all("parts")) {
        std::vector<int64_t> numbers = engine::numbers_of(rows, 0);
        std::vector<int64_t> done = engine::numbers_of(rows, 1);
        std::vector<int64_t> begun = engine::numbers_of(rows, 2);
        // By another key, or by none, its place is unknown.
        bool has_key = rows->num_columns() == static_cast<int>(3 + key_.size());
        for (size_t i = 0; i < numbers.size(); ++i) {
            auto part = std::ranges::find(parts_, numbers[i], &Part::number);
            if (part == parts_.end()) continue;
            part->is_done = done[i] != 0;
            part->last_key.clear();
            if (begun[i] == 0 || !has_key) continue;
            for (size_t key = 0; key < key_.size(); ++key) {
                auto texts = engine::bytes_of(rows, static_cast<int>(3 + key));
                part->last_key.emplace_back(texts[i]);
            }
        }
    }
    current_ = 0;
    skip_done();
}

}  // namespace tarn::connectors
