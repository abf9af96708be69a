#include "sql/values/packed_rows.hpp"

#include <arrow/array/array_nested.h>
#include <arrow/array/builder_nested.h>
#include <arrow/builder.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/assert.hpp"
#include "columns/arrow_result.hpp"
#include "sql/values/arrow_types.hpp"
#include "sql/values/readers.hpp"

namespace tarn::sql {
namespace {

constexpr char NullMark = 0;
constexpr char ValueMark = 1;

using Length = uint32_t;

// The bytes of a known value, when all values of the type have as many; 0 when they differ.
size_t width_of(const arrow::DataType& type) {
    switch (type.id()) {
        case arrow::Type::BOOL:
        case arrow::Type::INT8:
            return 1;
        case arrow::Type::INT16:
            return 2;
        case arrow::Type::INT32:
        case arrow::Type::DATE32:
        case arrow::Type::TIME32:
        case arrow::Type::FLOAT:
            return 4;
        case arrow::Type::INT64:
        case arrow::Type::TIMESTAMP:
        case arrow::Type::DOUBLE:
            return 8;
        case arrow::Type::DECIMAL128:
            return 16;
        default:
            return 0;
    }
}

template <typename T>
T canonical(T value) {
    if constexpr (std::is_floating_point_v<T>) {
        if (std::isnan(value)) return std::numeric_limits<T>::quiet_NaN();
    }
    return value;
}

// Calls `loop` with a function that gives a row's value as it is packed.
template <typename Loop>
void with_plain_values(const arrow::Array& values, Loop loop) {
    auto numbers = [&]<typename T>(T) {
        const T* all = values.data()->GetValues<T>(1);
        loop([all](int64_t place) { return canonical(all[place]); });
    };
    switch (values.type_id()) {
        case arrow::Type::BOOL: {
            const auto& bits = static_cast<const arrow::BooleanArray&>(values);
            return loop([&](int64_t place) { return static_cast<char>(bits.Value(place)); });
        }
        case arrow::Type::FLOAT:
            return numbers(float{});
        case arrow::Type::DOUBLE:
            return numbers(double{});
        case arrow::Type::DECIMAL128: {
            using Wide = std::array<uint64_t, 2>;
            const Wide* all = values.data()->GetValues<Wide>(1);
            return loop([all](int64_t place) { return all[place]; });
        }
        default:
            break;
    }
    switch (width_of(*values.type())) {
        case 1:
            return numbers(int8_t{});
        case 2:
            return numbers(int16_t{});
        case 4:
            return numbers(int32_t{});
        default:
            return numbers(int64_t{});
    }
}

void append_length(std::string& bytes, int64_t length) {
    auto number = static_cast<Length>(length);
    bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void append_value(std::string& bytes, const arrow::Array& values, int64_t place);

void append_items(std::string& bytes, const arrow::Array& items, int64_t begin, int64_t count) {
    append_length(bytes, count);
    for (int64_t i = 0; i < count; ++i) append_value(bytes, items, begin + i);
}

// In the order of their bytes, for maps are equal whatever order their entries have.
void append_entries(std::string& bytes, const arrow::MapArray& maps, int64_t place) {
    std::vector<std::string> entries(static_cast<size_t>(maps.value_length(place)));
    for (size_t i = 0; i < entries.size(); ++i) {
        int64_t entry = maps.value_offset(place) + static_cast<int64_t>(i);
        append_value(entries[i], *maps.keys(), entry);
        append_value(entries[i], *maps.items(), entry);
    }
    std::ranges::sort(entries);
    append_length(bytes, maps.value_length(place));
    for (const std::string& entry : entries) bytes += entry;
}

void append_known(std::string& bytes, const arrow::Array& values, int64_t place) {
    switch (values.type_id()) {
        case arrow::Type::STRING:
        case arrow::Type::BINARY: {
            auto text = static_cast<const arrow::BinaryArray&>(values).GetView(place);
            append_length(bytes, static_cast<int64_t>(text.size()));
            bytes += text;
            return;
        }
        case arrow::Type::LIST: {
            const auto& lists = static_cast<const arrow::ListArray&>(values);
            return append_items(bytes, *lists.values(), lists.value_offset(place),
                                lists.value_length(place));
        }
        case arrow::Type::MAP:
            return append_entries(bytes, static_cast<const arrow::MapArray&>(values), place);
        case arrow::Type::STRUCT: {
            const auto& rows = static_cast<const arrow::StructArray&>(values);
            for (const auto& field : rows.fields()) append_value(bytes, *field, place);
            return;
        }
        default:
            with_plain_values(values, [&](auto value_at) {
                auto value = value_at(place);
                bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
            });
    }
}

void append_value(std::string& bytes, const arrow::Array& values, int64_t place) {
    bool is_null = values.IsNull(place);
    bytes.push_back(is_null ? NullMark : ValueMark);
    if (!is_null) append_known(bytes, values, place);
}

// --- packing columns one by one: sizes first, then each value where it belongs

bool is_text(const arrow::Array& values) {
    return values.type_id() == arrow::Type::STRING || values.type_id() == arrow::Type::BINARY;
}

// A column of values whose bytes are made ahead, since only that tells how many they are.
std::vector<std::string> made_ahead(const Column& column, int64_t rows) {
    bool is_nested = width_of(*column.values->type()) == 0 && !is_text(*column.values);
    if (!is_nested) return {};
    std::vector<std::string> values(static_cast<size_t>(column.is_constant ? 1 : rows));
    for (size_t i = 0; i < values.size(); ++i) {
        append_value(values[i], *column.values, static_cast<int64_t>(i));
    }
    return values;
}

using Sizes = std::vector<size_t>;

void add_sizes(Sizes& sizes, const Column& column, const std::vector<std::string>& ahead) {
    const arrow::Array& values = *column.values;
    auto add = [&](auto size_at) {
        for (size_t row = 0; row < sizes.size(); ++row) {
            sizes[row] += size_at(column.place(static_cast<int64_t>(row)));
        }
    };
    if (size_t width = width_of(*values.type()); width != 0) {
        if (values.null_count() == 0) return add([&](int64_t) { return 1 + width; });
        return add([&](int64_t place) { return values.IsNull(place) ? 1 : 1 + width; });
    }
    if (!is_text(values)) {
        return add([&](int64_t place) { return ahead[static_cast<size_t>(place)].size(); });
    }
    const auto& texts = static_cast<const arrow::BinaryArray&>(values);
    add([&](int64_t place) {
        if (texts.IsNull(place)) return size_t{1};
        return 1 + sizeof(Length) + static_cast<size_t>(texts.value_length(place));
    });
}

char* put(char* to, std::string_view bytes) {
    std::memcpy(to, bytes.data(), bytes.size());
    return to + bytes.size();
}

template <typename T>
char* put_value(char* to, const T& value) {
    std::memcpy(to, &value, sizeof value);
    return to + sizeof value;
}

// Puts each row's value at its end and moves that on.
void put_column(std::vector<char*>& ends, const Column& column,
                const std::vector<std::string>& ahead) {
    const arrow::Array& values = *column.values;
    auto put_all = [&](auto put_known) {
        bool has_null = values.null_count() > 0;
        for (size_t row = 0; row < ends.size(); ++row) {
            int64_t place = column.place(static_cast<int64_t>(row));
            bool is_null = has_null && values.IsNull(place);
            *ends[row]++ = is_null ? NullMark : ValueMark;
            if (!is_null) ends[row] = put_known(ends[row], place);
        }
    };
    if (width_of(*values.type()) != 0) {
        return with_plain_values(values, [&](auto value_at) {
            put_all([&](char* to, int64_t place) { return put_value(to, value_at(place)); });
        });
    }
    if (is_text(values)) {
        const auto& texts = static_cast<const arrow::BinaryArray&>(values);
        return put_all([&](char* to, int64_t place) {
            auto text = texts.GetView(place);
            return put(put_value(to, static_cast<Length>(text.size())), text);
        });
    }
    for (size_t row = 0; row < ends.size(); ++row) {
        int64_t place = column.place(static_cast<int64_t>(row));
        ends[row] = put(ends[row], ahead[static_cast<size_t>(place)]);
    }
}

// --- and back

// What is left to read of a row.
class Rest {
public:
    explicit Rest(std::string_view bytes) : bytes_(bytes) {}

    template <typename T>
    T take() {
        T value;
        std::memcpy(&value, take(sizeof value).data(), sizeof value);
        return value;
    }
    std::string_view take(size_t count) {
        TARN_ASSERT(count <= bytes_.size());
        std::string_view taken = bytes_.substr(0, count);
        bytes_.remove_prefix(count);
        return taken;
    }

private:
    std::string_view bytes_;
};

void append_taken(arrow::ArrayBuilder& builder, Rest& rest);

template <typename T, typename Builder>
void append_plain(arrow::ArrayBuilder& builder, Rest& rest) {
    columns::or_throw(static_cast<Builder&>(builder).Append(rest.take<T>()));
}

void append_list(arrow::ListBuilder& builder, Rest& rest) {
    auto count = rest.take<Length>();
    columns::or_throw(builder.Append());
    for (Length i = 0; i < count; ++i) append_taken(*builder.value_builder(), rest);
}

void append_map(arrow::MapBuilder& builder, Rest& rest) {
    auto count = rest.take<Length>();
    columns::or_throw(builder.Append());
    for (Length i = 0; i < count; ++i) {
        append_taken(*builder.key_builder(), rest);
        append_taken(*builder.item_builder(), rest);
    }
}

void append_struct(arrow::StructBuilder& builder, Rest& rest) {
    columns::or_throw(builder.Append());
    for (int i = 0; i < builder.num_fields(); ++i) append_taken(*builder.field_builder(i), rest);
}

void append_known(arrow::ArrayBuilder& builder, Rest& rest) {
    switch (builder.type()->id()) {
        case arrow::Type::BOOL:
            return append_plain<bool, arrow::BooleanBuilder>(builder, rest);
        case arrow::Type::INT8:
            return append_plain<int8_t, arrow::Int8Builder>(builder, rest);
        case arrow::Type::INT16:
            return append_plain<int16_t, arrow::Int16Builder>(builder, rest);
        case arrow::Type::INT32:
            return append_plain<int32_t, arrow::Int32Builder>(builder, rest);
        case arrow::Type::DATE32:
            return append_plain<int32_t, arrow::Date32Builder>(builder, rest);
        case arrow::Type::TIME32:
            return append_plain<int32_t, arrow::Time32Builder>(builder, rest);
        case arrow::Type::INT64:
            return append_plain<int64_t, arrow::Int64Builder>(builder, rest);
        case arrow::Type::TIMESTAMP:
            return append_plain<int64_t, arrow::TimestampBuilder>(builder, rest);
        case arrow::Type::FLOAT:
            return append_plain<float, arrow::FloatBuilder>(builder, rest);
        case arrow::Type::DOUBLE:
            return append_plain<double, arrow::DoubleBuilder>(builder, rest);
        case arrow::Type::DECIMAL128: {
            auto words = rest.take<std::array<uint64_t, 2>>();
            arrow::Decimal128 value(static_cast<int64_t>(words[1]), words[0]);
            return columns::or_throw(static_cast<arrow::Decimal128Builder&>(builder).Append(value));
        }
        case arrow::Type::STRING:
        case arrow::Type::BINARY: {
            auto size = rest.take<Length>();
            return columns::or_throw(
                static_cast<arrow::BinaryBuilder&>(builder).Append(rest.take(size)));
        }
        case arrow::Type::LIST:
            return append_list(static_cast<arrow::ListBuilder&>(builder), rest);
        case arrow::Type::MAP:
            return append_map(static_cast<arrow::MapBuilder&>(builder), rest);
        default:
            TARN_ASSERT(builder.type()->id() == arrow::Type::STRUCT);
            return append_struct(static_cast<arrow::StructBuilder&>(builder), rest);
    }
}

void append_taken(arrow::ArrayBuilder& builder, Rest& rest) {
    if (rest.take<char>() == NullMark) return columns::or_throw(builder.AppendNull());
    append_known(builder, rest);
}

}  // namespace

PackedRows packed(std::span<const Column> columns, int64_t rows) {
    auto count = static_cast<size_t>(rows);
    Sizes sizes(count, 0);
    std::vector<std::vector<std::string>> ahead;
    for (const Column& column : columns) {
        ahead.push_back(made_ahead(column, rows));
        add_sizes(sizes, column, ahead.back());
    }
    std::vector<size_t> begins(count + 1, 0);
    for (size_t row = 0; row < count; ++row) begins[row + 1] = begins[row] + sizes[row];
    std::string bytes(begins[count], '\0');
    std::vector<char*> ends(count);
    for (size_t row = 0; row < count; ++row) ends[row] = bytes.data() + begins[row];
    for (size_t i = 0; i < columns.size(); ++i) put_column(ends, columns[i], ahead[i]);
    return {std::move(bytes), std::move(begins)};
}

Columns unpacked(std::span<const std::string_view> rows, std::span<const Type> types) {
    std::vector<Rest> rests(rows.begin(), rows.end());
    Columns columns;
    for (const Type& type : types) {
        auto builder = columns::or_throw(arrow::MakeBuilder(arrow_type(type)));
        columns::or_throw(builder->Reserve(static_cast<int64_t>(rows.size())));
        for (Rest& rest : rests) append_taken(*builder, rest);
        columns.push_back({columns::or_throw(builder->Finish())});
    }
    return columns;
}

}  // namespace tarn::sql
