#include "connectors/iceberg_tables/partition_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "sql/options/option_rule.hpp"
#include "sql/syntax/parser.hpp"
#include "sql/syntax/text.hpp"

namespace tarn::connectors {
namespace {

using iceberg::Transform;

struct NamedTransform {
    std::string_view name;
    std::string_view suffix;  // of the partition's name
    Transform (*make)(int32_t width);
    bool has_width = false;
};

Transform year_of(int32_t) {
    return Transform::year();
}
Transform month_of(int32_t) {
    return Transform::month();
}
Transform day_of(int32_t) {
    return Transform::day();
}
Transform hour_of(int32_t) {
    return Transform::hour();
}

// Spark's words in the plural, too.
const std::array<NamedTransform, 11> Transforms{{{"year", "year", year_of},
                                                 {"years", "year", year_of},
                                                 {"month", "month", month_of},
                                                 {"months", "month", month_of},
                                                 {"day", "day", day_of},
                                                 {"days", "day", day_of},
                                                 {"date", "day", day_of},
                                                 {"hour", "hour", hour_of},
                                                 {"hours", "hour", hour_of},
                                                 {"bucket", "bucket", Transform::bucket, true},
                                                 {"truncate", "trunc", Transform::truncate, true}}};

// One transform of one column.
struct PartitionTerm {
    std::string column;
    Transform transform = Transform::identity();
    std::string_view suffix = {};
};

Error refused(const sql::Expression& expression, std::string_view reason) {
    return Error(ErrorCode::InvalidInput, "no partition can be made by {}: {}", text_of(expression),
                 reason)
        .with_hint("write year(c), month(c), day(c), hour(c), bucket(16, c), truncate(10, c) or c");
}

std::string dotted(const sql::Name& name) {
    std::string text;
    for (const sql::Identifier& part : name) {
        if (!text.empty()) text += '.';
        text += part.text;
    }
    return text;
}

std::optional<int32_t> width_in(const sql::Expression& argument) {
    const auto* literal = std::get_if<sql::Literal>(&argument.node);
    if (!literal || literal->kind != sql::Literal::Kind::Number) return std::nullopt;
    int32_t width = 0;
    const char* end = literal->text.data() + literal->text.size();
    auto [stop, failure] = std::from_chars(literal->text.data(), end, width);
    if (failure != std::errc() || stop != end || width < 1) return std::nullopt;
    return width;
}

// Trino puts the width behind the column.
PartitionTerm term_of(const sql::FunctionCall& call, const sql::Expression& whole) {
    std::string name = call.name.back().text;
    auto is_called_so = [&](const NamedTransform& each) {
        return sql::is_equal_ignoring_case(each.name, name);
    };
    const auto* known = std::ranges::find_if(Transforms, is_called_so);
    if (known == Transforms.end()) throw refused(whole, "there is no such transform");
    PartitionTerm term{.column = {}, .suffix = known->suffix};
    std::optional<int32_t> width;
    for (const sql::Expression& argument : call.arguments) {
        if (const auto* column = std::get_if<sql::ColumnName>(&argument.node)) {
            term.column = dotted(column->parts);
        } else {
            width = width_in(argument);
        }
    }
    size_t wanted = known->has_width ? 2 : 1;
    if (term.column.empty() || call.arguments.size() != wanted ||
        width.has_value() != (wanted > 1)) {
        throw refused(whole, known->has_width ? "it takes a whole number above 0 and a column"
                                              : "it takes one column");
    }
    term.transform = known->make(width.value_or(0));
    return term;
}

PartitionTerm term_of(const sql::Expression& expression) {
    if (const auto* column = std::get_if<sql::ColumnName>(&expression.node)) {
        return {.column = dotted(column->parts)};
    }
    const auto* call = std::get_if<sql::FunctionCall>(&expression.node);
    if (!call) throw refused(expression, "it is neither a column nor a transform of one");
    return term_of(*call, expression);
}

const iceberg::Field& source_of_term(const PartitionTerm& term, const iceberg::Schema& schema) {
    const iceberg::Field* field = schema.find(term.column);
    if (field) return *field;
    std::vector<std::string> names;
    for (const iceberg::Field& each : schema.fields()) names.push_back(each.name);
    throw Error(ErrorCode::InvalidInput,
                "no partition can be made by the column '{}': there is none", term.column)
        .with_hint(name_hint(term.column, names));
}

}  // namespace

iceberg::PartitionSpec partition_spec(const std::vector<sql::Expression>& fields,
                                      const iceberg::Schema& schema) {
    iceberg::PartitionSpec spec;
    for (const sql::Expression& expression : fields) {
        PartitionTerm term = term_of(expression);
        const iceberg::Field& source = source_of_term(term, schema);
        if (!term.transform.can_transform(source.type)) {
            throw refused(expression, fmt::format("'{}' is {}", term.column, to_text(source.type)));
        }
        std::string name =
            term.suffix.empty() ? term.column : fmt::format("{}_{}", term.column, term.suffix);
        int32_t id = iceberg::FirstPartitionFieldId + static_cast<int32_t>(spec.fields.size());
        spec.fields.push_back({source.id, id, std::move(name), term.transform});
    }
    check_spec(spec, schema);
    return spec;
}

iceberg::PartitionSpec partition_spec(const std::string& fields, const iceberg::Schema& schema) {
    sql::Source source(std::string(PartitionOption),
                       "CREATE TABLE t (c INT) PARTITIONED BY (" + fields + ")");
    sql::Statement statement;
    try {
        statement = sql::parse_statement(source);
    } catch (const Error& error) {
        throw Error(ErrorCode::InvalidInput, "'{}' = '{}' cannot be read: {}", PartitionOption,
                    fields, error.what());
    }
    return partition_spec(std::get<sql::CreateTable>(statement.node).partitioned_by, schema);
}

bool has_only_columns(const iceberg::PartitionSpec& spec) {
    return std::ranges::all_of(spec.fields, [](const iceberg::PartitionField& field) {
        return field.transform == Transform::identity();
    });
}

std::string text_of(const iceberg::PartitionSpec& spec, const iceberg::Schema& schema) {
    std::string text;
    for (const iceberg::PartitionField& field : spec.fields) {
        if (field.transform.kind() == Transform::Kind::Void) continue;
        if (!text.empty()) text += ", ";
        std::string column = schema.full_name(field.source_id);
        int32_t width = field.transform.width();
        std::string name = field.transform.text();
        name = name.substr(0, name.find('['));
        if (field.transform == Transform::identity()) {
            text += column;
        } else if (width > 0) {
            text += fmt::format("{}({}, {})", name, width, column);
        } else {
            text += fmt::format("{}({})", name, column);
        }
    }
    return text;
}

}  // namespace tarn::connectors
