// What stands in JSON documents: IS JSON, JSON_EXISTS, JSON_VALUE, JSON_QUERY.
#include <charconv>

#include "sql/functions/json_options.hpp"
#include "sql/functions/json_path.hpp"
#include "sql/functions/json_text.hpp"
#include "sql/functions/scalar.hpp"
#include "sql/functions/topics.hpp"

namespace tarn::sql {
namespace {

using Text = std::string_view;

// Follows paths in documents, and remembers the last path for the next row.
class JsonLookup {
public:
    static constexpr uint32_t None = JsonNode::None;

    JsonDocument document;
    // What was wrong with the last look-up; empty when nothing was.
    std::string problem;

    bool is_strict() const { return path_ && path_->is_strict(); }

    // The place of what a path leads to; None when that is null, or there is a problem.
    uint32_t find(Text json, Text path) {
        problem.clear();
        if (!path_ || path_text_ != path) {
            path_text_ = path;
            read_path();
        }
        if (!path_) {
            problem = path_problem_;
            return None;
        }
        if (!document.read(json)) return nowhere("the text is no JSON");
        std::optional<uint32_t> found;
        try {
            found = path_->find(document);
        } catch (const JsonPathMisfit& misfit) {
            problem = misfit.what();
            return None;
        }
        if (!found && !path_->is_strict() && !path_->is_definite()) {
            return document.add({JsonNode::Kind::Array});
        }
        if (!found) return nowhere("No results for path: " + path_text_);
        if (document[*found].kind != JsonNode::Kind::Null) return *found;
        return nowhere("Strict jsonpath mode requires a non empty returned value, but is null");
    }

private:
    void read_path() {
        path_.reset();
        try {
            path_ = JsonPath::parse(path_text_);
        } catch (const UnsupportedPath&) {
            throw;
        } catch (const Error& error) {
            path_problem_ = error.what();
        }
    }

    // Lax paths take what is not there for null.
    uint32_t nowhere(std::string what) {
        if (path_->is_strict()) problem = std::move(what);
        return None;
    }

