// For tests: what a call of functions with literals comes to, as a literal again.
#pragma once

#include <arrow/scalar.h>
#include <fmt/format.h>

#include <charconv>

#include "sql/functions/function.hpp"
#include "sql/functions/json_options.hpp"
#include "sql/functions/like.hpp"
#include "sql/syntax/parser.hpp"
#include "sql/values/writers.hpp"

namespace tarn::sql {

class Calculator {
public:
    struct Value {
        Type type;
        Column column;
    };

    // "'ABC'", "5", "TRUE", "x'00'", "NULL"; "error: …" when it fails, and "refused" when there is
    // no such function for the arguments.
    std::string answer(const std::string& text) {
        try {
            Value result = value(parse_expression(Source("test", text)));
            last_type_ = result.type;
            return shown(result);
        } catch (const Refused&) {
            return "refused";
        } catch (const RowError& error) {
            return std::string("error: ") + error.what();
        }
    }

    // Of the last answer.
    std::string type() const { return text_of(last_type_); }

    Value call(const Resolver& resolver, const std::vector<Value>& values) {
        std::vector<Argument> arguments;
        for (const Value& each : values) arguments.push_back({each.type, &each.column});
        auto signature = resolver(arguments);
        if (!signature) throw Refused();
        Columns columns;
        for (size_t i = 0; i < values.size(); ++i) {
            columns.push_back(cast(values[i], signature->arguments[i]));
        }
        Column result = signature->kernel({columns, 1, signature->result, session_});
        return {signature->result, std::move(result)};
    }

private:
    struct Refused {};

    static Column cast(const Value& value, const Type& to) {
        if (value.column.is_null(0)) return null_column(to);
        bool is_same = (is_text(value.type) && is_text(to)) ||
                       (is_bytes(value.type) && is_bytes(to)) || value.type.kind == to.kind;
        if (is_same) return value.column;
        int64_t number = std::stoll(shown(value));
        if (to.kind == TypeKind::BigInt) return constant_column<int64_t>(to, number);
        if (to.kind == TypeKind::Int) {
            return constant_column<int32_t>(to, static_cast<int32_t>(number));
        }
        throw Refused();
    }

    static std::string shown(const Value& value) {
        if (value.column.is_null(0)) return "NULL";
        const auto& values = *value.column.values;
        if (is_text(value.type)) {
            std::string out = "'";
            for (char c : Reader<std::string_view>(value.column)[0]) {
                out += c == '\'' ? "''" : c == '\n' ? "\\n" : c == '\t' ? "\\t" : std::string(1, c);
            }
            return out + "'";
        }
        if (is_bytes(value.type)) {
            std::string out = "x'";
            for (char c : Reader<BytesView>(value.column)[0].bytes) {
                out += fmt::format("{:02x}", static_cast<unsigned char>(c));
            }
            return out + "'";
        }
        if (value.type.kind == TypeKind::Boolean) {
            return Reader<bool>(value.column)[0] ? "TRUE" : "FALSE";
        }
        return columns::or_throw(values.GetScalar(0))->ToString();
    }

    static Value literal(const Literal& literal) {
        auto text = [&](const Type& type) {
            return Value{type, constant_column<std::string_view>(type, literal.text)};
        };
        int length = static_cast<int>(
            std::ranges::count_if(literal.text, [](char c) { return (c & 0xC0) != 0x80; }));
        switch (literal.kind) {
            case Literal::Kind::Null:
                return {simple_type(TypeKind::Null), null_column(Type())};
            case Literal::Kind::Boolean: {
                Type type = simple_type(TypeKind::Boolean).not_null();
                return {type, constant_column<bool>(type, literal.text == "TRUE")};
            }
            case Literal::Kind::Text:
            case Literal::Kind::Symbol:
                return text(type_with(TypeKind::Char, length).not_null());
            case Literal::Kind::Bytes: {
                Type type = type_with(TypeKind::Binary, length / 2).not_null();
                std::string bytes;
                for (size_t i = 0; i + 1 < literal.text.size(); i += 2) {
                    bytes += static_cast<char>(std::stoi(literal.text.substr(i, 2), nullptr, 16));
                }
                return {type, constant_column<BytesView>(type, {bytes})};
            }
            case Literal::Kind::Number:
                return number(literal.text);
            default:
                throw Refused();
        }
    }

    static Value number(const std::string& text) {
        if (text.find_first_of("eE") != std::string::npos) {
            Type type = simple_type(TypeKind::Double).not_null();
            return {type, constant_column<double>(type, std::stod(text))};
        }
        if (size_t point = text.find('.'); point != std::string::npos) {
            int scale = static_cast<int>(text.size() - point - 1);
            Type type = decimal_type(static_cast<int>(text.size()) - 1, scale).not_null();
            return {type, constant_column<arrow::Decimal128>(
                              type, columns::or_throw(arrow::Decimal128::FromString(text)))};
        }
        Type type = simple_type(TypeKind::Int).not_null();
        return {type, constant_column<int32_t>(type, std::stoi(text))};
    }

