// For tests: tables in memory that joins look up, and how many keys each question to them had.
#pragma once

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "engine/operators/lookup.hpp"
#include "sql/expressions/row_lists.hpp"
#include "sql/stream/stream_plan.hpp"
#include "sql/values/packed_rows.hpp"

namespace tarn::engine {

class TestLookups {
public:
    // Batches of all stored columns.
    void add(const std::string& table, const sql::Batch& rows) {
        sql::PackedRows packed = sql::packed(rows.columns, rows.rows);
        for (size_t row = 0; row < packed.size(); ++row) tables_[table].emplace_back(packed[row]);
    }
    void remove(const std::string& table, const sql::Batch& rows) {
        sql::PackedRows packed = sql::packed(rows.columns, rows.rows);
        std::vector<std::string>& kept = tables_[table];
        for (size_t row = 0; row < packed.size(); ++row) {
            auto found = std::ranges::find(kept, packed[row]);
            if (found != kept.end()) kept.erase(found);
        }
    }

    // What it opens refers to this.
    OpenLookup opener() {
        return [this](const sql::stream::TableSource& source, const std::vector<size_t>& key) {
            return std::make_unique<Question>(*this, source, key);
        };
    }

    std::vector<int64_t> questions;

private:
    class Question final : public Lookup {
    public:
        Question(TestLookups& all, const sql::stream::TableSource& source, std::vector<size_t> key)
            : all_(all), rows_(all.tables_[source.table->path.name]), key_(std::move(key)) {
            for (const sql::TableColumn& column : source.table->table.columns) {
                if (is_stored(column)) types_.push_back(column.type);
            }
            columns_.resize(types_.size());
            std::iota(columns_.begin(), columns_.end(), 0);
            if (source.columns) columns_ = *source.columns;
        }

        Found rows_for(const sql::Batch& keys) override {
            all_.questions.push_back(keys.rows);
            std::vector<std::string_view> views(rows_.begin(), rows_.end());
            sql::Batch all{sql::unpacked(views, types_), std::ssize(rows_)};
            all.columns = sql::chosen(all, columns_);
            sql::PackedRows asked = sql::packed(keys.columns, keys.rows);
            sql::PackedRows here = sql::packed(sql::chosen(all, key_), all.rows);
            Found found;
            sql::RowList rows;
            for (int64_t row = 0; row < all.rows; ++row) {
                for (int64_t key = 0; key < keys.rows; ++key) {
                    if (here[static_cast<size_t>(row)] != asked[static_cast<size_t>(key)]) continue;
                    rows.push_back(row);
                    found.keys.push_back(key);
                }
            }
            found.rows = sql::taken(all, rows);
            return found;
        }

    private:
        TestLookups& all_;
        const std::vector<std::string>& rows_;
        std::vector<sql::Type> types_;
        std::vector<size_t> columns_;
        std::vector<size_t> key_;
    };

    std::map<std::string, std::vector<std::string>> tables_;  // packed
};

}  // namespace tarn::engine
