#include "iceberg/scan/projection.hpp"

#include <algorithm>
#include <limits>

#include "base/assert.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "iceberg/format/code_points.hpp"

namespace tarn::iceberg {
namespace {

using Kind = Transform::Kind;

// The widest type that the column has had.
Type widest_type(const TableMetadata& table, int32_t field_id) {
    const Schema& current = table.schema();
    if (const Field* field = current.find(field_id)) return field->type;
    Type type = TypeKind::Unknown;
    int32_t newest = -1;
    for (const SchemaPtr& schema : table.schemas) {
        const Field* field = schema->find(field_id);
        if (!field || schema->id() < newest) continue;
        newest = schema->id();
        type = field->type;
    }
    return type;
}

// The value one step below or above; nothing at the end of the type.
OptionalValue next_to(const Value& value, int step) {
    return std::visit(
        [&](const auto& held) -> OptionalValue {
            using T = std::decay_t<decltype(held)>;
            if constexpr (std::is_same_v<T, int32_t> || std::is_same_v<T, int64_t> ||
                          std::is_same_v<T, Int128>) {
                T next;
                if (__builtin_add_overflow(held, static_cast<T>(step), &next)) return std::nullopt;
                return Value(next);
            } else {
                return Value(held);
            }
        },
        value);
}

int code_points_in(std::string_view text) {
    int count = 0;
    for (size_t at = 0; take_code_point(text, at);) ++count;
    return count;
}

// Projects through one transform that is no identity.
class Projection {
public:
    Projection(const Transform& transform, const Type& source, Filter answer)
        : transform_(transform), source_(source), answer_(std::move(answer)) {}

    Filter through(const Filter& leaf) {
        switch (leaf.operation) {
            case Operation::IsNull:
            case Operation::NotNull:
                return answer_;
            case Operation::Equal:
            case Operation::In:
                return among(leaf.literals);
            case Operation::StartsWith:
            case Operation::NotStartsWith:
                return prefix(leaf);
            case Operation::Less:
            case Operation::LessOrEqual:
            case Operation::Greater:
            case Operation::GreaterOrEqual:
                return transform_.kind() == Kind::Bucket ? Filter() : range(leaf);
            default:
                return {};
        }
    }

private:
    Value transformed(const Value& value) const { return *transform_.apply(value, source_); }

    // Times before 1970 that were rounded towards zero, as Java once did, lie one further up.
    bool may_be_one_up(const Value& value) const {
        return transform_.is_time() && std::get<int32_t>(value) < 0;
    }

    Filter among(const std::vector<Value>& literals) {
        std::vector<Value>& values = answer_.literals;
        for (const Value& literal : literals) {
            values.push_back(transformed(literal));
            if (may_be_one_up(values.back())) values.push_back(*next_to(values.back(), 1));
        }
        auto is_less = [](const Value& a, const Value& b) { return order(a, b) < 0; };
        auto is_same = [](const Value& a, const Value& b) { return order(a, b) == 0; };
        std::ranges::sort(values, is_less);
        auto repeated = std::ranges::unique(values, is_same);
        values.erase(repeated.begin(), repeated.end());
        answer_.operation = values.size() == 1 ? Operation::Equal : Operation::In;
        return answer_;
    }

    Filter range(const Filter& leaf) {
        bool is_upper =
            leaf.operation == Operation::Less || leaf.operation == Operation::LessOrEqual;
        OptionalValue end = leaf.literals[0];
        if (leaf.operation == Operation::Less) end = next_to(*end, -1);
        if (leaf.operation == Operation::Greater) end = next_to(*end, 1);
        if (!end) return {};
        Value limit = transformed(*end);
        if (is_upper && may_be_one_up(limit)) limit = *next_to(limit, 1);
        answer_.operation = is_upper ? Operation::LessOrEqual : Operation::GreaterOrEqual;
        answer_.literals = {std::move(limit)};
        return answer_;
    }

    // Only text that is cut has beginnings.
    Filter prefix(const Filter& leaf) {
        if (transform_.kind() != Kind::Truncate) return {};
        int count = code_points_in(std::get<std::string>(leaf.literals[0]));
        bool is_positive = leaf.operation == Operation::StartsWith;
        if (count > transform_.width() && !is_positive) return {};
        answer_.literals = {transformed(leaf.literals[0])};
        if (count >= transform_.width()) {
            answer_.operation = is_positive ? Operation::Equal : Operation::NotEqual;
        }
        return answer_;
    }

    const Transform& transform_;
    const Type& source_;
    Filter answer_;
};

}  // namespace

PartitionTypes::PartitionTypes(const TableMetadata& table, const PartitionSpec& spec) {
    std::vector<Field> fields;
    for (const PartitionField& field : spec.fields) {
        sources.push_back(widest_type(table, field.source_id));
        bool is_known = field.transform.kind() != Kind::Unknown;
        fields.push_back({.id = field.field_id,
                          .name = field.name,
                          .type = is_known ? field.transform.result_type(sources.back())
                                           : Type(TypeKind::Unknown)});
    }
    partition = Type::structure(std::move(fields));
}

Filter project_leaf(const Filter& leaf, const PartitionField& field, const Type& source) {
    const Transform& transform = field.transform;
    bool says_nothing = transform.kind() == Kind::Void || transform.kind() == Kind::Unknown ||
                        source.kind >= TypeKind::Unknown || !transform.can_transform(source);
    if (says_nothing) return {};
    Filter widened_leaf = leaf;
    for (Value& literal : widened_leaf.literals) {
        auto wide = widened(std::move(literal), source);
        if (!wide) return {};
        literal = *std::move(wide);
    }
    Filter answer{.operation = leaf.operation,
                  .field_id = field.field_id,
                  .type = transform.result_type(source)};
    if (transform.kind() == Kind::Identity) {
        answer.literals = std::move(widened_leaf.literals);
        return answer;
    }
    return Projection(transform, source, std::move(answer)).through(widened_leaf);
}

Filter project(const Filter& filter, const PartitionSpec& spec, const PartitionTypes& types) {
    if (filter.is_leaf()) {
        std::vector<Filter> parts;
        for (size_t i = 0; i < spec.fields.size(); ++i) {
            if (spec.fields[i].source_id != filter.field_id) continue;
            parts.push_back(project_leaf(filter, spec.fields[i], types.sources[i]));
        }
        return both(std::move(parts));
    }
    std::vector<Filter> parts;
    for (const Filter& child : filter.children) parts.push_back(project(child, spec, types));
    if (filter.operation == Operation::And) return both(std::move(parts));
    if (filter.operation == Operation::Or) return either(std::move(parts));
    return filter;
}

}  // namespace tarn::iceberg
