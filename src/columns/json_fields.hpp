// The decoding plan of a schema: a tree with one JsonField per column, each of which knows how to
// read its value from a JsonCursor into its builder. Built once, used for every record.
#pragma once

#include <arrow/type.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "columns/column_builder.hpp"
#include "columns/json_cursor.hpp"
#include "columns/json_options.hpp"
#include "columns/text_to_column.hpp"
#include "columns/word_steps.hpp"

namespace tarn::columns {

class JsonField {
public:
    // The root of a schema: a struct with the columns as children. Both must outlive the plan.
    JsonField(StructBuilder& rows, const JsonOptions& options);

    // Reads one value. False when the record must be given up; the cursor has the reason, and
    // builders may hold a half row, which the caller cuts off.
    bool read(JsonCursor& in);

private:
    JsonField(const arrow::Field& field, ColumnBuilder& builder, const JsonOptions& options);
    void add_children();
    void choose_reader();

    bool read_bool(JsonCursor& in);
    template <typename T>
    bool read_integer(JsonCursor& in);
    template <typename T>
    bool read_floating(JsonCursor& in);
    bool read_decimal(JsonCursor& in);
    bool read_utf8(JsonCursor& in);
    // Types that JSON can only give as a string.
    bool read_from_text(JsonCursor& in);
    bool read_struct(JsonCursor& in);
    bool read_list(JsonCursor& in);
    bool read_map(JsonCursor& in);

    bool read_null(JsonCursor& in);
    // The value that starts at `value` is wrong for the column: null or a rejected record.
    bool wrong_value(JsonCursor& in, JsonCursor::Mark value);
    bool read_members(JsonCursor& in);
    bool append_missing(JsonCursor& in, int64_t row);
    // The child that the key at the cursor, the record's `place`-th, names; null if none.
    JsonField* take_key(JsonCursor& in, size_t place);
    JsonField* child_named(std::string_view raw_key, size_t place);
    bool read_entries(JsonCursor& in, const std::vector<bool>& superseded);
    std::vector<bool> superseded_entries();

    bool is_flink() const { return options_->coercion == Coercion::Flink; }

    NameMatcher name_;
    bool is_nullable_;
    bool (JsonField::*read_value_)(JsonCursor&) = nullptr;
    ColumnBuilder* builder_;
    const JsonOptions* options_;
    TextRules rules_;
    std::string scratch_;
    std::vector<JsonField> children_;
    std::unordered_map<std::string, uint32_t> child_by_name_;
    // Which child the k-th key of the last record named. Producers keep to an order, so it is the
    // first guess for the next record.
    std::vector<JsonField*> guesses_;
};

}  // namespace tarn::columns