    std::string path_text_;
    std::string path_problem_;
    std::optional<JsonPath> path_;
};

// Calls `answer(row, json, path)` for the rows in which neither is NULL.
template <typename Writer, typename Answer>
Column looked_up(const KernelCall& call, Answer answer) {
    Reader<Text> documents(call.arguments[0]);
    Reader<Text> paths(call.arguments[1]);
    bool is_constant = all_constant(call.arguments);
    int64_t rows = is_constant ? 1 : call.rows;
    Writer writer(call.type, rows);
    int64_t row = 0;
    try {
        for (; row < rows; ++row) {
            if (documents.is_null(row) || paths.is_null(row)) {
                writer.append_null();
            } else {
                answer(writer, row, documents[row], paths[row]);
            }
        }
    } catch (const Error& error) {
        throw RowError(row, error.what());
    }
    Column result = writer.finish();
    result.is_constant = is_constant;
    return result;
}

std::optional<std::vector<Type>> text_types(Arguments arguments, size_t count) {
    if (arguments.size() != count) return std::nullopt;
    std::vector<Type> types;
    for (const Argument& argument : arguments.first(2)) {
        bool is_null = argument.type.kind == TypeKind::Null;
        if (!is_null && !is_text(argument.type)) return std::nullopt;
        types.push_back(is_null ? string_type() : argument.type);
    }
    return types;
}

[[noreturn]] void fail_json(const std::string& what) {
    throw Error(ErrorCode::InvalidInput, "{}", what);
}

// --- JSON_VALUE

void append_json_as(Writer<Text>& writer, const JsonDocument& document, uint32_t place,
                    std::string& room) {
    room.clear();
    document.append_scalar(room, place);
    writer.append(room);
}

[[noreturn]] void refuse_json_type(const JsonDocument& document, uint32_t place, Text type) {
    std::string text;
    document.append_json(text, place);
    fail_json("JSON_VALUE finds " + text + ", which is no " + std::string(type));
}

void append_json_as(Writer<bool>& writer, const JsonDocument& document, uint32_t place,
                    std::string&) {
    JsonNode::Kind kind = document[place].kind;
    if (kind != JsonNode::Kind::True && kind != JsonNode::Kind::False) {
        refuse_json_type(document, place, "BOOLEAN");
    }
    writer.append(kind == JsonNode::Kind::True);
}

void append_json_as(Writer<int32_t>& writer, const JsonDocument& document, uint32_t place,
                    std::string&) {
    const JsonNode& node = document[place];
    int32_t value = 0;
    bool is_int =
        node.kind == JsonNode::Kind::Integer &&
        std::from_chars(node.text.data(), node.text.data() + node.text.size(), value).ec ==
            std::errc();
    if (!is_int) refuse_json_type(document, place, "INT");
    writer.append(value);
}

void append_json_as(Writer<double>& writer, const JsonDocument& document, uint32_t place,
                    std::string&) {
    const JsonNode& node = document[place];
    if (node.kind != JsonNode::Kind::Real) refuse_json_type(document, place, "DOUBLE");
    writer.append(std::strtod(std::string(node.text).c_str(), nullptr));
}

template <typename T>
Column json_values(const KernelCall& call, const JsonValueOptions& options) {
    using Instead = JsonValueOptions::Instead;
    JsonLookup lookup;
    std::string room;
    size_t error_argument = options.on_empty == Instead::Default ? 3 : 2;
    auto instead = [&](Writer<T>& writer, int64_t row, Instead what, size_t argument,
                       const std::string& problem) {
        if (what == Instead::Error) fail_json(problem);
        if (what == Instead::Null || call.arguments[argument].is_null(row)) {
            return writer.append_null();
        }
        writer.append(Reader<T>(call.arguments[argument])[row]);
    };
    return looked_up<Writer<T>>(call, [&](Writer<T>& writer, int64_t row, Text json, Text path) {
        uint32_t place = lookup.find(json, path);
        bool is_scalar = place != JsonLookup::None && lookup.document[place].is_scalar();
        if (is_scalar) return append_json_as(writer, lookup.document, place, room);
        if (lookup.problem.empty() && !lookup.is_strict()) {
            return instead(writer, row, options.on_empty, 2,
                           "Empty result of JSON_VALUE function is not allowed");
        }
        if (lookup.problem.empty()) {
            lookup.problem = "Strict jsonpath mode requires scalar value";
        }
        instead(writer, row, options.on_error, error_argument, lookup.problem);
    });
}

Kernel json_value_kernel(const JsonValueOptions& options) {
    switch (options.returning.kind) {
        case TypeKind::VarChar:
            return [=](const KernelCall& call) { return json_values<Text>(call, options); };
        case TypeKind::Boolean:
            return [=](const KernelCall& call) { return json_values<bool>(call, options); };
        case TypeKind::Int:
            return [=](const KernelCall& call) { return json_values<int32_t>(call, options); };
        case TypeKind::Double:
            return [=](const KernelCall& call) { return json_values<double>(call, options); };
        default:
            return nullptr;
    }
}

// --- JSON_QUERY

void write_instead(Writer<Text>& writer, JsonQueryOptions::Instead what,
                   const std::string& problem) {
    switch (what) {
        case JsonQueryOptions::Instead::Null:
            return writer.append_null();
        case JsonQueryOptions::Instead::EmptyArray:
            return writer.append("[]");
        case JsonQueryOptions::Instead::EmptyObject:
            return writer.append("{}");
        case JsonQueryOptions::Instead::Error:
            fail_json(problem);
    }
}

Column json_pieces(const KernelCall& call, const JsonQueryOptions& options) {
    using Wrapper = JsonQueryOptions::Wrapper;
    JsonLookup lookup;
    std::string out;
    return looked_up<Writer<Text>>(call, [&](auto& writer, int64_t, Text json, Text path) {
        uint32_t place = lookup.find(json, path);
        bool is_there = place != JsonLookup::None;
        bool is_array = is_there && lookup.document[place].kind == JsonNode::Kind::Array;
        bool is_wrapped = options.wrapper == Wrapper::Always ||
                          (options.wrapper == Wrapper::Conditional && !is_array);
        if (is_there && (is_wrapped || !lookup.document[place].is_scalar())) {
            out.clear();
            if (is_wrapped) out += '[';
            lookup.document.append_json(out, place);
            if (is_wrapped) out += ']';
            return writer.append(out);
        }
        if (lookup.problem.empty() && !lookup.is_strict()) {
            return write_instead(writer, options.on_empty,
                                 "Empty result of JSON_QUERY function is not allowed");
        }
        if (lookup.problem.empty()) {
            lookup.problem = "Strict jsonpath mode requires array or object value";
        }
        write_instead(writer, options.on_error, lookup.problem);
    });
}

void write_exists(Writer<bool>& writer, const JsonLookup& lookup, uint32_t place,
                  JsonExistsOptions::OnError on_error) {
    using OnError = JsonExistsOptions::OnError;
    if (lookup.problem.empty()) return writer.append(place != JsonLookup::None);
    if (on_error == OnError::Error) fail_json(lookup.problem);
    if (on_error == OnError::Unknown) return writer.append_null();
    writer.append(on_error == OnError::True);
}

}  // namespace

Resolver is_json(JsonKind kind) {
    return scalar([kind](std::optional<Text> text) {
        thread_local JsonDocument document;
        if (!text || !document.read(*text)) return false;
        const JsonNode& root = document[JsonDocument::Root];
        switch (kind) {
            case JsonKind::Value:
                return true;
            case JsonKind::Object:
                return root.kind == JsonNode::Kind::Object;
            case JsonKind::Array:
                return root.kind == JsonNode::Kind::Array;
            case JsonKind::Scalar:
                return root.is_scalar();
        }
        return false;
    });
}

Resolver json_exists(JsonExistsOptions options) {
    return [options](Arguments arguments) -> std::optional<Signature> {
        auto types = text_types(arguments, 2);
        if (!types) return std::nullopt;
        Kernel kernel = [options](const KernelCall& call) {
            JsonLookup lookup;
            return looked_up<Writer<bool>>(call, [&](auto& writer, int64_t, Text json, Text path) {
                write_exists(writer, lookup, lookup.find(json, path), options.on_error);
            });
        };
        return Signature{simple_type(TypeKind::Boolean), std::move(*types), kernel};
    };
}

Resolver json_value(JsonValueOptions options) {
    return [options](Arguments arguments) -> std::optional<Signature> {
        using Instead = JsonValueOptions::Instead;
        size_t defaults = static_cast<size_t>(options.on_empty == Instead::Default) +
                          static_cast<size_t>(options.on_error == Instead::Default);
        auto types = text_types(arguments, 2 + defaults);
        Kernel kernel = json_value_kernel(options);
        if (!types || !kernel) return std::nullopt;
        types->insert(types->end(), defaults, options.returning.or_null());
        return Signature{options.returning.or_null(), std::move(*types), kernel};
    };
}

Resolver json_query(JsonQueryOptions options) {
    return [options](Arguments arguments) -> std::optional<Signature> {
        auto types = text_types(arguments, 2);
        if (!types) return std::nullopt;
        Kernel kernel = [options](const KernelCall& call) { return json_pieces(call, options); };
        return Signature{string_type(), std::move(*types), kernel};
    };
}

std::vector<Function> json_lookup_functions() {
    return {
        {"JSON_EXISTS", Topic::Json, "JSON_EXISTS(json, path [TRUE | FALSE | … ON ERROR])",
         "Whether the path leads to something in the document that is not null.",
         "JSON_EXISTS('{\"a\": 1}', '$.a') → TRUE", json_exists({})},
        {"JSON_VALUE", Topic::Json,
         "JSON_VALUE(json, path [RETURNING type] [… ON EMPTY] [… ON ERROR])",
         "The text, number or boolean that the path leads to. A path is strict unless it begins "
         "with lax, and then what is missing is an error, not empty.",
         "JSON_VALUE('{\"a\": 1}', '$.a') → '1'", json_value({})},
        {"JSON_QUERY", Topic::Json,
         "JSON_QUERY(json, path [WITH … WRAPPER] [… ON EMPTY] [… ON ERROR])",
         "The object or array that the path leads to, as JSON.",
         "JSON_QUERY('{\"a\": [1, 2]}', '$.a') → '[1,2]'", json_query({})},
    };
}

}  // namespace tarn::sql
