#include "iceberg/write/key_index.hpp"

#include <arrow/array.h>

#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "iceberg/write/column_transform.hpp"

namespace tarn::iceberg {
namespace {

constexpr char Null = 0;
constexpr char Present = 1;

void append_text(std::string& key, std::string_view text) {
    auto size = static_cast<uint32_t>(text.size());
    key.append(reinterpret_cast<const char*>(&size), sizeof(size));
    key.append(text);
}

// One column's part of the key of each row, so that no two values look alike.
void append_column(const arrow::Array& column, std::vector<std::string>& keys) {
    bool is_text =
        column.type_id() == arrow::Type::STRING || column.type_id() == arrow::Type::BINARY;
    int width = is_text ? 0 : column.type()->byte_width();
    bool is_flag = column.type_id() == arrow::Type::BOOL;
    const auto* values =
        is_text || is_flag ? nullptr : column.data()->GetValues<char>(1, column.offset() * width);
    for (size_t i = 0; i < keys.size(); ++i) {
        auto row = static_cast<int64_t>(i);
        bool is_null = column.IsNull(row);
        keys[i].push_back(is_null ? Null : Present);
        if (is_null) continue;
        if (is_text) {
            append_text(keys[i], static_cast<const arrow::BinaryArray&>(column).GetView(row));
        } else if (is_flag) {
            bool flag = static_cast<const arrow::BooleanArray&>(column).Value(row);
            keys[i].push_back(static_cast<char>(flag));
        } else {
            keys[i].append(values + row * width, static_cast<size_t>(width));
        }
    }
}

void check_key(const Schema& schema, int32_t id) {
    auto refuse = [&](std::string_view reason) {
        return Error(ErrorCode::InvalidInput, "key field {}: {}", id, reason);
    };
    const Field* field = schema.find(id);
    if (!field) throw refuse("there is no such column");
    if (field->type.is_nested()) throw refuse("it is no primitive");
    if (schema.parent_of(id)) throw refuse("it is within another column");
    if (field->type.kind == TypeKind::Float || field->type.kind == TypeKind::Double) {
        throw refuse("a floating-point number is no key");
    }
}

}  // namespace

KeyIndex::KeyIndex(const Schema& schema, std::vector<int32_t> key_ids, size_t keys_max)
    : key_ids_(std::move(key_ids)), keys_max_(keys_max) {
    if (key_ids_.empty()) {
        throw Error(ErrorCode::InvalidInput, "upserts need a key")
            .with_hint("set the identifier fields of the table, or name the columns");
    }
    for (int32_t id : key_ids_) check_key(schema, id);
}

std::vector<std::string> KeyIndex::keys_of(const arrow::RecordBatch& rows,
                                           const Schema& schema) const {
    std::vector<std::string> keys(static_cast<size_t>(rows.num_rows()));
    for (int32_t id : key_ids_) append_column(*column_by_id(rows, schema, id), keys);
    return keys;
}

std::optional<KeyedRow> KeyIndex::put(std::string&& key, KeyedRow row) {
    auto [found, is_new] = rows_.try_emplace(std::move(key), row);
    if (!is_new) return std::exchange(found->second, row);
    if (rows_.size() > keys_max_) {
        throw Error(ErrorCode::TooLarge, "the key index holds {} keys, which is the most",
                    keys_max_)
            .with_hint("allow more, or partition the table and write fewer partitions at a time");
    }
    return std::nullopt;
}

std::optional<KeyedRow> KeyIndex::remove(const std::string& key) {
    auto found = rows_.find(key);
    if (found == rows_.end()) return std::nullopt;
    KeyedRow row = found->second;
    rows_.erase(found);
    return row;
}

}  // namespace tarn::iceberg
