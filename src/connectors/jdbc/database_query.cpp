#include "connectors/jdbc/database_query.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "connectors/jdbc/database_values.hpp"

namespace tarn::connectors {
namespace {

using sql::TypeKind;

constexpr std::array<std::array<std::string_view, 2>, 6> Signs{
    {{"=", "="}, {"<>", "<>"}, {"<", ">"}, {"<=", ">="}, {">", "<"}, {">=", "<="}}};

// Texts have an order of their own there, floats another idea of NaN.
bool is_compared_alike(const sql::Type& type, std::string_view sign) {
    if (sql::is_text(type)) return sign == "=";
    constexpr auto Ordered =
        std::to_array<TypeKind>({TypeKind::TinyInt, TypeKind::SmallInt, TypeKind::Int,
                                 TypeKind::BigInt, TypeKind::Date, TypeKind::Time});
    return std::ranges::find(Ordered, type.kind) != Ordered.end();
}

class FilterWriter {
public:
    FilterWriter(DatabaseQuery& query, const StoredColumns& columns, const DatabaseTable& table,
                 std::string_view of)
        : query_(query), columns_(columns), table_(table), of_(of) {}

    // Nothing for a condition that the server would answer in another way.
    std::optional<std::string> condition(const sql::Bound& bound) {
        const auto* call = std::get_if<sql::BoundCall>(&bound->node);
        if (!call) return std::nullopt;
        if (call->arguments.size() == 1 && call->name.starts_with("IS ")) {
            bool is_null_test = call->name == "IS NULL" || call->name == "IS NOT NULL";
            auto name = name_of(call->arguments[0]);
            if (!is_null_test || !name) return std::nullopt;
            return fmt::format("{} {}", *name, call->name);
        }
        auto known = std::ranges::find(Signs, call->name, [](const auto& sign) { return sign[0]; });
        if (known == Signs.end() || call->arguments.size() != 2) return std::nullopt;
        auto direct = comparison(call->arguments[0], (*known)[0], call->arguments[1]);
        return direct ? direct : comparison(call->arguments[1], (*known)[1], call->arguments[0]);
    }

private:
    std::optional<std::string> comparison(const sql::Bound& column, std::string_view sign,
                                          const sql::Bound& value) {
        auto name = name_of(column);
        const sql::Column* constant = sql::constant_of(value);
        bool is_alike = name && constant && !constant->is_null(0) &&
                        (value->type.kind == column->type.kind ||
                         (sql::is_text(value->type) && sql::is_text(column->type))) &&
                        is_compared_alike(column->type, sign);
        if (!is_alike) return std::nullopt;
        auto text = texts_of(*constant, 1, value->type).at(0);
        std::string parameter = query_.parameter(text, *database_type(value->type));
        return fmt::format("{} {} {}", *name, sign, parameter);
    }

    // Of a column that has the same type there.
    std::optional<std::string> name_of(const sql::Bound& bound) const {
        auto place = sql::column_place(bound);
        if (!place) return std::nullopt;
        const sql::TableColumn& column = columns_.at(*place);
        const DatabaseColumn& there = table_.column(column);
        bool is_same = there.type == database_type(column.type) ||
                       (there.is_text && sql::is_text(column.type) && there.type != "character");
        return is_same ? std::optional(fmt::format("{}{}", of_, there.name)) : std::nullopt;
    }

    DatabaseQuery& query_;
    const StoredColumns& columns_;
    const DatabaseTable& table_;
    std::string_view of_;
};

}  // namespace

std::string DatabaseQuery::parameter(std::optional<std::string> value, std::string_view type) {
    parameters_.push_back(std::move(value));
    std::string_view cast = type.empty() ? "" : "::";
    return fmt::format("${}{}{}", parameters_.size(), cast, type);
}

void DatabaseQuery::add_filters(const std::vector<sql::Bound>& filters,
                                const StoredColumns& columns, const DatabaseTable& table,
                                std::string_view of) {
    FilterWriter writer(*this, columns, table, of);
    for (const sql::Bound& filter : filters) {
        if (auto condition = writer.condition(filter)) add_condition(*std::move(condition));
    }
}

std::string DatabaseQuery::where() const {
    if (conditions_.empty()) return "";
    return fmt::format(" WHERE {}", fmt::join(conditions_, " AND "));
}

std::string selected_columns(const StoredColumns& columns, const DatabaseTable& table,
                             std::string_view of) {
    std::vector<std::string> parts;
    for (const sql::TableColumn& column : columns) {
        const DatabaseColumn& there = table.column(column);
        parts.push_back(selected(fmt::format("{}{}", of, there.name), there.type, column.type));
    }
    return fmt::format("{}", fmt::join(parts, ", "));
}

sql::Batch batch_of(const DatabaseRows& rows, const StoredColumns& columns, size_t first) {
    sql::Batch batch{{}, rows.size()};
    for (const sql::TableColumn& column : columns) {
        batch.columns.push_back(column_of(rows, first++, column.type));
    }
    return batch;
}

}  // namespace tarn::connectors
