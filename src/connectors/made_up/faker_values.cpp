#include "connectors/made_up/faker_values.hpp"

#include <arrow/array/array_nested.h>
#include <arrow/array/builder_binary.h>

#include <map>

#include "base/error.hpp"
#include "columns/arrow_result.hpp"
#include "connectors/made_up/faker_text.hpp"
#include "connectors/made_up/makers.hpp"
#include "sql/functions/casts.hpp"
#include "sql/options/option_rule.hpp"
#include "sql/values/arrow_types.hpp"
#include "sql/values/packed_rows.hpp"

namespace tarn::connectors {
namespace {

using sql::TypeKind;

ValueMakerPtr without_nulls(const MadeColumn& column);

class FakerColumn final : public ValueMaker {
public:
    explicit FakerColumn(const MadeColumn& column)
        : type_(column.type), random_(column.random), path_(column.path) {
        std::string key = column.key("expression");
        std::string expression = column.options.wanted_text(key);
        auto cast = sql::cast_kernel(sql::string_type(), type_, false);
        if (!cast) {
            throw Error(ErrorCode::InvalidInput, "column '{}': no {} is made of a text", path_,
                        text_of(type_));
        }
        cast_ = *cast;
        try {
            text_ = faker_text(expression);
        } catch (const Error& error) {
            throw Error(error.code(), "the option 'fields.{}': {}", key, error.what())
                .with_hint(error.hint());
        }
        make({0, 1, 0});  // what never fits the type is told before the first row
    }

    std::shared_ptr<arrow::Array> make(const RowRange& rows) const override {
        arrow::StringBuilder texts;
        std::string text;
        for (int64_t row = rows.begin; row < rows.begin + rows.count; ++row) {
            FakerDraws draws(random_.bits(row), rows.now_ms);
            text.clear();
            text_(draws, text);
            columns::or_throw(texts.Append(text));
        }
        return cast(columns::or_throw(texts.Finish()), rows);
    }

private:
    std::shared_ptr<arrow::Array> cast(std::shared_ptr<arrow::Array> texts,
                                       const RowRange& rows) const {
        sql::Column column{std::move(texts)};
        try {
            sql::Column values = cast_({{&column, 1}, rows.count, type_, Session});
            return sql::spread(values, rows.count);
        } catch (const sql::RowError& error) {
            throw Error(ErrorCode::InvalidInput, "column '{}' is {}: {}", path_, text_of(type_),
                        error.what());
        }
    }

    // Times are made in UTC.
    inline static const sql::Session Session{};

    sql::Type type_;
    RowRandom random_;
    std::string path_;
    FakerText text_;
    sql::Kernel cast_;
};

// As many items in each row as `length` says, of which a map or multiset keeps one of each key.
class FakerItems final : public ValueMaker {
public:
    explicit FakerItems(const MadeColumn& column) : type_(column.type) {
        constexpr int64_t LengthMax = 10'000;
        length_ = column.options.whole(column.key("length")).value_or(1);
        if (length_ < 1 || length_ > LengthMax) {
            throw Error(ErrorCode::InvalidInput, "the option 'fields.{}' is {}, not {} to {}",
                        column.key("length"), length_, 1, LengthMax);
        }
        // The items of an array have its own name, and the keys of a map have another.
        MadeColumn items{column.path, type_.parts[0], column.options,
                         column.random.other("element"), column.make};
        bool is_map = type_.kind == TypeKind::Map;
        items_ = without_nulls(is_map ? column.part("key", type_.parts[0]) : items);
        if (is_map) values_ = without_nulls(column.part("value", type_.parts[1]));
    }

    std::shared_ptr<arrow::Array> make(const RowRange& rows) const override {
        RowRange of_items{rows.begin * length_, rows.count * length_, rows.now_ms};
        auto items = items_->make(of_items);
        if (type_.kind != TypeKind::Array) return map_of(rows, of_items, {items});
        auto ends = fixed_array<int32_t>(arrow::int32(), {0, rows.count + 1, 0}, [this](int64_t i) {
            return static_cast<int32_t>(i * length_);
        });
        return columns::or_throw(
            arrow::ListArray::FromArrays(sql::arrow_type(type_), *ends, *items));
    }

private:
    std::shared_ptr<arrow::Array> map_of(const RowRange& rows, const RowRange& of_items,
                                         const sql::Column& items) const {
        sql::PackedRows packed = sql::packed({&items, 1}, of_items.count);
        std::vector<int64_t> kept;
        std::vector<int32_t> counts;  // how often each of them came
        std::vector<int32_t> ends{0};
        for (int64_t row = 0; row < rows.count; ++row) {
            std::map<std::string_view, size_t> known;
            for (int64_t item = row * length_; item < (row + 1) * length_; ++item) {
                auto [found, is_new] =
                    known.emplace(packed[static_cast<size_t>(item)], kept.size());
                if (!is_new) {
                    ++counts[found->second];
                    continue;
                }
                kept.push_back(item);
                counts.push_back(1);
            }
            ends.push_back(static_cast<int32_t>(kept.size()));
        }
        auto values = values_ ? sql::taken({values_->make(of_items)}, kept).values : whole(counts);
        return columns::or_throw(arrow::MapArray::FromArrays(
            sql::arrow_type(type_), whole(ends), sql::taken(items, kept).values, values));
    }

    static std::shared_ptr<arrow::Array> whole(const std::vector<int32_t>& numbers) {
        return fixed_array<int32_t>(arrow::int32(), {0, static_cast<int64_t>(numbers.size()), 0},
                                    [&](int64_t i) { return numbers[static_cast<size_t>(i)]; });
    }

    sql::Type type_;
    int64_t length_;
    ValueMakerPtr items_;
    ValueMakerPtr values_;  // of maps
};

// The words are English.
void check_locale(const MadeColumn& column) {
    auto locale = column.options.text(column.key("locale"));
    if (!locale || locale->empty()) return;
    if (locale->size() >= 2 && sql::is_equal_ignoring_case(locale->substr(0, 2), "en")) return;
    column.options.refuse(column.key("locale"), "the words of faker are English");
}

ValueMakerPtr without_nulls(const MadeColumn& column) {
    check_locale(column);
    switch (column.type.kind) {
        case TypeKind::Row:
            return made_row(column);
        case TypeKind::Array:
        case TypeKind::Map:
        case TypeKind::Multiset:
            return std::make_unique<FakerItems>(column);
        default:
            return std::make_unique<FakerColumn>(column);
    }
}

}  // namespace

ValueMakerPtr faker_values(const MadeColumn& column) {
    bool has_items = column.type.kind == TypeKind::Array || column.type.kind == TypeKind::Map ||
                     column.type.kind == TypeKind::Multiset;
    if (!has_items) {
        column.options.refuse(column.key("length"), "it is for arrays, maps and multisets");
    }
    return with_null_rate(column, without_nulls(column));
}

}  // namespace tarn::connectors
