// JSON_OBJECTAGG and JSON_ARRAYAGG.
#include <map>

#include "sql/aggregates/clauses.hpp"
#include "sql/aggregates/groups.hpp"
#include "sql/aggregates/kinds.hpp"
#include "sql/functions/json_text.hpp"
#include "sql/values/writers.hpp"

namespace tarn::sql {
namespace {

Type json_type() {
    constexpr int Length = 2000;
    return type_with(TypeKind::VarChar, Length).not_null();
}

// The values of a column as JSON.
class JsonValue {
public:
    JsonValue(Type type, JsonConstructorOptions options)
        : type_(std::move(type)), options_(std::move(options)) {}

    bool is_left_out(const Column& column, int64_t row) const {
        return options_.leaves_out_null && column.is_null(row);
    }

    void append(std::string& out, const Column& column, int64_t row) const {
        bool is_json = !options_.is_json.empty() && options_.is_json[0];
        if (is_json && !column.is_null(row)) {
            out += Reader<std::string_view>(column)[row];
        } else {
            append_json_value(out, type_, *column.values, column.place(row));
        }
    }

private:
    Type type_;
    JsonConstructorOptions options_;
};

template <typename WriteGroup>
Column json_column(size_t groups, WriteGroup write) {
    Writer<std::string_view> writer(json_type(), static_cast<int64_t>(groups));
    std::string text;
    for (size_t group = 0; group < groups; ++group) {
        text.clear();
        write(text, group);
        writer.append(text);
    }
    return writer.finish();
}

class JsonObjects final : public Accumulator {
public:
    JsonObjects(const Type& value, const JsonConstructorOptions& options)
        : value_(value, options) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        grow(objects_, end_of(groups));
        Reader<std::string_view> keys(arguments[0]);
        for (size_t at = 0; at < groups.size(); ++at) {
            auto row = static_cast<int64_t>(at);
            // Flink's batches take it for an empty text, its streams fail without a word.
            if (keys.is_null(row)) throw RowError(row, "a key of JSON_OBJECTAGG must not be NULL");
            if (value_.is_left_out(arguments[1], row)) continue;
            auto [member, is_new] = objects_[groups[at]].try_emplace(std::string(keys[row]));
            if (!is_new) {
                throw RowError(
                    row, fmt::format("JSON_OBJECTAGG has the key '{}' already", member->first));
            }
            value_.append(member->second, arguments[1], row);
        }
    }

    Column values(size_t groups) const override {
        return json_column(groups, [&](std::string& out, size_t group) {
            out += '{';
            if (group < objects_.size()) append_members(out, objects_[group]);
            out += '}';
        });
    }

private:
    // Flink sorts them by their keys.
    using Members = std::map<std::string, std::string>;

    static void append_members(std::string& out, const Members& members) {
        for (const auto& [key, value] : members) {
            if (out.size() > 1) out += ',';
            append_json_text(out, key);
            out += ':';
            out += value;
        }
    }

    JsonValue value_;
    std::vector<Members> objects_;
};

class JsonArrays final : public Accumulator {
public:
    JsonArrays(const Type& value, const JsonConstructorOptions& options) : value_(value, options) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        grow(items_, end_of(groups));
        for (size_t at = 0; at < groups.size(); ++at) {
            auto row = static_cast<int64_t>(at);
            if (value_.is_left_out(arguments[0], row)) continue;
            std::string& items = items_[groups[at]];
            if (!items.empty()) items += ',';
            value_.append(items, arguments[0], row);
        }
    }

    Column values(size_t groups) const override {
        return json_column(groups, [&](std::string& out, size_t group) {
            out += '[';
            if (group < items_.size()) out += items_[group];
            out += ']';
        });
    }

private:
    JsonValue value_;
    std::vector<std::string> items_;
};

}  // namespace

AggregateResolver json_object_aggregate(JsonConstructorOptions options) {
    return [options](Arguments arguments) -> std::optional<AggregateSignature> {
        if (arguments.size() != 2 || !is_text(arguments[0].type)) return std::nullopt;
        const Type& value = arguments[1].type;
        if (!has_json_form(value)) return std::nullopt;
        return AggregateSignature{json_type(),
                                  {arguments[0].type, value},
                                  accumulator<JsonObjects>(value, options),
                                  false};
    };
}

AggregateResolver json_array_aggregate(JsonConstructorOptions options) {
    return [options](Arguments arguments) -> std::optional<AggregateSignature> {
        if (arguments.size() != 1 || !has_json_form(arguments[0].type)) return std::nullopt;
        const Type& value = arguments[0].type;
        return AggregateSignature{
            json_type(), {value}, accumulator<JsonArrays>(value, options), false};
    };
}

std::vector<Aggregate> json_aggregates() {
    return {
        {"JSON_OBJECTAGG", "JSON_OBJECTAGG([KEY] key VALUE value [NULL | ABSENT ON NULL])",
         "An object of keys and values, sorted by the keys. Two equal keys are an error.",
         "JSON_OBJECTAGG(KEY name VALUE price)", json_object_aggregate({})},
        {"JSON_ARRAYAGG", "JSON_ARRAYAGG(value [NULL | ABSENT ON NULL])",
         "An array of the values in the order in which they came, by default without NULLs.",
         "JSON_ARRAYAGG(price)", json_array_aggregate({.leaves_out_null = true})},
    };
}

}  // namespace tarn::sql
