#include "columns/json_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "columns/short_numbers.hpp"

namespace tarn::columns {
namespace {

// Keys of maps come with the data and may be of any length.
constexpr size_t key_bytes_shown = 40;

bool starts_number(char c) {
    return c == '-' || (c >= '0' && c <= '9');
}

template <typename T>
bool fits(int64_t value) {
    return value >= std::numeric_limits<T>::min() && value <= std::numeric_limits<T>::max();
}

// What people call the type of a column, in reasons.
std::string name_of_type(const arrow::DataType& type) {
    switch (type.id()) {
        case arrow::Type::STRUCT:
            return "object";
        case arrow::Type::LIST:
            return "array";
        case arrow::Type::MAP:
            return "object";
        default:
            return type.ToString();
    }
}

// The string at the cursor with its escapes resolved, in `scratch` if it has any.
bool take_text(JsonCursor& in, std::string& scratch, std::string_view& text) {
    text = in.take_string();
    if (!has_backslash(text)) return true;
    scratch.clear();
    if (!append_unescaped(text, scratch)) return in.fail("a string has a wrong escape");
    text = scratch;
    return true;
}

}  // namespace

JsonField::JsonField(StructBuilder& rows, const JsonOptions& options)
    : JsonField(arrow::Field("", rows.type(), false), rows, options) {}

JsonField::JsonField(const arrow::Field& field, ColumnBuilder& builder, const JsonOptions& options)
    : name_(field.name()),
      is_nullable_(field.nullable()),
      builder_(&builder),
      options_(&options),
      rules_{options.timestamps, is_flink() ? ExcessDigits::Round : ExcessDigits::Refuse} {
    choose_reader();
    add_children();
}

void JsonField::choose_reader() {
    using arrow::Type;
    switch (builder_->type()->id()) {
        case Type::BOOL:
            read_value_ = &JsonField::read_bool;
            break;
        case Type::INT8:
            read_value_ = &JsonField::read_integer<int8_t>;
            break;
        case Type::INT16:
            read_value_ = &JsonField::read_integer<int16_t>;
            break;
        case Type::INT32:
            read_value_ = &JsonField::read_integer<int32_t>;
            break;
        case Type::INT64:
            read_value_ = &JsonField::read_integer<int64_t>;
            break;
        case Type::FLOAT:
            read_value_ = &JsonField::read_floating<float>;
            break;
        case Type::DOUBLE:
            read_value_ = &JsonField::read_floating<double>;
            break;
        case Type::DECIMAL128:
            read_value_ = &JsonField::read_decimal;
            break;
        case Type::STRING:
            read_value_ = &JsonField::read_utf8;
            break;
        case Type::STRUCT:
            read_value_ = &JsonField::read_struct;
            break;
        case Type::LIST:
            read_value_ = &JsonField::read_list;
            break;
        case Type::MAP:
            read_value_ = &JsonField::read_map;
            break;
        default:
            read_value_ = &JsonField::read_from_text;
            break;
    }
}

void JsonField::add_children() {
    const arrow::DataType& type = *builder_->type();
    auto add = [&](const arrow::Field& field, ColumnBuilder& builder) {
        children_.push_back(JsonField(field, builder, *options_));
    };
    if (type.id() == arrow::Type::STRUCT) {
        auto& row = static_cast<StructBuilder&>(*builder_);
        for (int i = 0; i < type.num_fields(); ++i) {
            bool is_new = child_by_name_.try_emplace(type.field(i)->name(), i).second;
            if (!is_new) {
                throw Error(ErrorCode::InvalidInput, "two columns are called '{}'",
                            type.field(i)->name());
            }
            add(*type.field(i), row.child(i));
        }
    } else if (type.id() == arrow::Type::LIST) {
        add(*type.field(0), static_cast<ListBuilder&>(*builder_).elements());
    } else if (type.id() == arrow::Type::MAP) {
        const auto& map = static_cast<const arrow::MapType&>(type);
        if (map.key_type()->id() != arrow::Type::STRING) {
            throw Error(ErrorCode::InvalidInput,
                        "column '{}': the keys of a JSON object are text, not {}", name_.name(),
                        map.key_type()->ToString());
        }
        auto& entries =
            static_cast<StructBuilder&>(static_cast<ListBuilder&>(*builder_).elements());
        add(*map.item_field(), entries.child(1));
    }
}

bool JsonField::read(JsonCursor& in) {
    if (in.peek() == 'n') return read_null(in);
    return (this->*read_value_)(in);
}

bool JsonField::read_null(JsonCursor& in) {
    auto value = in.mark();
    if (in.take_token() != "null") return wrong_value(in, value);
    if (!is_nullable_) return in.fail("it must not be null");
    builder_->append_null();
    return true;
}

bool JsonField::wrong_value(JsonCursor& in, JsonCursor::Mark value) {
    in.go_back_to(value);
    if (!in.skip_value()) return false;
    if (options_->wrong_value == WrongValue::Reject || !is_nullable_) {
        return in.fail(
            fmt::format("{} is no {}", in.excerpt(value), name_of_type(*builder_->type())));
    }
    in.count_nulled_cell();
    builder_->append_null();
    return true;
}

bool JsonField::read_bool(JsonCursor& in) {
    auto value = in.mark();
    auto& column = static_cast<BoolBuilder&>(*builder_);
    char first = in.peek();
    if (first == 't' || first == 'f') {
        std::string_view token = in.take_token();
        if (token != "true" && token != "false") return wrong_value(in, value);
        column.append(token == "true");
        return true;
    }
    if (is_flink() && first == '"') {
        std::string_view text;
        if (!take_text(in, scratch_, text)) return false;
        column.append(parse_bool(text).value_or(false));
        return true;
    }
    if (is_flink() && starts_number(first) && is_json_number(in.take_token())) {
        column.append(false);
        return true;
    }
    return wrong_value(in, value);
}

template <typename T>
bool JsonField::read_integer(JsonCursor& in) {
    auto value = in.mark();
    auto& column = static_cast<FixedBuilder<T>&>(*builder_);
    char first = in.peek();
    if (starts_number(first)) {
        std::string_view token = in.take_token();
        int64_t number;
        if (parse_short_integer(token, number) && fits<T>(number)) {
            column.append(static_cast<T>(number));
            return true;
        }
        if (!is_json_number(token)) return wrong_value(in, value);
        if (append_text(column, token, rules_)) return true;
        auto floating = is_flink() ? parse_double(token) : std::nullopt;
        // Below 2^63 as a double every whole part fits; above it none does.
        if (!floating || std::abs(*floating) >= 0x1p63) return wrong_value(in, value);
        number = static_cast<int64_t>(*floating);
        if (!fits<T>(number)) return wrong_value(in, value);
        column.append(static_cast<T>(number));
        return true;
    }
    if (is_flink() && first == '"') {
        std::string_view text;
        if (!take_text(in, scratch_, text)) return false;
        if (append_text(column, text, rules_)) return true;
    }
    return wrong_value(in, value);
}

template <typename T>
bool JsonField::read_floating(JsonCursor& in) {
    auto value = in.mark();
    auto& column = static_cast<FixedBuilder<T>&>(*builder_);
    char first = in.peek();
    if (starts_number(first)) {
        std::string_view token = in.take_token();
        if constexpr (std::is_same_v<T, double>) {
            double number;
            if (parse_short_double(token, number)) {
                column.append(number);
                return true;
            }
        }
        if (is_json_number(token) && append_text(column, token, rules_)) return true;
    } else if (first == '"') {
        std::string_view text;
        if (!take_text(in, scratch_, text)) return false;
        bool is_name = text == "NaN" || text == "Infinity" || text == "-Infinity";
        if ((is_name || is_flink()) && append_text(column, text, rules_)) return true;
    }
    return wrong_value(in, value);
}

bool JsonField::read_decimal(JsonCursor& in) {
    if (!starts_number(in.peek())) return read_from_text(in);
    auto value = in.mark();
    std::string_view token = in.take_token();
    return (is_json_number(token) && append_text(*builder_, token, rules_)) ||
           wrong_value(in, value);
}

bool JsonField::read_utf8(JsonCursor& in) {
    auto value = in.mark();
    auto& column = static_cast<TextBuilder&>(*builder_);
    if (in.peek() == '"') {
        std::string_view raw = in.take_string();
        if (!has_backslash(raw)) {
            column.append(raw);
            return true;
        }
        if (!append_unescaped(raw, column.tail())) return in.fail("a string has a wrong escape");
        column.close_value();
        return true;
    }
    if (!is_flink()) return wrong_value(in, value);
    if (!in.skip_value()) return false;
    column.append(in.compact_text(value));
    return true;
}

bool JsonField::read_from_text(JsonCursor& in) {
    auto value = in.mark();
    if (in.peek() == '"') {
        std::string_view text;
        if (!take_text(in, scratch_, text)) return false;
        if (append_text(*builder_, text, rules_)) return true;
    }
    return wrong_value(in, value);
}

bool JsonField::read_struct(JsonCursor& in) {
    if (in.peek() != '{') return wrong_value(in, in.mark());
    auto& row = static_cast<StructBuilder&>(*builder_);
    if (!read_members(in)) return false;
    row.append_valid();
    return true;
}

bool JsonField::read_members(JsonCursor& in) {
    int64_t row = builder_->length();
    size_t filled = 0;
    in.advance();
    if (!in.accept('}')) {
        for (size_t place = 0;; ++place) {
            if (in.peek() != '"') return in.fail_syntax("a key");
            JsonField* child = take_key(in, place);
            if (!in.accept(':')) return in.fail_syntax("':'");
            if (!child) {
                if (!in.skip_value()) return false;
            } else {
                // Of a key given twice the last value wins.
                bool is_again = child->builder_->length() > row;
                if (is_again) child->builder_->truncate(row);
                if (!child->read(in)) return in.fail_within(child->name_.name());
                filled += !is_again;
            }
            char next = in.peek();
            if (next != ',' && next != '}') return in.fail_syntax("',' or '}'");
            in.advance();
            if (next == '}') break;
        }
    }
    return filled == children_.size() || append_missing(in, row);
}

bool JsonField::append_missing(JsonCursor& in, int64_t row) {
    for (JsonField& child : children_) {
        if (child.builder_->length() > row) continue;
        if (!child.is_nullable_ || options_->missing_field == MissingField::Reject) {
            in.fail("it is missing");
            return in.fail_within(child.name_.name());
        }
        child.builder_->append_null();
    }
    return true;
}

inline JsonField* JsonField::take_key(JsonCursor& in, size_t place) {
    if (place < guesses_.size() && guesses_[place]->name_.is_at(in.string_begin())) {
        in.advance();
        return guesses_[place];
    }
    return child_named(in.take_string(), place);
}

JsonField* JsonField::child_named(std::string_view raw_key, size_t place) {
    scratch_.clear();
    // A key with a wrong escape is no column's name.
    if (!append_unescaped(raw_key, scratch_)) return nullptr;
    auto found = child_by_name_.find(scratch_);
    if (found == child_by_name_.end()) return nullptr;
    JsonField* child = &children_[found->second];
    // Records with ever more unknown keys must not make the guesses grow.
    size_t guesses_max = 4 * children_.size();
    if (place < guesses_max) {
        guesses_.resize(std::max(guesses_.size(), place + 1), child);
        guesses_[place] = child;
    }
    return child;
}

bool JsonField::read_list(JsonCursor& in) {
    if (in.peek() != '[') return wrong_value(in, in.mark());
    auto& column = static_cast<ListBuilder&>(*builder_);
    in.advance();
    if (!in.accept(']')) {
        for (;;) {
            if (!children_[0].read(in)) return false;
            if (in.accept(']')) break;
            if (!in.accept(',')) return in.fail_syntax("',' or ']'");
        }
    }
    column.close_row();
    return true;
}

bool JsonField::read_map(JsonCursor& in) {
    if (in.peek() != '{') return wrong_value(in, in.mark());
    auto& column = static_cast<ListBuilder&>(*builder_);
    auto value = in.mark();
    if (!read_entries(in, {})) return false;
    // A key given twice is rare, so the second pass that leaves the first value out may be slow.
    if (auto superseded = superseded_entries(); !superseded.empty()) {
        column.truncate(column.length());
        in.go_back_to(value);
        if (!read_entries(in, superseded)) return false;
    }
    column.close_row();
    return true;
}

bool JsonField::read_entries(JsonCursor& in, const std::vector<bool>& superseded) {
    auto& entries = static_cast<StructBuilder&>(static_cast<ListBuilder&>(*builder_).elements());
    auto& keys = static_cast<TextBuilder&>(entries.child(0));
    in.advance();
    if (in.accept('}')) return true;
    for (size_t place = 0;; ++place) {
        if (in.peek() != '"') return in.fail_syntax("a key");
        std::string_view key = in.take_string();
        if (!in.accept(':')) return in.fail_syntax("':'");
        if (place < superseded.size() && superseded[place]) {
            if (!in.skip_value()) return false;
        } else {
            if (!append_unescaped(key, keys.tail())) return in.fail("a key has a wrong escape");
            keys.close_value();
            if (!children_[0].read(in)) return in.fail_within(key.substr(0, key_bytes_shown));
            entries.append_valid();
        }
        if (in.accept('}')) return true;
        if (!in.accept(',')) return in.fail_syntax("',' or '}'");
    }
}

// For each entry of the open row whether a later one has the same key; empty if none has.
std::vector<bool> JsonField::superseded_entries() {
    auto& column = static_cast<ListBuilder&>(*builder_);
    auto& entries = static_cast<StructBuilder&>(column.elements());
    auto& keys = static_cast<TextBuilder&>(entries.child(0));
    int64_t begin = column.open_row_begin();
    int64_t count = entries.length() - begin;
    if (count < 2) return {};

    std::vector<std::pair<std::string_view, int64_t>> sorted;
    for (int64_t i = 0; i < count; ++i) sorted.emplace_back(keys.value(begin + i), i);
    std::sort(sorted.begin(), sorted.end());
    std::vector<bool> superseded;
    for (int64_t i = 0; i + 1 < count; ++i) {
        if (sorted[i].first != sorted[i + 1].first) continue;
        superseded.resize(count);
        superseded[sorted[i].second] = true;
    }
    return superseded;
}

}  // namespace tarn::columns
