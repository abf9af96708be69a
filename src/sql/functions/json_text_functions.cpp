// JSON made of values: JSON_STRING, JSON_OBJECT, JSON_ARRAY.
#include <algorithm>

#include "sql/functions/json_options.hpp"
#include "sql/functions/json_text.hpp"
#include "sql/functions/scalar.hpp"
#include "sql/functions/topics.hpp"

namespace tarn::sql {
namespace {

// Writes a row with `write(out, row)`; false is NULL.
template <typename Write>
Column json_rows(const KernelCall& call, Write write) {
    bool is_constant = all_constant(call.arguments);
    int64_t rows = is_constant ? 1 : call.rows;
    Writer<std::string_view> writer(call.type, rows);
    std::string out;
    int64_t row = 0;
    try {
        for (; row < rows; ++row) {
            out.clear();
            write(out, row) ? writer.append(out) : writer.append_null();
        }
    } catch (const Error& error) {
        throw RowError(row, error.what());
    }
    Column result = writer.finish();
    result.is_constant = is_constant;
    return result;
}

std::optional<std::vector<Type>> json_types(Arguments arguments) {
    std::vector<Type> types;
    for (const Argument& argument : arguments) {
        if (!has_json_form(argument.type)) return std::nullopt;
        types.push_back(argument.type);
    }
    return types;
}

// The values of a call, each with its type, since a column alone knows only Arrow's.
struct JsonValues {
    std::vector<Type> types;
    JsonConstructorOptions options;

    bool is_left_out(const KernelCall& call, size_t argument, int64_t row) const {
        return options.leaves_out_null && call.arguments[argument].is_null(row);
    }

    // `value` numbers the values without the keys.
    void append(std::string& out, const KernelCall& call, size_t argument, size_t value,
                int64_t row) const {
        const Column& column = call.arguments[argument];
        bool is_json = value < options.is_json.size() && options.is_json[value];
        if (is_json && !column.is_null(row)) {
            out += Reader<std::string_view>(column)[row];
        } else {
            append_json_value(out, types[argument], *column.values, column.place(row));
        }
    }
};

std::string_view key_of(const KernelCall& call, size_t argument, int64_t row) {
    if (call.arguments[argument].is_null(row)) {
        throw Error(ErrorCode::InvalidInput, "a key of JSON_OBJECT must not be NULL");
    }
    return Reader<std::string_view>(call.arguments[argument])[row];
}

// Sorted by their keys; of those that are the same the last counts.
bool write_object(std::string& out, const KernelCall& call, const JsonValues& values, int64_t row) {
    struct Member {
        std::string_view key;
        size_t argument;
    };
    std::vector<Member> members;
    for (size_t at = 0; at < call.arguments.size(); at += 2) {
        std::string_view key = key_of(call, at, row);
        if (values.is_left_out(call, at + 1, row)) continue;
        auto same = std::ranges::find(members, key, &Member::key);
        if (same != members.end()) {
            same->argument = at + 1;
        } else {
            members.push_back({key, at + 1});
        }
    }
    std::ranges::sort(members, {}, &Member::key);
    out += '{';
    for (const Member& member : members) {
        if (out.size() > 1) out += ',';
        append_json_text(out, member.key);
        out += ':';
        values.append(out, call, member.argument, member.argument / 2, row);
    }
    out += '}';
    return true;
}

bool write_array(std::string& out, const KernelCall& call, const JsonValues& values, int64_t row) {
    out += '[';
    for (size_t at = 0; at < call.arguments.size(); ++at) {
        if (values.is_left_out(call, at, row)) continue;
        if (out.size() > 1) out += ',';
        values.append(out, call, at, at, row);
    }
    out += ']';
    return true;
}

std::optional<Signature> json_string(Arguments arguments) {
    if (arguments.size() != 1) return std::nullopt;
    auto types = json_types(arguments);
    if (!types) return std::nullopt;
    Kernel kernel = [type = types->front()](const KernelCall& call) {
        const Column& values = call.arguments[0];
        return json_rows(call, [&](std::string& out, int64_t row) {
            if (values.is_null(row)) return false;
            append_json_value(out, type, *values.values, values.place(row));
            return true;
        });
    };
    return Signature{nullable_as(string_type(), arguments), std::move(*types), kernel};
}

}  // namespace

Resolver json_object(JsonConstructorOptions options) {
    return [options](Arguments arguments) -> std::optional<Signature> {
        auto types = json_types(arguments);
        if (!types || arguments.size() % 2 != 0) return std::nullopt;
        for (size_t at = 0; at < arguments.size(); at += 2) {
            if (!is_text(arguments[at].type)) return std::nullopt;
        }
        Kernel kernel = [values = JsonValues{*types, options}](const KernelCall& call) {
            return json_rows(call, [&](std::string& out, int64_t row) {
                return write_object(out, call, values, row);
            });
        };
        return Signature{string_type().not_null(), std::move(*types), kernel};
    };
}

Resolver json_array(JsonConstructorOptions options) {
    return [options](Arguments arguments) -> std::optional<Signature> {
        auto types = json_types(arguments);
        if (!types) return std::nullopt;
        Kernel kernel = [values = JsonValues{*types, options}](const KernelCall& call) {
            return json_rows(call, [&](std::string& out, int64_t row) {
                return write_array(out, call, values, row);
            });
        };
        return Signature{string_type().not_null(), std::move(*types), kernel};
    };
}

std::vector<Function> json_text_functions() {
    return {
        {"JSON_STRING", Topic::Json, "JSON_STRING(value)", "The value as JSON.",
         "JSON_STRING('a') → '\"a\"'", json_string},
        {"JSON_OBJECT", Topic::Json,
         "JSON_OBJECT([KEY] key VALUE value, … [NULL | ABSENT ON NULL])",
         "An object of keys and values, sorted by the keys. Calls of JSON_OBJECT and JSON_ARRAY "
         "among the values "
         "become objects and arrays in it.",
         "JSON_OBJECT('a' VALUE 1) → '{\"a\":1}'", json_object({})},
        {"JSON_ARRAY", Topic::Json, "JSON_ARRAY(value, … [NULL | ABSENT ON NULL])",
         "An array of values, by default without those that are NULL.",
         "JSON_ARRAY(1, '2') → '[1,\"2\"]'", json_array({.leaves_out_null = true})},
    };
}

}  // namespace tarn::sql
