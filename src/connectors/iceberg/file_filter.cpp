#include "connectors/iceberg/file_filter.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "connectors/iceberg/row_values.hpp"
#include "connectors/iceberg_tables/column_types.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "iceberg/format/single_value.hpp"

namespace tarn::connectors {
namespace {

using iceberg::Expression;
using iceberg::Operation;

struct Comparison {
    std::string_view name;
    Operation operation;
    Operation turned;  // with its sides in the other order
};

constexpr std::array<Comparison, 6> Comparisons{
    {{"=", Operation::Equal, Operation::Equal},
     {"<>", Operation::NotEqual, Operation::NotEqual},
     {"<", Operation::Less, Operation::Greater},
     {"<=", Operation::LessOrEqual, Operation::GreaterOrEqual},
     {">", Operation::Greater, Operation::Less},
     {">=", Operation::GreaterOrEqual, Operation::LessOrEqual}}};

// Floats are left to SQL, which has other ideas of NaN and -0.0; so are texts that are padded, and
// values that SQL sees with fewer digits than the files have.
bool is_comparable(const sql::Type& type, const iceberg::Field& field) {
    bool is_float = type.kind == sql::TypeKind::Float || type.kind == sql::TypeKind::Double;
    if (field.type.is_nested() || is_float) return false;
    sql::Type stored = sql_type(field);
    return stored.kind == type.kind && stored.precision == type.precision &&
           stored.scale == type.scale;
}

// As the files have it; nothing where they have no such value.
std::optional<boost::json::value> literal_of(const sql::Column& constant,
                                             const iceberg::Type& type) {
    auto value = constant.values->Slice(0, 1);
    auto stored = iceberg::arrow_type(type);
    if (value->IsNull(0) || !can_convert(*value->type(), *stored)) return std::nullopt;
    try {
        auto there = converted(value, stored);
        if (!converted(there, value->type())->Equals(*value)) return std::nullopt;
        return to_json(*iceberg::value_at(*there, 0, type), type);
    } catch (const Error&) {
        // A number beyond the column's: SQL knows what follows from that.
        return std::nullopt;
    }
}

class Translator {
public:
    Translator(const StoredColumns& columns, const iceberg::Schema& schema)
        : columns_(columns), schema_(schema) {}

    // Nothing for a condition that says nothing about files.
    std::optional<Expression> condition(const sql::Bound& bound) const {
        if (const auto* logical = std::get_if<sql::Logical>(&bound->node)) return of(*logical);
        const auto* call = std::get_if<sql::BoundCall>(&bound->node);
        return call ? of(*call) : std::nullopt;
    }

private:
    std::optional<Expression> of(const sql::Logical& logical) const {
        std::vector<Expression> parts;
        for (const sql::Bound& operand : logical.operands) {
            if (auto part = condition(operand)) {
                parts.push_back(*std::move(part));
            } else if (!logical.is_and) {
                // Any row may be one for which that part holds.
                return std::nullopt;
            }
        }
        if (parts.empty()) return std::nullopt;
        return logical.is_and ? all_of(std::move(parts)) : any_of(std::move(parts));
    }

    std::optional<Expression> of(const sql::BoundCall& call) const {
        if (call.arguments.size() == 1) {
            const iceberg::Field* field = field_of(call.arguments[0]);
            if (!field || field->type.is_nested()) return std::nullopt;
            if (call.name == "IS NULL") return iceberg::condition(field->name, Operation::IsNull);
            if (call.name == "IS NOT NULL") {
                return iceberg::condition(field->name, Operation::NotNull);
            }
            return std::nullopt;
        }
        const auto* known = std::ranges::find(Comparisons, call.name, &Comparison::name);
        if (known == Comparisons.end() || call.arguments.size() != 2) return std::nullopt;
        auto direct = comparison(call.arguments[0], known->operation, call.arguments[1]);
        if (direct) return direct;
        return comparison(call.arguments[1], known->turned, call.arguments[0]);
    }

    std::optional<Expression> comparison(const sql::Bound& column, Operation operation,
                                         const sql::Bound& value) const {
        const iceberg::Field* field = field_of(column);
        const sql::Column* constant = sql::constant_of(value);
        if (!field || !constant || !is_comparable(column->type, *field)) return std::nullopt;
        auto literal = literal_of(*constant, field->type);
        if (!literal) return std::nullopt;
        return iceberg::condition(field->name, operation, {*std::move(literal)});
    }

    const iceberg::Field* field_of(const sql::Bound& bound) const {
        auto place = sql::column_place(bound);
        if (!place) return nullptr;
        const std::string& name = columns_.at(*place).name;
        // In a filter a dot leads into a struct.
        if (name.find('.') != name.npos) return nullptr;
        return schema_.find(name);
    }

    const StoredColumns& columns_;
    const iceberg::Schema& schema_;
};

}  // namespace

Expression file_filter(const std::vector<sql::Bound>& conditions, const StoredColumns& columns,
                       const iceberg::Schema& schema) {
    Translator translator(columns, schema);
    std::vector<Expression> parts;
    for (const sql::Bound& each : conditions) {
        if (auto part = translator.condition(each)) parts.push_back(*std::move(part));
    }
    return parts.empty() ? Expression() : all_of(std::move(parts));
}

}  // namespace tarn::connectors
