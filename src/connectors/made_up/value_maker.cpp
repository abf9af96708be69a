#include "connectors/made_up/value_maker.hpp"

#include <arrow/util/bit_util.h>

#include "base/error.hpp"
#include "connectors/made_up/makers.hpp"
#include "sql/options/option_rule.hpp"

namespace tarn::connectors {
namespace {

using sql::TypeKind;

// Takes away a share of another maker's values.
class WithNulls final : public ValueMaker {
public:
    WithNulls(ValueMakerPtr values, double rate, const RowRandom& random)
        : values_(std::move(values)), rate_(rate), random_(random) {}

    std::shared_ptr<arrow::Array> make(const RowRange& rows) const override {
        auto data = values_->make(rows)->data()->Copy();
        std::vector<uint8_t> validity(
            static_cast<size_t>(arrow::bit_util::BytesForBits(rows.count)));
        for (int64_t i = 0; i < rows.count; ++i) {
            bool is_null = random_.unit(rows.begin + i) < rate_;
            arrow::bit_util::SetBitTo(validity.data(), i, !is_null);
        }
        data->buffers[0] = arrow::Buffer::FromVector(std::move(validity));
        data->null_count = arrow::kUnknownNullCount;
        return arrow::MakeArray(data);
    }
    std::optional<int64_t> row_count() const override { return values_->row_count(); }

private:
    ValueMakerPtr values_;
    double rate_;
    RowRandom random_;
};

ValueMakerPtr random_value(const MadeColumn& column) {
    switch (column.type.kind) {
        case TypeKind::Char:
        case TypeKind::VarChar:
        case TypeKind::Binary:
        case TypeKind::VarBinary:
            return random_text(column);
        case TypeKind::Date:
        case TypeKind::Time:
        case TypeKind::Timestamp:
        case TypeKind::TimestampLtz:
            return random_time(column);
        case TypeKind::Row:
        case TypeKind::Array:
        case TypeKind::Map:
        case TypeKind::Multiset:
            return random_nested(column);
        default:
            return random_number(column);
    }
}

}  // namespace

RowRandom RowRandom::other(std::string_view name) const {
    uint64_t seed = bits(0);
    for (char c : name) seed = RowRandom(seed).bits(static_cast<unsigned char>(c) + 1);
    return RowRandom(seed);
}

ValueMakerPtr value_maker(const MadeColumn& column) {
    std::string kind = column.options.text(column.key("kind")).value_or("random");
    bool counts_up = sql::is_equal_ignoring_case(kind, "sequence");
    if (!counts_up && !sql::is_equal_ignoring_case(kind, "random")) {
        throw Error(ErrorCode::InvalidInput,
                    "the option 'fields.{}' is '{}', which is neither random nor sequence",
                    column.key("kind"), kind);
    }
    return with_null_rate(column, counts_up ? sequence(column) : random_value(column));
}

ValueMakerPtr with_null_rate(const MadeColumn& column, ValueMakerPtr values) {
    double rate = column.options.number(column.key("null-rate")).value_or(0);
    if (rate == 0) return values;
    if (!(rate >= 0 && rate <= 1) || !column.type.is_nullable) {
        throw Error(ErrorCode::InvalidInput, "the option 'fields.{}' is {}, and the column is {}",
                    column.key("null-rate"), rate, text_of(column.type));
    }
    return std::make_unique<WithNulls>(std::move(values), rate, column.random.other("null"));
}

}  // namespace tarn::connectors
