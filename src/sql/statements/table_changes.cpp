#include "sql/statements/table_changes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/suggest.hpp"
#include "sql/syntax/parser.hpp"
#include "sql/syntax/text.hpp"

namespace tarn::sql {
namespace {

// --- LIKE

enum class Merge { Including, Excluding, Overwriting };

// The last rule that names a feature counts, one for ALL where none does.
Merge merge_of(const LikeClause& like, std::string_view feature) {
    Merge merge = Merge::Including;
    for (std::string_view each : {std::string_view("ALL"), feature}) {
        for (const LikeClause::Rule& rule : like.rules) {
            if (rule.feature != each) continue;
            merge = rule.merge == "EXCLUDING"     ? Merge::Excluding
                    : rule.merge == "OVERWRITING" ? Merge::Overwriting
                                                  : Merge::Including;
        }
    }
    return merge;
}

bool is_computed(const ColumnDefinition& column) {
    return std::holds_alternative<ComputedColumn>(column.kind);
}
bool is_metadata(const ColumnDefinition& column) {
    return std::holds_alternative<MetadataColumn>(column.kind);
}

template <typename Columns>
auto column_named(Columns& columns, const std::string& name) {
    return std::ranges::find_if(
        columns, [&](const auto& column) { return column.name.back().text == name; });
}

void add_base_columns(CreateTable& merged, const CreateTable& statement, const CreateTable& base) {
    const LikeClause& like = *statement.like;
    Merge generated = merge_of(like, "GENERATED");
    Merge metadata = merge_of(like, "METADATA");
    for (const ColumnDefinition& column : base.columns) {
        if (is_computed(column) && generated == Merge::Excluding) continue;
        if (is_metadata(column) && metadata == Merge::Excluding) continue;
        merged.columns.push_back(column);
    }
    for (const ColumnDefinition& column : statement.columns) {
        auto known = column_named(merged.columns, column.name.back().text);
        if (known == merged.columns.end()) {
            merged.columns.push_back(column);
            continue;
        }
        bool may_overwrite = (is_computed(*known) && generated == Merge::Overwriting) ||
                             (is_metadata(*known) && metadata == Merge::Overwriting);
        if (!may_overwrite) {
            refuse(column.name.back().span,
                   fmt::format("'{}' has a column '{}' already", text_of(like.table),
                               column.name.back().text),
                   "OVERWRITING GENERATED lets a computed column take its place");
        }
        *known = column;
    }
}

void add_base_options(CreateTable& merged, const CreateTable& statement, const CreateTable& base) {
    Merge options = merge_of(*statement.like, "OPTIONS");
    if (options == Merge::Excluding) return;
    for (const Option& option : base.options) {
        auto own = std::ranges::find(statement.options, option.key, &Option::key);
        if (own == statement.options.end()) {
            merged.options.push_back(option);
        } else if (options == Merge::Including && own->value != option.value) {
            refuse(
                own->key_span,
                fmt::format("'{}' sets '{}' as well", text_of(statement.like->table), option.key),
                "OVERWRITING OPTIONS lets this one count");
        }
    }
}

// --- ALTER

[[noreturn]] void refuse_column(const CreateTable& table, const Identifier& name) {
    std::vector<std::string> known;
    for (const ColumnDefinition& column : table.columns) known.push_back(column.name.back().text);
    refuse(name.span, fmt::format("the table has no column '{}'", name.text),
           name_hint(name.text, known));
}

auto existing_column(CreateTable& table, const Name& name) {
    if (name.size() > 1) refuse(span_of(name), "a field of a row cannot be changed alone");
    auto found = column_named(table.columns, name.back().text);
    if (found == table.columns.end()) refuse_column(table, name.back());
    return found;
}

void alter(CreateTable& table, const RenameTo& change) {
    table.name = change.name;
}

void alter(CreateTable& table, const RenameColumn& change) {
    auto column = existing_column(table, change.from);
    const Identifier& name = change.to.back();
    if (column_named(table.columns, name.text) != table.columns.end()) {
        refuse(name.span, fmt::format("there is a column '{}' already", name.text));
    }
    const std::string old = column->name.back().text;
    column->name = {name};
    for (PrimaryKey& key : table.keys) {
        for (Identifier& each : key.columns) {
            if (each.text == old) each = name;
        }
    }
}

void alter(CreateTable& table, const SetOptions& change) {
    for (const Option& option : change.options) {
        std::erase_if(table.options, [&](const Option& old) { return old.key == option.key; });
        table.options.push_back(option);
    }
}

void alter(CreateTable& table, const ResetOptions& change) {
    for (const std::string& key : change.keys) {
        std::erase_if(table.options, [&](const Option& old) { return old.key == key; });
    }
}

void place(CreateTable& table, const ChangeColumns::Column& column) {
    auto before = table.columns.end();
    if (column.is_first) before = table.columns.begin();
    if (!column.after.empty()) before = existing_column(table, column.after) + 1;
    table.columns.insert(before, column.definition);
}

void alter(CreateTable& table, const ChangeColumns& change) {
    for (const ChangeColumns::Column& column : change.columns) {
        const Name& name = column.definition.name;
        auto known = column_named(table.columns, name.back().text);
        if (change.is_new) {
            if (known != table.columns.end()) {
                refuse(span_of(name),
                       fmt::format("there is a column '{}' already", name.back().text),
                       "MODIFY changes it");
            }
            place(table, column);
            continue;
        }
        known = existing_column(table, name);
        bool is_moved = column.is_first || !column.after.empty();
        if (is_moved) {
            table.columns.erase(known);
            place(table, column);
        } else {
            *known = column.definition;
        }
    }
    if (!change.watermarks.empty()) table.watermarks = change.watermarks;
    if (!change.keys.empty()) table.keys = change.keys;
    if (change.distribution) table.distribution = change.distribution;
}

void alter(CreateTable& table, const DropColumns& change) {
    for (const Name& name : change.columns) table.columns.erase(existing_column(table, name));
}

void alter(CreateTable& table, const DropPart& change) {
    switch (change.what) {
        case DropPart::What::PrimaryKey:
        case DropPart::What::Constraint:
            table.keys.clear();
            break;
        case DropPart::What::Watermark:
            table.watermarks.clear();
            break;
        case DropPart::What::Distribution:
            table.distribution.reset();
            break;
    }
}

// The name of a type, as it would be written.
TypeName written_type(const Type& type) {
    Source source("type", fmt::format("CAST(NULL AS {})", text_of(type)));
    return std::get<Cast>(parse_expression(source).node).type;
}

}  // namespace

CreateTable with_base(const CreateTable& statement, const CreateTable& base) {
    CreateTable merged = statement;
    merged.like.reset();
    merged.columns.clear();
    const LikeClause& like = *statement.like;
    add_base_columns(merged, statement, base);
    add_base_options(merged, statement, base);
    Merge watermarks = merge_of(like, "WATERMARKS");
    if (watermarks != Merge::Excluding && !base.watermarks.empty()) {
        if (!merged.watermarks.empty() && watermarks == Merge::Including) {
            refuse(merged.watermarks.front().span,
                   fmt::format("'{}' has a watermark already", text_of(like.table)),
                   "OVERWRITING WATERMARKS lets this one count");
        }
        if (merged.watermarks.empty()) merged.watermarks = base.watermarks;
    }
    if (merge_of(like, "CONSTRAINTS") != Merge::Excluding) {
        merged.keys.insert(merged.keys.begin(), base.keys.begin(), base.keys.end());
    }
    if (merge_of(like, "PARTITIONS") != Merge::Excluding && merged.partitioned_by.empty()) {
        merged.partitioned_by = base.partitioned_by;
    }
    return merged;
}

CreateTable with_columns_of(const CreateTable& statement, const Plan& query) {
    CreateTable merged = statement;
    merged.as = nullptr;
    for (const PlanColumn& column : query.columns) {
        if (column_named(merged.columns, column.name) != merged.columns.end()) continue;
        merged.columns.push_back(
            {{{column.name, statement.as->span}}, PhysicalColumn{written_type(column.type)}});
    }
    std::vector<ColumnDefinition> ordered;
    for (const Identifier& name : statement.column_order) {
        auto found = column_named(merged.columns, name.text);
        if (found == merged.columns.end()) refuse_column(merged, name);
        ordered.push_back(*found);
    }
    if (!ordered.empty()) {
        if (ordered.size() != merged.columns.size()) {
            refuse(statement.column_order.front().span,
                   fmt::format("{} columns are named, and the query gives {}", ordered.size(),
                               merged.columns.size()));
        }
        merged.columns = std::move(ordered);
    }
    merged.column_order.clear();
    return merged;
}

CreateTable altered(const CreateTable& table, const AlterTable& change) {
    CreateTable changed = table;
    std::visit([&](const auto& each) { alter(changed, each); }, change.change);
    return changed;
}

}  // namespace tarn::sql
