#include "sql/expressions/json_calls.hpp"

#include <algorithm>
#include <array>

#include "sql/functions/json_options.hpp"
#include "sql/syntax/lexer.hpp"

namespace tarn::sql {
namespace {

template <typename Value>
struct Said {
    std::string_view words;
    Value value;
};

// What one of the clauses says, if any does.
template <typename Value, size_t N>
std::optional<Value> said(const FunctionCall& call, const std::array<Said<Value>, N>& known) {
    for (const CallClause& clause : call.clauses) {
        const auto* found = std::ranges::find(known, clause.words, &Said<Value>::words);
        if (found != known.end()) return found->value;
    }
    return std::nullopt;
}

JsonExistsOptions exists_options(const FunctionCall& call) {
    using OnError = JsonExistsOptions::OnError;
    constexpr auto Known = std::to_array<Said<OnError>>({{"FALSE ON ERROR", OnError::False},
                                                         {"TRUE ON ERROR", OnError::True},
                                                         {"UNKNOWN ON ERROR", OnError::Unknown},
                                                         {"ERROR ON ERROR", OnError::Error}});
    return {said(call, Known).value_or(OnError::False)};
}

JsonValueOptions value_options(const FunctionCall& call) {
    using Instead = JsonValueOptions::Instead;
    constexpr auto OnEmpty = std::to_array<Said<Instead>>({{"NULL ON EMPTY", Instead::Null},
                                                           {"DEFAULT ? ON EMPTY", Instead::Default},
                                                           {"ERROR ON EMPTY", Instead::Error}});
    constexpr auto OnError = std::to_array<Said<Instead>>({{"NULL ON ERROR", Instead::Null},
                                                           {"DEFAULT ? ON ERROR", Instead::Default},
                                                           {"ERROR ON ERROR", Instead::Error}});
    JsonValueOptions options;
    options.on_empty = said(call, OnEmpty).value_or(Instead::Null);
    options.on_error = said(call, OnError).value_or(Instead::Null);
    auto returning = std::ranges::find(call.clauses, "RETURNING ?", &CallClause::words);
    if (returning != call.clauses.end()) options.returning = type_of(*returning->type);
    return options;
}

JsonQueryOptions query_options(const FunctionCall& call) {
    using Wrapper = JsonQueryOptions::Wrapper;
    using Instead = JsonQueryOptions::Instead;
    constexpr auto Wrappers =
        std::to_array<Said<Wrapper>>({{"WITHOUT WRAPPER", Wrapper::Without},
                                      {"WITH CONDITIONAL WRAPPER", Wrapper::Conditional},
                                      {"WITH UNCONDITIONAL WRAPPER", Wrapper::Always},
                                      {"WITH WRAPPER", Wrapper::Always}});
    constexpr auto OnEmpty =
        std::to_array<Said<Instead>>({{"NULL ON EMPTY", Instead::Null},
                                      {"EMPTY ARRAY ON EMPTY", Instead::EmptyArray},
                                      {"EMPTY OBJECT ON EMPTY", Instead::EmptyObject},
                                      {"ERROR ON EMPTY", Instead::Error}});
    constexpr auto OnError =
        std::to_array<Said<Instead>>({{"NULL ON ERROR", Instead::Null},
                                      {"EMPTY ARRAY ON ERROR", Instead::EmptyArray},
                                      {"EMPTY OBJECT ON ERROR", Instead::EmptyObject},
                                      {"ERROR ON ERROR", Instead::Error}});
    return {said(call, Wrappers).value_or(Wrapper::Without),
            said(call, OnEmpty).value_or(Instead::Null),
            said(call, OnError).value_or(Instead::Null)};
}

bool is_json_call(const Expression& expression) {
    const auto* call = std::get_if<FunctionCall>(&expression.node);
    if (!call) return false;
    std::string name = upper(call->name.back().text);
    return name == "JSON_OBJECT" || name == "JSON_ARRAY";
}

}  // namespace

JsonConstructorOptions constructor_options(const FunctionCall& call, bool leaves_out_null) {
    constexpr auto OnNull =
        std::to_array<Said<bool>>({{"NULL ON NULL", false}, {"ABSENT ON NULL", true}});
    JsonConstructorOptions options;
    options.leaves_out_null = said(call, OnNull).value_or(leaves_out_null);
    for (const Expression& argument : call.arguments) {
        const auto* pair = std::get_if<KeyValue>(&argument.node);
        options.is_json.push_back(is_json_call(pair ? *pair->value : argument));
    }
    return options;
}

std::vector<Expression> json_arguments(const FunctionCall& call) {
    std::vector<Expression> arguments;
    for (const Expression& argument : call.arguments) {
        if (const auto* pair = std::get_if<KeyValue>(&argument.node)) {
            arguments.push_back(*pair->key);
            arguments.push_back(*pair->value);
        } else {
            arguments.push_back(argument);
        }
    }
    for (std::string_view words : {"DEFAULT ? ON EMPTY", "DEFAULT ? ON ERROR"}) {
        auto clause = std::ranges::find(call.clauses, words, &CallClause::words);
        if (clause != call.clauses.end()) arguments.push_back(*clause->value);
    }
    return arguments;
}

std::optional<Resolver> json_resolver(const std::string& name, const FunctionCall& call) {
    if (name == "JSON_EXISTS") return json_exists(exists_options(call));
    if (name == "JSON_VALUE") return json_value(value_options(call));
    if (name == "JSON_QUERY") return json_query(query_options(call));
    if (name == "JSON_OBJECT") return json_object(constructor_options(call, false));
    if (name == "JSON_ARRAY") return json_array(constructor_options(call, true));
    return std::nullopt;
}

}  // namespace tarn::sql
