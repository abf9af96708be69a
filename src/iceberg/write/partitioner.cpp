#include "iceberg/write/partitioner.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "iceberg/write/column_transform.hpp"

namespace tarn::iceberg {
namespace {

constexpr uint64_t NearKeys = 1 << 16;
constexpr uint32_t NoNumber = UINT32_MAX;

template <typename T>
uint64_t key_of(T value) {
    return static_cast<uint64_t>(static_cast<int64_t>(value));
}

uint64_t key_of(float value) {
    if (std::isnan(value)) value = std::numeric_limits<float>::quiet_NaN();
    return std::bit_cast<uint32_t>(value);
}

uint64_t key_of(double value) {
    if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
    return std::bit_cast<uint64_t>(value);
}

// Calls `use(row, key)` for each row that is not null, and `use_null(row)` for the others. A run of
// equal keys, as time-ordered rows have, costs one comparison a row.
template <typename T, typename Number, typename NumberNull>
void number_values(const arrow::Array& column, std::vector<uint32_t>& numbers, const Number& number,
                   const NumberNull& number_null) {
    const T* values = column.data()->GetValues<T>(1);
    bool has_nulls = column.null_count() > 0;
    std::optional<uint64_t> last_key;
    uint32_t last_number = 0;
    for (size_t row = 0; row < numbers.size(); ++row) {
        if (has_nulls && column.IsNull(static_cast<int64_t>(row))) {
            numbers[row] = number_null();
            continue;
        }
        uint64_t key = key_of(values[row]);
        if (key != last_key) {
            last_number = number(key);
            last_key = key;
        }
        numbers[row] = last_number;
    }
}

}  // namespace

void ValueNumbers::number(const arrow::Array& column, std::vector<uint32_t>& numbers) {
    numbers.resize(static_cast<size_t>(column.length()));
    auto of_key = [this](uint64_t key) { return number_of(key); };
    auto of_null = [this] { return number_of_null(); };
    switch (column.type_id()) {
        case arrow::Type::INT32:
        case arrow::Type::DATE32:
            return number_values<int32_t>(column, numbers, of_key, of_null);
        case arrow::Type::INT64:
        case arrow::Type::TIME64:
        case arrow::Type::TIMESTAMP:
            return number_values<int64_t>(column, numbers, of_key, of_null);
        case arrow::Type::FLOAT:
            return number_values<float>(column, numbers, of_key, of_null);
        case arrow::Type::DOUBLE:
            return number_values<double>(column, numbers, of_key, of_null);
        default:
            break;
    }
    auto text_at = [&](int64_t row) -> std::string_view {
        if (column.type_id() == arrow::Type::STRING || column.type_id() == arrow::Type::BINARY) {
            return static_cast<const arrow::BinaryArray&>(column).GetView(row);
        }
        return static_cast<const arrow::FixedSizeBinaryArray&>(column).GetView(row);
    };
    for (int64_t row = 0; row < column.length(); ++row) {
        uint32_t& number = numbers[static_cast<size_t>(row)];
        if (column.IsNull(row)) {
            number = number_of_null();
        } else if (column.type_id() == arrow::Type::BOOL) {
            number =
                number_of(uint64_t{static_cast<const arrow::BooleanArray&>(column).Value(row)});
        } else {
            number = number_of(text_at(row));
        }
    }
}

void ValueNumbers::number(const std::vector<uint64_t>& keys, std::vector<uint32_t>& numbers) {
    numbers.resize(keys.size());
    for (size_t row = 0; row < keys.size(); ++row) {
        bool is_repeated = row > 0 && keys[row] == keys[row - 1];
        numbers[row] = is_repeated ? numbers[row - 1] : number_of(keys[row]);
    }
}

uint32_t ValueNumbers::number_of(uint64_t key) {
    if (!near_begin_) {
        near_begin_ = key - NearKeys / 2;
        near_.assign(NearKeys, NoNumber);
    }
    uint64_t place = key - *near_begin_;
    if (place < NearKeys) {
        if (near_[place] == NoNumber) near_[place] = count_++;
        return near_[place];
    }
    auto [found, is_new] = far_.try_emplace(key, count_);
    if (is_new) ++count_;
    return found->second;
}

uint32_t ValueNumbers::number_of(std::string_view key) {
    auto found = texts_.find(key);
    if (found == texts_.end()) found = texts_.emplace(key, count_++).first;
    return found->second;
}

uint32_t ValueNumbers::number_of_null() {
    if (!null_) null_ = count_++;
    return *null_;
}

Partitioner::Partitioner(SchemaPtr schema, PartitionSpec spec)
    : schema_(std::move(schema)), spec_(std::move(spec)) {
    for (const PartitionField& field : spec_.fields) {
        if (field.transform.kind() == Transform::Kind::Unknown) {
            throw Error(ErrorCode::InvalidInput,
                        "partition field '{}': the transform '{}' is not known", field.name,
                        field.transform.text())
                .with_hint("such tables can be read, but not written");
        }
    }
    by_field_.resize(spec_.fields.size());
    by_pair_.resize(spec_.fields.size());
    if (spec_.fields.empty()) values_.emplace_back();
}

const std::vector<uint32_t>& Partitioner::number_rows(const arrow::RecordBatch& rows) {
    numbers_.assign(static_cast<size_t>(rows.num_rows()), 0);
    arrow::ArrayVector columns;
    std::vector<uint32_t> of_field;
    std::vector<uint64_t> pairs;
    bool is_first = true;
    for (size_t i = 0; i < spec_.fields.size(); ++i) {
        const PartitionField& field = spec_.fields[i];
        const Field* source = schema_->find(field.source_id);
        if (!source) {
            // Only void is left of a column that is gone.
            columns.push_back(nullptr);
            continue;
        }
        columns.push_back(transform_column(field.transform, source->type,
                                           column_by_id(rows, *schema_, source->id)));
        if (field.transform.kind() == Transform::Kind::Void) continue;
        if (std::exchange(is_first, false)) {
            by_field_[i].number(*columns[i], numbers_);
            continue;
        }
        by_field_[i].number(*columns[i], of_field);
        pairs.resize(of_field.size());
        for (size_t row = 0; row < of_field.size(); ++row) {
            pairs[row] = uint64_t{numbers_[row]} << 32 | of_field[row];
        }
        by_pair_[i].number(pairs, numbers_);
    }
    if (!spec_.fields.empty()) keep_new_values(columns);
    return numbers_;
}

void Partitioner::keep_new_values(const arrow::ArrayVector& columns) {
    for (size_t row = 0; row < numbers_.size(); ++row) {
        if (numbers_[row] < values_.size()) continue;
        TARN_ASSERT(numbers_[row] == values_.size());
        PartitionValues values;
        for (size_t i = 0; i < columns.size(); ++i) {
            const Field* source = schema_->find(spec_.fields[i].source_id);
            if (!source) {
                values.emplace_back();
                continue;
            }
            values.push_back(value_at(*columns[i], static_cast<int64_t>(row),
                                      spec_.fields[i].transform.result_type(source->type)));
        }
        values_.push_back(std::move(values));
    }
}

std::string Partitioner::path_of(uint32_t partition) const {
    return partition_path(spec_, *schema_, values_[partition]);
}

}  // namespace tarn::iceberg
