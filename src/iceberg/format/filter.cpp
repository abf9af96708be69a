#include "iceberg/format/filter.hpp"

#include <algorithm>
#include <cmath>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "base/suggest.hpp"
#include "iceberg/format/literal.hpp"
#include "iceberg/format/single_value.hpp"

namespace tarn::iceberg {
namespace {

Operation opposite_of(Operation operation) {
    switch (operation) {
        case Operation::True:
            return Operation::False;
        case Operation::False:
            return Operation::True;
        case Operation::And:
            return Operation::Or;
        case Operation::Or:
            return Operation::And;
        case Operation::IsNull:
            return Operation::NotNull;
        case Operation::NotNull:
            return Operation::IsNull;
        case Operation::IsNan:
            return Operation::NotNan;
        case Operation::NotNan:
            return Operation::IsNan;
        case Operation::Less:
            return Operation::GreaterOrEqual;
        case Operation::GreaterOrEqual:
            return Operation::Less;
        case Operation::Greater:
            return Operation::LessOrEqual;
        case Operation::LessOrEqual:
            return Operation::Greater;
        case Operation::Equal:
            return Operation::NotEqual;
        case Operation::NotEqual:
            return Operation::Equal;
        case Operation::In:
            return Operation::NotIn;
        case Operation::NotIn:
            return Operation::In;
        case Operation::StartsWith:
            return Operation::NotStartsWith;
        case Operation::NotStartsWith:
            return Operation::StartsWith;
        case Operation::Not:
            break;
    }
    TARN_ASSERT(false);
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

// Each column within structs by its full name.
template <typename Use>
void each_column(const std::vector<Field>& fields, const std::string& prefix, const Use& use) {
    for (const Field& field : fields) {
        std::string name = prefix + field.name;
        use(name, field);
        if (field.type.kind == TypeKind::Struct) each_column(field.type.fields, name + ".", use);
    }
}

const Field* find_in_any_case(const Schema& schema, std::string_view name) {
    const Field* found = nullptr;
    std::string wanted = lower(name);
    each_column(schema.fields(), "", [&](const std::string& each, const Field& field) {
        if (lower(each) != wanted) return;
        if (found) {
            throw Error(ErrorCode::InvalidInput, "'{}' may be any of several columns", name);
        }
        found = &field;
    });
    return found;
}

// A row cannot have it null, unless a struct around it is.
bool is_never_null(const Schema& schema, const Field& field) {
    bool is_required = field.is_required;
    for (auto parent = schema.parent_of(field.id); parent && is_required;
         parent = schema.parent_of(*parent)) {
        is_required = schema.find(*parent)->is_required;
    }
    return is_required;
}

Filter constant(bool value) {
    return {.operation = value ? Operation::True : Operation::False};
}

class Binder {
public:
    Binder(const Schema& schema, BindOptions options) : schema_(schema), options_(options) {}

    Filter bind(const Expression& expression, bool is_negated) const {
        Operation operation = expression.operation;
        if (operation == Operation::Not) return bind(expression.children.at(0), !is_negated);
        if (is_negated) operation = opposite_of(operation);
        switch (operation) {
            case Operation::True:
            case Operation::False:
                return {.operation = operation};
            case Operation::And:
            case Operation::Or: {
                std::vector<Filter> parts;
                for (const Expression& child : expression.children) {
                    parts.push_back(bind(child, is_negated));
                }
                return operation == Operation::And ? both(std::move(parts))
                                                   : either(std::move(parts));
            }
            default:
                return leaf(expression, operation);
        }
    }

private:
    Filter leaf(const Expression& expression, Operation operation) const {
        const Field& field = find_column(schema_, expression.column, options_);
        if (schema_.is_repeated(field.id)) {
            throw Error(ErrorCode::InvalidInput, "column '{}' is in a list or map",
                        expression.column);
        }
        Filter bound{.operation = operation, .field_id = field.id, .type = field.type};
        if (operation == Operation::IsNull || operation == Operation::NotNull) {
            if (!is_never_null(schema_, field)) return bound;
            return constant(operation == Operation::NotNull);
        }
        if (field.type.is_nested() || field.type.kind >= TypeKind::Unknown) {
            throw Error(ErrorCode::InvalidInput, "column '{}' of type {} cannot be compared",
                        expression.column, to_text(field.type));
        }
        if (operation == Operation::IsNan || operation == Operation::NotNan) {
            bool can_be = field.type.kind == TypeKind::Float || field.type.kind == TypeKind::Double;
            return can_be ? bound : constant(operation == Operation::NotNan);
        }
        if (operation == Operation::In || operation == Operation::NotIn) {
            return one_of_many(std::move(bound), expression);
        }
        if (expression.literals.size() != 1) {
            throw Error(ErrorCode::InvalidInput, "column '{}' is compared with {} values",
                        expression.column, expression.literals.size());
        }
        return with_literal(std::move(bound), expression.literals[0], expression.column);
    }

    Filter with_literal(Filter bound, const boost::json::value& json,
                        const std::string& column) const {
        bool is_prefix =
            bound.operation == Operation::StartsWith || bound.operation == Operation::NotStartsWith;
        if (is_prefix && bound.type.kind != TypeKind::String) {
            throw Error(ErrorCode::InvalidInput, "column '{}' of type {} has no beginnings", column,
                        to_text(bound.type));
        }
        Literal literal = literal_of(json, bound.type, column);
        if (literal.value) {
            bound.literals = {*std::move(literal.value)};
            return bound;
        }
        return beyond_the_type(std::move(bound), literal.is_above);
    }

    // Every value of the type lies on one side of the literal; but there are infinities.
    static Filter beyond_the_type(Filter bound, bool is_above) {
        bool is_float = bound.type.kind == TypeKind::Float || bound.type.kind == TypeKind::Double;
        auto all_but_null = [&] {
            bound.operation = Operation::NotNull;
            return bound;
        };
        if (bound.operation == Operation::Equal) return constant(false);
        if (bound.operation == Operation::NotEqual) return all_but_null();
        bool looks_below =
            bound.operation == Operation::Less || bound.operation == Operation::LessOrEqual;
        if (!is_float) return looks_below == is_above ? all_but_null() : constant(false);
        double infinity = is_above ? HUGE_VAL : -HUGE_VAL;
        if (bound.type.kind == TypeKind::Float) {
            bound.literals = {static_cast<float>(infinity)};
        } else {
            bound.literals = {infinity};
        }
        if (is_above) {
            bound.operation = looks_below ? Operation::Less : Operation::GreaterOrEqual;
        } else {
            bound.operation = looks_below ? Operation::LessOrEqual : Operation::Greater;
        }
        return bound;
    }

    static Filter one_of_many(Filter bound, const Expression& expression) {
        bool is_in = bound.operation == Operation::In;
        if (expression.literals.empty()) return constant(!is_in);
        for (const boost::json::value& json : expression.literals) {
            Literal literal = literal_of(json, bound.type, expression.column);
            if (literal.value) bound.literals.push_back(*std::move(literal.value));
        }
        auto& values = bound.literals;
        std::ranges::sort(
            values, [](const Value& left, const Value& right) { return order(left, right) < 0; });
        auto repeated = std::ranges::unique(
            values, [](const Value& left, const Value& right) { return order(left, right) == 0; });
        values.erase(repeated.begin(), repeated.end());
        if (values.empty() && is_in) return constant(false);
        if (values.empty()) bound.operation = Operation::NotNull;
        if (values.size() == 1) bound.operation = is_in ? Operation::Equal : Operation::NotEqual;
        return bound;
    }

    const Schema& schema_;
    BindOptions options_;
};

// `absorbing` is what decides the whole; its opposite says nothing.
Filter joined(std::vector<Filter> parts, Operation operation, Operation absorbing) {
    std::vector<Filter> kept;
    for (Filter& part : parts) {
        if (part.operation == absorbing) return {.operation = absorbing};
        if (part.operation == opposite_of(absorbing)) continue;
        if (part.operation == operation) {
            std::ranges::move(part.children, std::back_inserter(kept));
        } else {
            kept.push_back(std::move(part));
        }
    }
    if (kept.empty()) return {.operation = opposite_of(absorbing)};
    if (kept.size() == 1) return std::move(kept.front());
    return {.operation = operation, .children = std::move(kept)};
}

}  // namespace

Filter bind(const Expression& expression, const Schema& schema, BindOptions options) {
    return Binder(schema, options).bind(expression, false);
}

const Field& find_column(const Schema& schema, std::string_view full_name, BindOptions options) {
    const Field* field = schema.find(full_name);
    if (!field && options.ignores_case) field = find_in_any_case(schema, full_name);
    if (!field) {
        std::vector<std::string> known;
        each_column(schema.fields(), "",
                    [&](const std::string& name, const Field&) { known.push_back(name); });
        throw Error(ErrorCode::InvalidInput, "the table has no column '{}'", full_name)
            .with_hint(name_hint(full_name, known));
    }
    return *field;
}

Filter both(std::vector<Filter> parts) {
    return joined(std::move(parts), Operation::And, Operation::False);
}

Filter either(std::vector<Filter> parts) {
    return joined(std::move(parts), Operation::Or, Operation::True);
}

Filter opposite(const Filter& filter) {
    Filter other = filter;
    other.operation = opposite_of(filter.operation);
    for (Filter& child : other.children) child = opposite(child);
    return other;
}

std::set<int32_t> columns_of(const Filter& filter) {
    if (filter.is_leaf()) return {filter.field_id};
    std::set<int32_t> columns;
    for (const Filter& child : filter.children) columns.merge(columns_of(child));
    return columns;
}

Expression to_expression(const Filter& filter, const Schema& schema) {
    Expression expression{.operation = filter.operation};
    for (const Filter& child : filter.children) {
        expression.children.push_back(to_expression(child, schema));
    }
    if (filter.is_leaf()) expression.column = schema.full_name(filter.field_id);
    for (const Value& value : filter.literals) {
        expression.literals.push_back(to_json(value, filter.type));
    }
    return expression;
}

std::weak_ordering order(const Value& left, const Value& right) {
    return std::visit(
        [&](const auto& value) -> std::weak_ordering {
            using T = std::decay_t<decltype(value)>;
            if constexpr (std::is_floating_point_v<T>) {
                const T& other = std::get<T>(right);
                if (std::isnan(value) || std::isnan(other)) {
                    return std::isnan(value) <=> std::isnan(other);
                }
                return value < other   ? std::weak_ordering::less
                       : value > other ? std::weak_ordering::greater
                                       : std::weak_ordering::equivalent;
            } else {
                return compare(left, right);
            }
        },
        left);
}

bool is_nan(const Value& value) {
    return std::visit(
        [](const auto& held) {
            if constexpr (std::is_floating_point_v<std::decay_t<decltype(held)>>) {
                return std::isnan(held);
            } else {
                return false;
            }
        },
        value);
}

bool is_fulfilled(const Filter& leaf, const OptionalValue& value) {
    TARN_ASSERT(leaf.is_leaf());
    if (leaf.operation == Operation::IsNull) return !value;
    if (leaf.operation == Operation::NotNan) return !value || !is_nan(*value);
    if (!value) return false;
    auto compared = [&] { return order(*value, leaf.literals[0]); };
    auto is_listed = [&] {
        return std::ranges::binary_search(
            leaf.literals, *value, [](const Value& a, const Value& b) { return order(a, b) < 0; });
    };
    auto starts = [&] {
        return std::get<std::string>(*value).starts_with(std::get<std::string>(leaf.literals[0]));
    };
    switch (leaf.operation) {
        case Operation::NotNull:
            return true;
        case Operation::IsNan:
            return is_nan(*value);
        case Operation::Less:
            return compared() < 0;
        case Operation::LessOrEqual:
            return compared() <= 0;
        case Operation::Greater:
            return compared() > 0;
        case Operation::GreaterOrEqual:
            return compared() >= 0;
        case Operation::Equal:
            return compared() == 0;
        case Operation::NotEqual:
            return compared() != 0;
        case Operation::In:
            return is_listed();
        case Operation::NotIn:
            return !is_listed();
        case Operation::StartsWith:
            return starts();
        case Operation::NotStartsWith:
            return !starts();
        default:
            TARN_ASSERT(false);
    }
}

}  // namespace tarn::iceberg
