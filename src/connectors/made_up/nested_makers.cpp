#include <arrow/array/array_nested.h>

#include <algorithm>

#include "base/error.hpp"
#include "columns/arrow_result.hpp"
#include "connectors/made_up/makers.hpp"
#include "sql/values/arrow_types.hpp"

namespace tarn::connectors {
namespace {

using sql::TypeKind;

class MadeRow final : public ValueMaker {
public:
    explicit MadeRow(const MadeColumn& column) : type_(sql::arrow_type(column.type)) {
        for (const sql::Type::Field& field : column.type.fields) {
            fields_.push_back(column.make(column.part(field.name, field.type)));
        }
    }

    std::shared_ptr<arrow::Array> make(const RowRange& rows) const override {
        arrow::ArrayVector values;
        for (const ValueMakerPtr& field : fields_) values.push_back(field->make(rows));
        return std::make_shared<arrow::StructArray>(type_, rows.count, std::move(values));
    }

private:
    std::shared_ptr<arrow::DataType> type_;
    std::vector<ValueMakerPtr> fields_;
};

// As many items in each row; the items of a row have numbers of their own.
class RandomItems final : public ValueMaker {
public:
    explicit RandomItems(const MadeColumn& column) : type_(column.type) {
        constexpr int64_t DefaultLength = 100;
        constexpr int64_t LengthMax = 100'000;
        length_ = column.options.whole(column.key("length")).value_or(DefaultLength);
        if (length_ < 0 || length_ > LengthMax) {
            throw Error(ErrorCode::InvalidInput, "the option 'fields.{}' is {}, which is not {}",
                        column.key("length"), length_, "between 0 and 100000");
        }
        bool is_map = type_.kind == TypeKind::Map;
        items_ = column.make(column.part(is_map ? "key" : "element", type_.parts[0]));
        if (is_map) values_ = column.make(column.part("value", type_.parts[1]));
    }

    std::shared_ptr<arrow::Array> make(const RowRange& rows) const override {
        RowRange of_items{rows.begin * length_, rows.count * length_, rows.now_ms};
        auto ends = fixed_array<int32_t>(arrow::int32(), {0, rows.count + 1, 0}, [this](int64_t i) {
            return static_cast<int32_t>(i * length_);
        });
        auto type = sql::arrow_type(type_);
        auto items = items_->make(of_items);
        if (type_.kind == TypeKind::Array) {
            return columns::or_throw(arrow::ListArray::FromArrays(type, *ends, *items));
        }
        auto values = values_ ? values_->make(of_items) : counts(of_items);
        return columns::or_throw(arrow::MapArray::FromArrays(type, ends, items, values));
    }

private:
    // How often a multiset has an item.
    static std::shared_ptr<arrow::Array> counts(const RowRange& items) {
        return fixed_array<int32_t>(arrow::int32(), items, [](int64_t) { return 1; });
    }

    sql::Type type_;
    int64_t length_;
    ValueMakerPtr items_;
    ValueMakerPtr values_;  // of maps
};

}  // namespace

ValueMakerPtr made_row(const MadeColumn& column) {
    return std::make_unique<MadeRow>(column);
}

ValueMakerPtr random_nested(const MadeColumn& column) {
    if (column.type.kind == TypeKind::Row) return made_row(column);
    return std::make_unique<RandomItems>(column);
}

}  // namespace tarn::connectors
