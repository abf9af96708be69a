#include <arrow/array/builder_binary.h>
#include <arrow/util/decimal.h>

#include "base/error.hpp"
#include "columns/arrow_result.hpp"
#include "connectors/made_up/makers.hpp"
#include "sql/values/arrow_types.hpp"

namespace tarn::connectors {
namespace {

using sql::TypeKind;

// The largest whole number of a type.
int64_t most_of(const sql::Type& type) {
    constexpr int DigitsMax = std::numeric_limits<int64_t>::digits10;
    switch (type.kind) {
        case TypeKind::TinyInt:
            return std::numeric_limits<int8_t>::max();
        case TypeKind::SmallInt:
            return std::numeric_limits<int16_t>::max();
        case TypeKind::Int:
            return std::numeric_limits<int32_t>::max();
        case TypeKind::Decimal: {
            int digits = type.precision - type.scale;
            if (digits > DigitsMax) return std::numeric_limits<int64_t>::max();
            int64_t most = 1;
            for (int i = 0; i < digits; ++i) most *= 10;
            return most - 1;
        }
        default:
            return std::numeric_limits<int64_t>::max();
    }
}

// From `start` to `end`, both included.
class Sequence final : public ValueMaker {
public:
    explicit Sequence(const MadeColumn& column)
        : type_(column.type), start_(bound(column, "start")), end_(bound(column, "end")) {
        if (end_ < start_) {
            throw Error(ErrorCode::InvalidInput,
                        "the option 'fields.{}' is {}, before the start at {}", column.key("end"),
                        end_, start_);
        }
    }

    // Whole numbers reach one further below zero than above.
    bool fits() const {
        int64_t most = most_of(type_);
        return end_ <= most && start_ >= -most - (type_.kind == TypeKind::Decimal ? 0 : 1);
    }

    std::optional<int64_t> row_count() const override {
        auto count = static_cast<uint64_t>(end_) - static_cast<uint64_t>(start_);
        constexpr auto Most = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
        return count >= Most ? std::nullopt : std::optional(static_cast<int64_t>(count) + 1);
    }

    std::shared_ptr<arrow::Array> make(const RowRange& rows) const override {
        switch (type_.kind) {
            case TypeKind::TinyInt:
                return numbers<int8_t>(rows);
            case TypeKind::SmallInt:
                return numbers<int16_t>(rows);
            case TypeKind::Int:
                return numbers<int32_t>(rows);
            case TypeKind::BigInt:
                return numbers<int64_t>(rows);
            case TypeKind::Float:
                return numbers<float>(rows);
            case TypeKind::Double:
                return numbers<double>(rows);
            case TypeKind::Decimal:
                return decimals(rows);
            default:
                return texts(rows);
        }
    }

private:
    static int64_t bound(const MadeColumn& column, std::string_view option) {
        auto value = column.options.whole(column.key(option));
        if (value) return *value;
        throw Error(ErrorCode::InvalidInput, "the option 'fields.{}' is missing",
                    column.key(option))
            .with_hint("a sequence has a start and an end");
    }

    template <typename T>
    std::shared_ptr<arrow::Array> numbers(const RowRange& rows) const {
        return fixed_array<T>(sql::arrow_type(type_), rows,
                              [this](int64_t row) { return static_cast<T>(start_ + row); });
    }

    std::shared_ptr<arrow::Array> decimals(const RowRange& rows) const {
        return fixed_array<arrow::Decimal128>(sql::arrow_type(type_), rows, [this](int64_t row) {
            return columns::or_throw(arrow::Decimal128(start_ + row).Rescale(0, type_.scale));
        });
    }

    std::shared_ptr<arrow::Array> texts(const RowRange& rows) const {
        arrow::StringBuilder values;
        for (int64_t row = rows.begin; row < rows.begin + rows.count; ++row) {
            columns::or_throw(values.Append(std::to_string(start_ + row)));
        }
        return columns::or_throw(values.Finish());
    }

    sql::Type type_;
    int64_t start_;
    int64_t end_;
};

}  // namespace

ValueMakerPtr sequence(const MadeColumn& column) {
    bool counts_up = is_numeric(column.type) || is_text(column.type);
    if (!counts_up) {
        throw Error(ErrorCode::InvalidInput, "column '{}': {} has no sequence", column.path,
                    text_of(column.type))
            .with_hint("numbers and texts have; leave out its 'kind'");
    }
    auto values = std::make_unique<Sequence>(column);
    if (!values->fits()) {
        throw Error(ErrorCode::InvalidInput,
                    "the options 'fields.{}' and 'fields.{}' go beyond what {} holds",
                    column.key("start"), column.key("end"), text_of(column.type));
    }
    return values;
}

}  // namespace tarn::connectors
