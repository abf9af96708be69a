#include "iceberg/write/sort_rows.hpp"

#include <arrow/buffer.h>
#include <arrow/compute/api_vector.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>
#include <string_view>
#include <vector>

#include "columns/arrow_result.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "iceberg/write/column_transform.hpp"

namespace tarn::iceberg {
namespace {

using columns::or_throw;

// Floats as numbers of the same order: -NaN < -Inf < -0.0 < 0.0 < Inf < NaN.
template <typename Bits>
int64_t ordered(Bits bits) {
    using Signed = std::make_signed_t<Bits>;
    auto number = static_cast<Signed>(bits);
    constexpr Signed AllButSign = std::numeric_limits<Signed>::max();
    return number < 0 ? number ^ AllButSign : number;
}

// One column to sort by, its values as numbers where they can be.
class SortKey {
public:
    SortKey(std::shared_ptr<arrow::Array> column, const SortField& field)
        : column_(std::move(column)),
          sign_(field.direction == Direction::Ascending ? 1 : -1),
          null_sign_(field.null_order == NullOrder::First ? -1 : 1),
          has_nulls_(column_->null_count() > 0) {
        read_numbers();
    }

    int compare(int32_t left, int32_t right) const {
        if (has_nulls_) {
            bool left_null = column_->IsNull(left);
            bool right_null = column_->IsNull(right);
            if (left_null || right_null) return (int{left_null} - int{right_null}) * null_sign_;
        }
        if (!numbers_.empty()) return order_of(numbers_[left] <=> numbers_[right]);
        if (column_->type_id() == arrow::Type::DECIMAL128) {
            return order_of(decimal_at(left) <=> decimal_at(right));
        }
        return order_of(bytes_at(left).compare(bytes_at(right)) <=> 0);
    }

private:
    int order_of(std::strong_ordering order) const {
        return order < 0 ? -sign_ : order > 0 ? sign_ : 0;
    }

    template <typename T, typename Convert>
    void read_numbers_as(Convert convert) {
        const T* values = column_->data()->GetValues<T>(1);
        numbers_.resize(static_cast<size_t>(column_->length()));
        for (size_t row = 0; row < numbers_.size(); ++row) numbers_[row] = convert(values[row]);
    }

    void read_numbers() {
        auto plain = [](auto value) { return int64_t{value}; };
        switch (column_->type_id()) {
            case arrow::Type::INT32:
            case arrow::Type::DATE32:
                return read_numbers_as<int32_t>(plain);
            case arrow::Type::INT64:
            case arrow::Type::TIME64:
            case arrow::Type::TIMESTAMP:
                return read_numbers_as<int64_t>(plain);
            case arrow::Type::FLOAT:
                return read_numbers_as<uint32_t>([](uint32_t bits) { return ordered(bits); });
            case arrow::Type::DOUBLE:
                return read_numbers_as<uint64_t>([](uint64_t bits) { return ordered(bits); });
            case arrow::Type::BOOL: {
                const auto& flags = static_cast<const arrow::BooleanArray&>(*column_);
                for (int64_t row = 0; row < flags.length(); ++row) {
                    numbers_.push_back(flags.Value(row));
                }
                return;
            }
            default:
                return;
        }
    }

    std::string_view bytes_at(int32_t row) const {
        if (column_->type_id() == arrow::Type::FIXED_SIZE_BINARY) {
            return static_cast<const arrow::FixedSizeBinaryArray&>(*column_).GetView(row);
        }
        return static_cast<const arrow::BinaryArray&>(*column_).GetView(row);
    }

    Int128 decimal_at(int32_t row) const {
        const auto& decimals = static_cast<const arrow::Decimal128Array&>(*column_);
        return from_arrow(arrow::Decimal128(decimals.GetValue(row)));
    }

    std::shared_ptr<arrow::Array> column_;
    int sign_;
    int null_sign_;
    bool has_nulls_;
    std::vector<int64_t> numbers_;
};

}  // namespace

std::vector<int32_t> sorted_positions(const arrow::RecordBatch& rows, const Schema& schema,
                                      const SortOrder& order) {
    std::vector<SortKey> keys;
    for (const SortField& field : order.fields) {
        const Type& source = schema.find(field.source_id)->type;
        auto column = column_by_id(rows, schema, field.source_id);
        keys.emplace_back(transform_column(field.transform, source, column), field);
    }
    std::vector<int32_t> positions(static_cast<size_t>(rows.num_rows()));
    std::iota(positions.begin(), positions.end(), 0);
    auto is_before = [&](int32_t left, int32_t right) {
        for (const SortKey& key : keys) {
            if (int order = key.compare(left, right); order != 0) return order < 0;
        }
        return left < right;  // equal rows stay in the order in which they came
    };
    bool is_in_order = std::is_sorted(positions.begin(), positions.end(), is_before);
    if (!is_in_order) std::sort(positions.begin(), positions.end(), is_before);
    return positions;
}

std::shared_ptr<arrow::RecordBatch> rows_at(const arrow::RecordBatch& rows,
                                            const std::vector<int32_t>& positions) {
    auto count = static_cast<int64_t>(positions.size());
    arrow::Int32Array indices(
        count, std::make_shared<arrow::Buffer>(reinterpret_cast<const uint8_t*>(positions.data()),
                                               count * static_cast<int64_t>(sizeof(int32_t))));
    arrow::ArrayVector columns;
    for (const auto& column : rows.columns()) {
        columns.push_back(or_throw(
            arrow::compute::Take(*column, indices, arrow::compute::TakeOptions::NoBoundsCheck())));
    }
    return arrow::RecordBatch::Make(rows.schema(), count, std::move(columns));
}

}  // namespace tarn::iceberg
