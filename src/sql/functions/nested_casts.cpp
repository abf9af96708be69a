// Casts of arrays, maps and rows go by their parts, each of which is a column itself.
#include <arrow/array/array_nested.h>

#include "sql/functions/casts.hpp"
#include "sql/functions/scalar.hpp"

namespace tarn::sql {
namespace {

using arrow::ListArray;
using arrow::MapArray;
using arrow::StructArray;

// A kernel for one part of another: of as many values as the part has.
std::shared_ptr<arrow::Array> of_part(const Kernel& kernel, const Type& type,
                                      const std::shared_ptr<arrow::Array>& part,
                                      const KernelCall& call) {
    Column column{part};
    return kernel({std::span(&column, 1), part->length(), type, call.session}).values;
}

// The same shape with other parts.
std::shared_ptr<arrow::Array> with_parts(const arrow::Array& like, const Type& type,
                                         const std::vector<std::shared_ptr<arrow::Array>>& parts) {
    auto data = like.data()->Copy();
    data->type = arrow_type(type);
    data->child_data.clear();
    for (const auto& part : parts) data->child_data.push_back(part->data());
    return arrow::MakeArray(data);
}

Kernel list_cast(const Type& to, Kernel items) {
    return [part = to.parts[0], items = std::move(items)](const KernelCall& call) -> Column {
        const auto& list = static_cast<const ListArray&>(*call.arguments[0].values);
        auto values = of_part(items, part, list.values(), call);
        return {with_parts(list, call.type, {values}), call.arguments[0].is_constant};
    };
}

Kernel map_cast(const Type& to, Kernel keys, Kernel items) {
    return [to, keys = std::move(keys),
            items = std::move(items)](const KernelCall& call) -> Column {
        const auto& map = static_cast<const MapArray&>(*call.arguments[0].values);
        auto pairs = std::static_pointer_cast<arrow::MapType>(arrow_type(call.type))->value_type();
        auto new_keys = of_part(keys, to.parts[0], map.keys(), call);
        if (new_keys->null_count() > 0) throw RowError(0, "a key of a map cannot be NULL");
        auto struct_data = map.data()->child_data[0]->Copy();
        struct_data->type = pairs;
        struct_data->child_data = {new_keys->data(),
                                   of_part(items, to.parts[1], map.items(), call)->data()};
        struct_data->offset = 0;
        auto data = map.data()->Copy();
        data->type = arrow_type(call.type);
        data->child_data = {struct_data};
        return {arrow::MakeArray(data), call.arguments[0].is_constant};
    };
}

Kernel row_cast(const Type& to, std::vector<Kernel> fields) {
    return [to, fields = std::move(fields)](const KernelCall& call) -> Column {
        const auto& rows = static_cast<const StructArray&>(*call.arguments[0].values);
        std::vector<std::shared_ptr<arrow::Array>> parts;
        for (size_t i = 0; i < fields.size(); ++i) {
            auto part = rows.field(static_cast<int>(i));
            parts.push_back(of_part(fields[i], to.fields[i].type, part, call));
        }
        auto validity = rows.null_count() > 0 ? rows.null_bitmap() : nullptr;
        auto result = columns::or_throw(StructArray::Make(
            parts, arrow_type(call.type)->fields(), validity, rows.null_count(), rows.offset()));
        return {result, call.arguments[0].is_constant};
    };
}

// --- to text: the parts are columns of text by then

void append_part(std::string& out, const arrow::Array& texts, int64_t place) {
    if (texts.IsNull(place)) {
        out += "NULL";
    } else {
        out += static_cast<const arrow::StringArray&>(texts).GetView(place);
    }
}

// A text for each row that is not NULL, which `append` writes.
template <typename Append>
Column texts_of(const KernelCall& call, const Append& append) {
    const Column& column = call.arguments[0];
    Writer<std::string> writer(call.type, column.values->length());
    for (int64_t row = 0; row < column.values->length(); ++row) {
        if (column.values->IsNull(row)) {
            writer.append_null();
            continue;
        }
        std::string text;
        append(text, row);
        writer.append(text);
    }
    Column result = writer.finish();
    result.is_constant = column.is_constant;
    return result;
}

Kernel list_to_text(Kernel items) {
    return [items = std::move(items)](const KernelCall& call) {
        const auto& list = static_cast<const ListArray&>(*call.arguments[0].values);
        auto texts = of_part(items, string_type(), list.values(), call);
        return texts_of(call, [&](std::string& text, int64_t row) {
            text += '[';
            for (int64_t i = 0; i < list.value_length(row); ++i) {
                if (i > 0) text += ", ";
                append_part(text, *texts, list.value_offset(row) + i);
            }
            text += ']';
        });
    };
}

Kernel map_to_text(Kernel keys, Kernel items) {
    return [=](const KernelCall& call) {
        const auto& map = static_cast<const MapArray&>(*call.arguments[0].values);
        auto key_texts = of_part(keys, string_type(), map.keys(), call);
        auto item_texts = of_part(items, string_type(), map.items(), call);
        return texts_of(call, [&](std::string& text, int64_t row) {
            text += '{';
            for (int64_t i = 0; i < map.value_length(row); ++i) {
                if (i > 0) text += ", ";
                append_part(text, *key_texts, map.value_offset(row) + i);
                text += '=';
                append_part(text, *item_texts, map.value_offset(row) + i);
            }
            text += '}';
        });
    };
}

Kernel row_to_text(std::vector<Kernel> fields) {
    return [fields = std::move(fields)](const KernelCall& call) {
        const auto& rows = static_cast<const StructArray&>(*call.arguments[0].values);
        std::vector<std::shared_ptr<arrow::Array>> texts;
        for (size_t i = 0; i < fields.size(); ++i) {
            auto part = rows.field(static_cast<int>(i));
            texts.push_back(of_part(fields[i], string_type(), part, call));
        }
        return texts_of(call, [&](std::string& text, int64_t row) {
            text += '(';
            for (size_t i = 0; i < texts.size(); ++i) {
                if (i > 0) text += ", ";
                append_part(text, *texts[i], row);
            }
            text += ')';
        });
    };
}

}  // namespace

std::optional<Kernel> nested_cast(const Type& from, const Type& to, bool is_try) {
    if (from.kind != to.kind) return std::nullopt;
    std::vector<Kernel> parts;
    auto add = [&](const Type& part, const Type& wanted) {
        auto kernel = cast_kernel(part, wanted, is_try);
        if (kernel) parts.push_back(std::move(*kernel));
        return kernel.has_value();
    };
    for (size_t i = 0; i < from.parts.size(); ++i) {
        if (!add(from.parts[i], to.parts[i])) return std::nullopt;
    }
    if (from.fields.size() != to.fields.size()) return std::nullopt;
    for (size_t i = 0; i < from.fields.size(); ++i) {
        if (!add(from.fields[i].type, to.fields[i].type)) return std::nullopt;
    }
    if (from.kind == TypeKind::Row) return row_cast(to, std::move(parts));
    if (from.kind == TypeKind::Map) return map_cast(to, parts[0], parts[1]);
    if (from.kind == TypeKind::Array) return list_cast(to, parts[0]);
    return std::nullopt;
}

std::optional<Kernel> nested_to_text(const Type& from) {
    std::vector<Kernel> parts;
    auto add = [&](const Type& part) {
        auto kernel = cast_kernel(part, string_type(), false);
        if (kernel) parts.push_back(std::move(*kernel));
        return kernel.has_value();
    };
    for (const Type& part : from.parts) {
        if (!add(part)) return std::nullopt;
    }
    for (const Type::Field& field : from.fields) {
        if (!add(field.type)) return std::nullopt;
    }
    Type count = simple_type(TypeKind::Int);
    switch (from.kind) {
        case TypeKind::Array:
            return list_to_text(parts[0]);
        case TypeKind::Map:
            return map_to_text(parts[0], parts[1]);
        case TypeKind::Multiset:
            return map_to_text(parts[0], *number_to_text(count));
        case TypeKind::Row:
            return row_to_text(std::move(parts));
        default:
            return std::nullopt;
    }
}

}  // namespace tarn::sql
