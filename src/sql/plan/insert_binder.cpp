// INSERT: the rows of a query as the columns of a table.
#include <fmt/format.h>

#include <algorithm>

#include "base/suggest.hpp"
#include "sql/expressions/literals.hpp"
#include "sql/plan/context.hpp"
#include "sql/plan/query_binder.hpp"
#include "sql/plan/steps.hpp"
#include "sql/syntax/text.hpp"
#include "sql/types/type_rules.hpp"

namespace tarn::sql {
namespace {

class InsertBinder {
public:
    InsertBinder(const Insert& insert, const Context& context)
        : insert_(insert), context_(context), table_(target()) {
        for (const TableColumn& column : table_->table.columns) {
            if (is_written(column)) columns_.push_back(&column);
        }
    }

    PlanPtr run() {
        PlanPtr query = bind_query(*insert_.query, context_);
        std::vector<size_t> sources = given_columns(*query);
        Scope nothing;
        ExpressionBinder binder(nothing, context_.session);
        std::vector<Bound> values;
        std::vector<std::string> names;
        for (size_t i = 0; i < columns_.size(); ++i) {
            values.push_back(value_of(*columns_[i], sources[i], *query, binder));
            names.push_back(columns_[i]->name);
        }
        PlanPtr rows = projected(query, std::move(values), names);
        Options options = table_->options;
        return made(span(), rows->columns,
                    WriteRows{rows, table_, std::move(options), insert_.is_overwrite});
    }

private:
    static constexpr size_t Nothing = SIZE_MAX;

    Span span() const { return span_of(insert_.table); }

    StoredTablePtr target() const {
        StoredObject object = context_.names.find(insert_.table);
        if (const auto* table = std::get_if<StoredTablePtr>(&object)) return *table;
        refuse(span(), fmt::format("'{}' is a view", text_of(insert_.table)),
               "rows go into tables");
    }

    size_t column_named(const Name& name) const {
        auto found = std::ranges::find(columns_, name.back().text, &TableColumn::name);
        if (name.size() == 1 && found != columns_.end()) {
            return static_cast<size_t>(found - columns_.begin());
        }
        std::vector<std::string> known;
        for (const TableColumn* column : columns_) known.push_back(column->name);
        refuse(span_of(name), fmt::format("the table takes no column '{}'", text_of(name)),
               name_hint(name.back().text, known));
    }

    // Which column of the query goes into each of the table's.
    std::vector<size_t> given_columns(const Plan& query) const {
        std::vector<size_t> sources(columns_.size(), Nothing);
        std::vector<bool> is_set = partition_columns();
        size_t next = 0;
        auto give = [&](size_t column, Span where) {
            if (is_set[column]) {
                refuse(where, fmt::format("'{}' is given twice", columns_[column]->name));
            }
            is_set[column] = true;
            sources[column] = next++;
        };
        if (insert_.columns.empty()) {
            for (size_t i = 0; i < columns_.size(); ++i) {
                if (!is_set[i]) give(i, span());
            }
        } else {
            for (const Name& name : insert_.columns) give(column_named(name), span_of(name));
        }
        if (next != query.columns.size()) {
            refuse(insert_.query->span,
                   fmt::format("the query has {} columns, and '{}' takes {}", query.columns.size(),
                               text_of(insert_.table), next),
                   columns_text());
        }
        return sources;
    }

    std::vector<bool> partition_columns() const {
        std::vector<bool> is_set(columns_.size(), false);
        for (const Assignment& each : insert_.partition) is_set[column_named(each.column)] = true;
        return is_set;
    }

    std::string columns_text() const {
        std::string text = "it has";
        for (const TableColumn* column : columns_) {
            text += fmt::format("{} {} {}", column == columns_.front() ? "" : ",", column->name,
                                text_of(column->type));
        }
        return text;
    }

    Bound value_of(const TableColumn& column, size_t source, const Plan& query,
                   const ExpressionBinder& binder) const {
        for (const Assignment& each : insert_.partition) {
            if (each.column.back().text != column.name) continue;
            return cast(binder.bind(each.value), column, binder);
        }
        if (source != Nothing) {
            return cast(column_of(query, source, insert_.query->span), column, binder);
        }
        if (column.type.is_nullable) return null_of(column.type, span());
        refuse(span(), fmt::format("'{}' gets no value, and cannot be NULL", column.name));
    }

    Bound cast(const Bound& value, const TableColumn& column,
               const ExpressionBinder& binder) const {
        bool is_null = value->type.kind == TypeKind::Null;
        if (!is_null && !can_insert(value->type, column.type)) {
            refuse(value->span,
                   fmt::format("'{}' is {}, and the query gives it {}", column.name,
                               text_of(column.type.or_null()), text_of(value->type.or_null())),
                   fmt::format("CAST(… AS {})", text_of(column.type.or_null())));
        }
        return binder.cast_to(value, column.type);
    }

    const Insert& insert_;
    const Context& context_;
    StoredTablePtr table_;
    std::vector<const TableColumn*> columns_;  // that are written
};

}  // namespace

PlanPtr bind_insert(const Insert& insert, const Namespace& names, const Session& session) {
    int tables = 0;
    return InsertBinder(insert, Context{names, session, tables}).run();
}

}  // namespace tarn::sql
