#include "connectors/jdbc/jdbc_sink.hpp"

#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.hpp"
#include "connectors/formats/option_values.hpp"
#include "connectors/jdbc/database_values.hpp"
#include "connectors/jdbc/retries.hpp"

namespace tarn::connectors {
namespace {

constexpr int64_t FlushRows = 100;
constexpr std::chrono::milliseconds FlushInterval(1'000);
constexpr int64_t SinkRetries = 3;
// So many are held at most, also where the table says that only epochs end a transaction.
constexpr int64_t PendingRowsMax = 100'000;

const std::string UpsertName = "upsert";
const std::string DeleteName = "delete";

int64_t rows_max(const OptionValues& options) {
    int64_t rows = options.whole("sink.buffer-flush.max-rows").value_or(FlushRows);
    return rows > 0 ? std::min(rows, PendingRowsMax) : PendingRowsMax;
}

std::vector<size_t> key_places(const StoredColumns& columns, const sql::Table& table) {
    std::vector<size_t> places;
    for (const std::string& name : table.primary_key) {
        auto found = std::ranges::find(columns, name, &sql::TableColumn::name);
        places.push_back(static_cast<size_t>(found - columns.begin()));
    }
    return places;
}

}  // namespace

JdbcSink::JdbcSink(const sql::stream::Sink& table, const Clock& clock, const sql::TimeZone& zone)
    : access_(database_access(table.options, zone)),
      columns_(plain_columns(*table.table)),
      key_(key_places(columns_, table.table->table)),
      rows_max_(rows_max(OptionValues(table.options))),
      interval_(OptionValues(table.options)
                    .duration("sink.buffer-flush.interval")
                    .value_or(FlushInterval)),
      retries_max_(OptionValues(table.options).whole("sink.max-retries").value_or(SinkRetries)),
      clock_(clock) {
    connection_.emplace(access_);
    DatabaseTable there(*connection_, *table.table, table.options);
    upsert_ = upsert_statement(there);
    if (!key_.empty()) delete_ = delete_statement(there);
    connection_.reset();
    connect();
}

std::string JdbcSink::upsert_statement(const DatabaseTable& table) const {
    std::vector<std::string> names;
    std::vector<std::string> values;
    std::vector<std::string> keys;
    std::vector<std::string> updates;
    for (size_t i = 0; i < columns_.size(); ++i) {
        std::string name = table.column(columns_[i]).name;
        names.push_back(name);
        values.push_back(fmt::format("${}", i + 1));
        bool is_key = std::ranges::find(key_, i) != key_.end();
        if (is_key) keys.push_back(name);
        if (!is_key) updates.push_back(fmt::format("{0} = EXCLUDED.{0}", name));
    }
    std::string insert = fmt::format("INSERT INTO {} ({}) VALUES ({})", table.name(),
                                     fmt::join(names, ", "), fmt::join(values, ", "));
    if (keys.empty()) return insert;
    return fmt::format("{} ON CONFLICT ({}) DO {}{}", insert, fmt::join(keys, ", "),
                       updates.empty() ? "NOTHING" : "UPDATE SET ", fmt::join(updates, ", "));
}

std::string JdbcSink::delete_statement(const DatabaseTable& table) const {
    std::vector<std::string> conditions;
    for (size_t place : key_) {
        conditions.push_back(
            fmt::format("{} = ${}", table.column(columns_[place]).name, conditions.size() + 1));
    }
    return fmt::format("DELETE FROM {} WHERE {}", table.name(), fmt::join(conditions, " AND "));
}

// What does not fit the table, as a key that it does not have, is told here.
void JdbcSink::connect() {
    connection_.emplace(access_);
    connection_->prepare(UpsertName, upsert_);
    if (!delete_.empty()) connection_->prepare(DeleteName, delete_);
}

void JdbcSink::write(const engine::ChangeBatch& batch) {
    std::vector<TextValues> texts;
    for (size_t i = 0; i < columns_.size(); ++i) {
        texts.push_back(texts_of(batch.rows.columns[i], batch.size(), columns_[i].type));
    }
    sql::PackedRows keys = engine::packed(batch, key_);
    for (size_t row = 0; row < static_cast<size_t>(batch.size()); ++row) {
        bool is_delete = !is_addition(batch.kind(static_cast<int64_t>(row)));
        PendingRow pending{is_delete, {}};
        if (is_delete) {
            for (size_t place : key_) pending.values.push_back(std::move(texts[place][row]));
        } else {
            for (TextValues& column : texts) pending.values.push_back(std::move(column[row]));
        }
        add(keys[row], std::move(pending));
        if (std::ssize(pending_) >= rows_max_) flush();
    }
}

void JdbcSink::add(std::string_view key, PendingRow row) {
    if (!first_pending_) first_pending_ = clock_.ticks();
    if (!key_.empty()) {
        auto [known, is_new] = by_key_.emplace(key, pending_.size());
        if (!is_new) pending_[std::exchange(known->second, pending_.size())].reset();
    }
    pending_.push_back(std::move(row));
}

std::optional<Ticks> JdbcSink::wakes_at() const {
    bool has_interval = interval_ > std::chrono::milliseconds(0);
    if (!first_pending_ || !has_interval) return std::nullopt;
    return *first_pending_ + interval_;
}

engine::OperatorState JdbcSink::prepare(const engine::EpochFacts&) {
    flush();
    return {};
}

void JdbcSink::flush() {
    if (pending_.empty()) return;
    with_retries(retries_max_, "a write", [this] { write_pending(); });
    pending_.clear();
    by_key_.clear();
    first_pending_.reset();
}

void JdbcSink::write_pending() {
    if (!connection_) connect();
    std::vector<DatabaseConnection::Step> steps;
    for (const auto& row : pending_) {
        if (row) steps.push_back({row->is_delete ? &DeleteName : &UpsertName, &row->values});
    }
    try {
        connection_->run_all(steps);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::Unavailable) connection_.reset();
        throw;
    }
}

}  // namespace tarn::connectors
