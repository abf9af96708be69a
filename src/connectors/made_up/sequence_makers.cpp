#include <arrow/array/builder_binary.h>
#include <arrow/util/decimal.h>

#include "base/error.hpp"
#include "columns/arrow_result.hpp"
#include "connectors/made_up/makers.hpp"
#include "sql/values/arrow_types.hpp"

namespace tarn::connectors {
namespace {

using sql::TypeKind;

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
    bool counts_up = (is_numeric(column.type) || is_text(column.type));
    if (!counts_up) {
        throw Error(ErrorCode::InvalidInput, "column '{}': {} has no sequence", column.path,
                    text_of(column.type))
            .with_hint("numbers and texts have; leave out its 'kind'");
    }
    return std::make_unique<Sequence>(column);
}

}  // namespace tarn::connectors
