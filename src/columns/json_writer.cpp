#include "columns/json_writer.hpp"

#include <arrow/array.h>

#include <cmath>

#include "base/error.hpp"
#include "base/json_text.hpp"
#include "columns/column_to_text.hpp"

namespace tarn::columns {
namespace {

class Writer {
public:
    Writer(std::string& out, const JsonWriterOptions& options) : out_(out), options_(options) {}

    void value(const arrow::Array& column, int64_t row) {
        using arrow::Type;
        if (column.IsNull(row)) return add("null");
        switch (column.type_id()) {
            case Type::BOOL:
            case Type::INT8:
            case Type::INT16:
            case Type::INT32:
                return text(column, row);
            case Type::INT64:
                return text_or_string(column, row,
                                      options_.int64 == JsonWriterOptions::Int64::String);
            case Type::DECIMAL128:
                return text_or_string(column, row,
                                      options_.decimal == JsonWriterOptions::Decimal::String);
            case Type::FLOAT:
                return floating(column, row,
                                static_cast<const arrow::FloatArray&>(column).Value(row));
            case Type::DOUBLE:
                return floating(column, row,
                                static_cast<const arrow::DoubleArray&>(column).Value(row));
            case Type::STRING:
                return append_json_quoted(
                    out_, static_cast<const arrow::StringArray&>(column).GetView(row));
            case Type::STRUCT:
                return object(static_cast<const arrow::StructArray&>(column), row);
            case Type::LIST:
                return list(static_cast<const arrow::ListArray&>(column), row);
            case Type::MAP:
                return map(static_cast<const arrow::MapArray&>(column), row);
            default:
                return text_or_string(column, row, true);
        }
    }

    void field(bool& is_first, const std::string& name, const arrow::Array& column, int64_t row) {
        bool is_left_out = options_.null_field == JsonWriterOptions::NullField::LeaveOut;
        if (is_left_out && column.IsNull(row)) return;
        if (!is_first) out_.push_back(',');
        is_first = false;
        append_json_quoted(out_, name);
        out_.push_back(':');
        value(column, row);
    }

private:
    void add(std::string_view text) { out_ += text; }

    void text(const arrow::Array& column, int64_t row) {
        append_value_text(out_, column, row, options_.timestamps);
    }

    void text_or_string(const arrow::Array& column, int64_t row, bool is_string) {
        if (is_string) out_.push_back('"');
        text(column, row);
        if (is_string) out_.push_back('"');
    }

    void floating(const arrow::Array& column, int64_t row, double value) {
        if (std::isfinite(value)) return text(column, row);
        if (options_.not_finite == JsonWriterOptions::NotFinite::Null) return add("null");
        text_or_string(column, row, true);
    }

    void object(const arrow::StructArray& column, int64_t row) {
        out_.push_back('{');
        bool is_first = true;
        for (int i = 0; i < column.num_fields(); ++i) {
            field(is_first, column.struct_type()->field(i)->name(), *column.field(i), row);
        }
        out_.push_back('}');
    }

    void list(const arrow::ListArray& column, int64_t row) {
        out_.push_back('[');
        int64_t begin = column.value_offset(row);
        for (int64_t i = begin; i < begin + column.value_length(row); ++i) {
            if (i > begin) out_.push_back(',');
            value(*column.values(), i);
        }
        out_.push_back(']');
    }

    void map(const arrow::MapArray& column, int64_t row) {
        const arrow::Array& keys = *column.keys();
        out_.push_back('{');
        int64_t begin = column.value_offset(row);
        for (int64_t i = begin; i < begin + column.value_length(row); ++i) {
            if (i > begin) out_.push_back(',');
            std::string key;
            append_value_text(key, keys, i, options_.timestamps);
            append_json_quoted(out_, key);
            out_.push_back(':');
            value(*column.items(), i);
        }
        out_.push_back('}');
    }

    std::string& out_;
    const JsonWriterOptions& options_;
};

}  // namespace

void append_json_lines(std::string& out, const arrow::RecordBatch& batch,
                       const JsonWriterOptions& options) {
    Writer writer(out, options);
    // columns() builds the arrays once; column(i) would look them up for every row.
    const auto& columns = batch.columns();
    for (int64_t row = 0; row < batch.num_rows(); ++row) {
        out.push_back('{');
        bool is_first = true;
        for (int i = 0; i < batch.num_columns(); ++i) {
            writer.field(is_first, batch.column_name(i), *columns[i], row);
        }
        out += "}\n";
    }
}

void append_json_value(std::string& out, const arrow::Array& column, int64_t row,
                       const JsonWriterOptions& options) {
    Writer(out, options).value(column, row);
}

}  // namespace tarn::columns