    Value value(const Expression& expression) {
        if (auto* each = std::get_if<Literal>(&expression.node)) return literal(*each);
        if (auto* each = std::get_if<KeyValue>(&expression.node)) return value(*each->value);
        if (auto* each = std::get_if<Cast>(&expression.node)) {
            Type type = type_of(each->type);
            Value from = value(*each->value);
            type = type.or_null(from.type.is_nullable);
            return {type, cast(from, type)};
        }
        if (auto* each = std::get_if<Operation>(&expression.node)) return operation(*each);
        if (auto* each = std::get_if<FunctionCall>(&expression.node)) return function(*each);
        throw Refused();
    }

    Value operation(const Operation& operation) {
        std::vector<Value> values;
        for (const Expression& operand : operation.operands) values.push_back(value(operand));
        switch (operation.op) {
            case Operator::Like:
                return call(like_resolver(), values);
            case Operator::SimilarTo:
                return call(similar_resolver(), values);
            case Operator::IsJson:
                return call(is_json(JsonKind::Value), values);
            case Operator::IsJsonObject:
                return call(is_json(JsonKind::Object), values);
            case Operator::IsJsonArray:
                return call(is_json(JsonKind::Array), values);
            case Operator::IsJsonScalar:
                return call(is_json(JsonKind::Scalar), values);
            case Operator::Negative:
                return number("-" + shown(values[0]));
            default:
                throw Refused();
        }
    }

    static bool is_json_call(const Expression& expression) {
        auto* call = std::get_if<FunctionCall>(&expression.node);
        return call && (call->name.front().text == "JSON_OBJECT" ||
                        call->name.front().text == "JSON_ARRAY");
    }

    Value function(const FunctionCall& call) {
        std::string name = call.name.front().text;
        std::vector<Value> values;
        std::vector<bool> is_json;
        for (const Expression& argument : call.arguments) {
            if (auto* pair = std::get_if<KeyValue>(&argument.node)) {
                values.push_back(value(*pair->key));
                is_json.push_back(is_json_call(*pair->value));
            } else {
                is_json.push_back(is_json_call(argument));
            }
            values.push_back(value(argument));
        }
        if (name.starts_with("JSON_")) {
            if (auto resolver = json_resolver(call, name, is_json, values)) {
                return this->call(resolver, values);
            }
        }
        const Function* known = find_function(name);
        if (!known) throw Refused();
        return this->call(known->resolve, values);
    }

    static bool has(const FunctionCall& call, std::string_view words) {
        return std::ranges::count(call.clauses, words, &CallClause::words) > 0;
    }

    template <typename Instead>
    Instead value_instead(const FunctionCall& call, const std::string& of,
                          std::vector<Value>& values, const Type& type) {
        if (has(call, "ERROR ON " + of)) return Instead::Error;
        for (const CallClause& clause : call.clauses) {
            if (clause.words != "DEFAULT ? ON " + of) continue;
            Value given = value(*clause.value);
            if (is_text(type) && !is_text(given.type)) {
                std::string text = shown(given);
                given = {type, constant_column<std::string_view>(type, text)};
            }
            values.push_back(std::move(given));
            return Instead::Default;
        }
        return Instead::Null;
    }

    static JsonQueryOptions::Instead query_instead(const FunctionCall& call,
                                                   const std::string& of) {
        using Instead = JsonQueryOptions::Instead;
        return has(call, "ERROR ON " + of)          ? Instead::Error
               : has(call, "EMPTY ARRAY ON " + of)  ? Instead::EmptyArray
               : has(call, "EMPTY OBJECT ON " + of) ? Instead::EmptyObject
                                                    : Instead::Null;
    }

    Resolver json_resolver(const FunctionCall& call, const std::string& name,
                           const std::vector<bool>& is_json, std::vector<Value>& values) {
        if (name == "JSON_VALUE") {
            using Instead = JsonValueOptions::Instead;
            JsonValueOptions options;
            for (const CallClause& clause : call.clauses) {
                if (clause.type) options.returning = type_of(*clause.type);
            }
            options.on_empty = value_instead<Instead>(call, "EMPTY", values, options.returning);
            options.on_error = value_instead<Instead>(call, "ERROR", values, options.returning);
            return json_value(options);
        }
        if (name == "JSON_QUERY") {
            using Wrapper = JsonQueryOptions::Wrapper;
            bool is_wrapped = has(call, "WITH WRAPPER") || has(call, "WITH UNCONDITIONAL WRAPPER");
            Wrapper wrapper = is_wrapped                              ? Wrapper::Always
                              : has(call, "WITH CONDITIONAL WRAPPER") ? Wrapper::Conditional
                                                                      : Wrapper::Without;
            return json_query(
                {wrapper, query_instead(call, "EMPTY"), query_instead(call, "ERROR")});
        }
        if (name == "JSON_EXISTS") {
            using OnError = JsonExistsOptions::OnError;
            return json_exists({has(call, "TRUE ON ERROR")      ? OnError::True
                                : has(call, "UNKNOWN ON ERROR") ? OnError::Unknown
                                : has(call, "ERROR ON ERROR")   ? OnError::Error
                                                                : OnError::False});
        }
        if (name == "JSON_OBJECT") return json_object({has(call, "ABSENT ON NULL"), is_json});
        if (name == "JSON_ARRAY") return json_array({!has(call, "NULL ON NULL"), is_json});
        return nullptr;
    }

    Session session_;
    Type last_type_;
};

}  // namespace tarn::sql
