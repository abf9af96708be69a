#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "base/error.hpp"
#include "columns/column_builder.hpp"
#include "connectors/formats/kinds.hpp"
#include "sql/options/option_rule.hpp"

namespace tarn::connectors {
namespace {

using sql::TypeKind;

// What a record of the column's type takes; nothing for texts and bytes, which take any length.
std::optional<size_t> width_of(const sql::TableColumn& column) {
    switch (column.type.kind) {
        case TypeKind::Boolean:
        case TypeKind::TinyInt:
            return 1;
        case TypeKind::SmallInt:
            return 2;
        case TypeKind::Int:
        case TypeKind::Float:
            return 4;
        case TypeKind::BigInt:
        case TypeKind::Double:
            return 8;
        case TypeKind::Char:
        case TypeKind::VarChar:
        case TypeKind::Binary:
        case TypeKind::VarBinary:
            return std::nullopt;
        default:
            throw Error(ErrorCode::InvalidInput, "column '{}': {} has no raw form", column.name,
                        text_of(column.type))
                .with_hint("raw takes texts, bytes, booleans and plain numbers");
    }
}

const sql::TableColumn& only_column(const StoredColumns& columns) {
    if (columns.size() != 1) {
        throw Error(ErrorCode::InvalidInput, "the format 'raw' wants one column, the table has {}",
                    columns.size());
    }
    return columns.front();
}

// Numbers in the order of bytes that the options say.
std::string swapped(std::string_view bytes, bool is_swapped) {
    std::string result(bytes);
    if (is_swapped) std::ranges::reverse(result);
    return result;
}

template <typename T>
void append_number(columns::ColumnBuilder& column, std::string_view bytes) {
    T value;
    std::memcpy(&value, bytes.data(), sizeof(value));
    static_cast<columns::FixedBuilder<T>&>(column).append(value);
}

void append_value(columns::ColumnBuilder& column, TypeKind kind, std::string_view bytes) {
    switch (kind) {
        case TypeKind::Boolean:
            return static_cast<columns::BoolBuilder&>(column).append(bytes[0] != 0);
        case TypeKind::TinyInt:
            return append_number<int8_t>(column, bytes);
        case TypeKind::SmallInt:
            return append_number<int16_t>(column, bytes);
        case TypeKind::Int:
            return append_number<int32_t>(column, bytes);
        case TypeKind::BigInt:
            return append_number<int64_t>(column, bytes);
        case TypeKind::Float:
            return append_number<float>(column, bytes);
        case TypeKind::Double:
            return append_number<double>(column, bytes);
        default:
            return static_cast<columns::TextBuilder&>(column).append(bytes);
    }
}

class RawRowDecoder final : public RowDecoder {
public:
    RawRowDecoder(const sql::TableColumn& column, const StoredColumns& asked, bool is_swapped)
        : column_(column),
          width_(width_of(column)),
          is_swapped_(is_swapped && width_),
          is_asked_(!asked.empty()),
          schema_(schema_of({column})),
          rows_(columns::make_row_builder(*schema_)) {}

    void append(std::string_view record) override {
        int64_t number = record_count_++;
        int64_t begin = std::exchange(bytes_, bytes_ + static_cast<int64_t>(record.size()));
        if (width_ && record.size() != *width_) {
            errors_.push_back({number, begin, bytes_,
                               fmt::format("{}: {} bytes are no {}, which has {}", column_.name,
                                           record.size(), text_of(column_.type), *width_)});
            return;
        }
        append_value(rows_->child(0), column_.type.kind, swapped(record, is_swapped_));
        rows_->append_valid();
        record_of_row_.push_back(number);
    }

    DecodedChanges finish() override {
        columns::DecodedRows decoded;
        decoded.batch = columns::finish_batch(*rows_, schema_);
        decoded.record_of_row = std::exchange(record_of_row_, {});
        decoded.errors = std::exchange(errors_, {});
        record_count_ = 0;
        bytes_ = 0;
        DecodedChanges result = inserts_of(decoded);
        if (!is_asked_) result.changes.rows.columns.clear();
        return result;
    }

private:
    sql::TableColumn column_;
    std::optional<size_t> width_;
    bool is_swapped_;
    bool is_asked_;
    std::shared_ptr<arrow::Schema> schema_;
    std::unique_ptr<columns::StructBuilder> rows_;
    int64_t record_count_ = 0;
    int64_t bytes_ = 0;
    std::vector<int64_t> record_of_row_;
    std::vector<columns::RowError> errors_;
};

// A NULL is a record of no bytes.
class RawRowEncoder final : public RowEncoder {
public:
    RawRowEncoder(const sql::TableColumn& column, bool is_swapped)
        : width_(width_of(column)), is_swapped_(is_swapped && width_) {}

    EncodedRecords encoded(const engine::ChangeBatch& changes) override {
        want_inserts(changes, "raw");
        auto values = sql::spread(changes.rows.columns.at(0), changes.size());
        std::string lines;
        std::vector<size_t> ends;
        for (int64_t row = 0; row < changes.size(); ++row) {
            if (values->IsValid(row)) lines += swapped(bytes_of(*values, row), is_swapped_);
            lines += '\n';
            ends.push_back(lines.size());
        }
        return {std::move(lines), std::move(ends)};
    }

private:
    std::string bytes_of(const arrow::Array& values, int64_t row) const {
        if (!width_) {
            return std::string(static_cast<const arrow::BinaryArray&>(values).GetView(row));
        }
        if (values.type_id() == arrow::Type::BOOL) {
            return {static_cast<char>(static_cast<const arrow::BooleanArray&>(values).Value(row))};
        }
        const auto* bytes = values.data()->GetValues<char>(1, 0);
        size_t place = static_cast<size_t>(values.offset() + row) * *width_;
        return {bytes + place, *width_};
    }

    std::optional<size_t> width_;
    bool is_swapped_;
};

class RawFormat final : public Format {
public:
    RawFormat(const OptionValues& options, const std::string& prefix) : Format(prefix) {
        std::string charset = options.text("charset").value_or("UTF-8");
        if (!sql::is_equal_ignoring_case(charset, "UTF-8")) {
            throw Error(ErrorCode::InvalidInput, "the option '{}charset' is '{}'", prefix, charset)
                .with_hint("texts are UTF-8 here");
        }
        bool is_little = sql::is_equal_ignoring_case(
            options.text("endianness").value_or("big-endian"), "little-endian");
        is_swapped_ = is_little != (std::endian::native == std::endian::little);
    }

    std::unique_ptr<RowDecoder> decoder(const StoredColumns& physical,
                                        const StoredColumns& asked) const override {
        return std::make_unique<RawRowDecoder>(only_column(physical), asked, is_swapped_);
    }
    std::unique_ptr<RowEncoder> encoder(const StoredColumns& columns) const override {
        return std::make_unique<RawRowEncoder>(only_column(columns), is_swapped_);
    }
    std::string_view name() const override { return "raw"; }

private:
    bool is_swapped_;
};

}  // namespace

FormatPtr raw_format(const OptionValues& options, const std::string& prefix) {
    return std::make_shared<RawFormat>(options, prefix);
}

}  // namespace tarn::connectors
