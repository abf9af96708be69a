#include <fmt/format.h>

#include "sql/syntax/text.hpp"

namespace tarn::sql {
namespace {

std::string maybe(bool is_so, std::string_view words) {
    return is_so ? std::string(words) : "";
}

std::string comment_text(const std::optional<std::string>& comment) {
    return comment ? " COMMENT " + quoted_text(*comment) : "";
}

std::string options_text(const Options& options) {
    std::string text;
    for (const Option& option : options) {
        text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", quoted_text(option.key),
                            quoted_text(option.value));
    }
    return "(" + text + ")";
}

std::string keys_text(const std::vector<std::string>& keys) {
    std::string text;
    for (const std::string& key : keys) text += (text.empty() ? "" : ", ") + quoted_text(key);
    return "(" + text + ")";
}

std::string with_text(const Options& options) {
    return options.empty() ? "" : " WITH " + options_text(options);
}

}  // namespace

// --- tables

std::string text_of(const ColumnDefinition& column) {
    std::string text = text_of(column.name);
    if (const auto* physical = std::get_if<PhysicalColumn>(&column.kind)) {
        text += " " + text_of(physical->type);
        text += maybe(physical->is_primary_key, " PRIMARY KEY NOT ENFORCED");
    } else if (const auto* computed = std::get_if<ComputedColumn>(&column.kind)) {
        text += " AS " + text_of(computed->expression);
    } else if (const auto* metadata = std::get_if<MetadataColumn>(&column.kind)) {
        text += " " + text_of(metadata->type) + " METADATA";
        if (metadata->key) text += " FROM " + quoted_text(*metadata->key);
        text += maybe(metadata->is_virtual, " VIRTUAL");
    }
    return text + comment_text(column.comment);
}

std::string text_of(const Watermark& watermark) {
    return fmt::format("WATERMARK FOR {} AS {}", text_of(watermark.column),
                       text_of(watermark.expression));
}

std::string text_of(const PrimaryKey& key) {
    std::string text = key.name ? "CONSTRAINT " + text_of(*key.name) + " " : "";
    text += key.is_unique_only ? "UNIQUE" : "PRIMARY KEY";
    return text + " (" + joined_texts(key.columns) + ")" + maybe(!key.is_enforced, " NOT ENFORCED");
}

std::string text_of(const LikeClause::Rule& rule) {
    return rule.merge + " " + rule.feature;
}

std::string text_of(const ChangeColumns::Column& column) {
    std::string text = text_of(column.definition) + maybe(column.is_first, " FIRST");
    return column.after.empty() ? text : text + " AFTER " + text_of(column.after);
}

std::string text_of(const Assignment& assignment) {
    return text_of(assignment.column) + " = " + text_of(assignment.value);
}

namespace {

std::string statement_text(const Distribution& distribution) {
    std::string text;
    if (!distribution.columns.empty()) {
        text += " BY " + distribution.kind + "(" + joined_texts(distribution.columns) + ")";
    }
    if (distribution.buckets) text += fmt::format(" INTO {} BUCKETS", *distribution.buckets);
    return text;
}

// All lists that stand in one pair of brackets.
template <typename... Lists>
std::string elements_text(const Lists&... lists) {
    std::string text;
    auto add = [&text](const auto& list) {
        if (list.empty()) return;
        text += (text.empty() ? "" : ", ") + joined_texts(list);
    };
    (add(lists), ...);
    return text;
}

std::string statement_text(const CreateTable& table) {
    std::string text = table.is_replace ? "REPLACE" : "CREATE";
    text += maybe(table.or_replace, " OR REPLACE") + maybe(table.is_temporary, " TEMPORARY");
    text += " TABLE " + maybe(table.if_not_exists, "IF NOT EXISTS ") + text_of(table.name);
    std::string elements =
        elements_text(table.columns, table.column_order, table.watermarks, table.keys);
    if (!elements.empty()) text += " (" + elements + ")";
    text += comment_text(table.comment);
    if (table.distribution) text += " DISTRIBUTED" + statement_text(*table.distribution);
    if (!table.partitioned_by.empty()) {
        text += " PARTITIONED BY (" + joined_texts(table.partitioned_by) + ")";
    }
    text += with_text(table.options);
    if (table.like) {
        text += " LIKE " + text_of(table.like->table);
        if (!table.like->rules.empty()) text += " (" + joined_texts(table.like->rules, " ") + ")";
    }
    return table.as ? text + " AS " + text_of(*table.as) : text;
}

std::string statement_text(const CreateView& view) {
    std::string text = "CREATE " + maybe(view.or_replace, "OR REPLACE ");
    text += maybe(view.is_temporary, "TEMPORARY ") + "VIEW ";
    text += maybe(view.if_not_exists, "IF NOT EXISTS ") + text_of(view.name);
    if (!view.columns.empty()) text += " (" + joined_texts(view.columns) + ")";
    return text + comment_text(view.comment) + " AS " + text_of(*view.query);
}

std::string statement_text(const CreateCatalog& catalog) {
    return "CREATE CATALOG " + maybe(catalog.if_not_exists, "IF NOT EXISTS ") +
           text_of(catalog.name) + comment_text(catalog.comment) + with_text(catalog.options);
}

std::string statement_text(const CreateDatabase& database) {
    return "CREATE DATABASE " + maybe(database.if_not_exists, "IF NOT EXISTS ") +
           text_of(database.name) + comment_text(database.comment) + with_text(database.options);
}

std::string statement_text(const Drop& drop) {
    using What = Drop::What;
    std::string word = drop.what == What::Catalog    ? "CATALOG "
                       : drop.what == What::Database ? "DATABASE "
                       : drop.what == What::View     ? "VIEW "
                                                     : "TABLE ";
    return "DROP " + maybe(drop.is_temporary, "TEMPORARY ") + word +
           maybe(drop.if_exists, "IF EXISTS ") + text_of(drop.name) +
           maybe(drop.is_cascade, " CASCADE");
}

// --- what ALTER does

std::string statement_text(const RenameTo& rename) {
    return "RENAME TO " + text_of(rename.name);
}

std::string statement_text(const RenameColumn& rename) {
    return "RENAME " + text_of(rename.from) + " TO " + text_of(rename.to);
}

std::string statement_text(const SetOptions& set) {
    return "SET " + options_text(set.options);
}

std::string statement_text(const ResetOptions& reset) {
    return "RESET " + keys_text(reset.keys);
}

std::string statement_text(const ChangeColumns& change) {
    std::string text = change.is_new ? "ADD " : "MODIFY ";
    if (change.distribution) return text + "DISTRIBUTION" + statement_text(*change.distribution);
    return text + "(" + elements_text(change.columns, change.watermarks, change.keys) + ")";
}

std::string statement_text(const DropColumns& drop) {
    return "DROP (" + joined_texts(drop.columns) + ")";
}

std::string statement_text(const DropPart& drop) {
    using What = DropPart::What;
    if (drop.what == What::Constraint) return "DROP CONSTRAINT " + text_of(*drop.name);
    return drop.what == What::PrimaryKey  ? "DROP PRIMARY KEY"
           : drop.what == What::Watermark ? "DROP WATERMARK"
                                          : "DROP DISTRIBUTION";
}

std::string change_text(const auto& change) {
    return std::visit(
        [](const auto& each) -> std::string {
            if constexpr (std::is_same_v<std::decay_t<decltype(each)>, QueryPtr>) {
                return "AS " + text_of(*each);
            } else {
                return statement_text(each);
            }
        },
        change);
}

std::string statement_text(const AlterTable& alter) {
    return "ALTER TABLE " + maybe(alter.if_exists, "IF EXISTS ") + text_of(alter.name) + " " +
           change_text(alter.change);
}

std::string statement_text(const AlterView& alter) {
    return "ALTER VIEW " + maybe(alter.if_exists, "IF EXISTS ") + text_of(alter.name) + " " +
           change_text(alter.change);
}

std::string statement_text(const AlterDatabase& alter) {
    return "ALTER DATABASE " + text_of(alter.name) + " SET " + options_text(alter.options);
}

std::string statement_text(const AlterCatalog& alter) {
    return "ALTER CATALOG " + text_of(alter.name) + " " + change_text(alter.change);
}

// --- rows

std::string statement_text(const Insert& insert) {
    std::string text = insert.is_overwrite ? "INSERT OVERWRITE " : "INSERT INTO ";
    text += text_of(insert.table);
    if (!insert.hints.empty()) text += " /*+ " + joined_texts(insert.hints) + " */";
    if (!insert.partition.empty()) text += " PARTITION (" + joined_texts(insert.partition) + ")";
    if (!insert.columns.empty()) text += " (" + joined_texts(insert.columns) + ")";
    return text + " " + text_of(*insert.query);
}

std::string statement_text(const Delete& statement) {
    std::string text = "DELETE FROM " + text_of(statement.table);
    if (statement.alias) text += " AS " + text_of(*statement.alias);
    return text + clause_text("WHERE", statement.where);
}

std::string statement_text(const Update& statement) {
    std::string text = "UPDATE " + text_of(statement.table);
    if (statement.alias) text += " AS " + text_of(*statement.alias);
    return text + " SET " + joined_texts(statement.set) + clause_text("WHERE", statement.where);
}

std::string statement_text(const Truncate& truncate) {
    return "TRUNCATE TABLE " + text_of(truncate.table);
}

std::string statement_text(const CallProcedure& procedure) {
    return "CALL " + text_of(procedure.call);
}

// --- the session

std::string statement_text(const UseCatalog& use) {
    return "USE CATALOG " + text_of(use.name);
}

std::string statement_text(const UseDatabase& use) {
    return "USE " + text_of(use.name);
}

std::string statement_text(const Show& show) {
    std::string text = "SHOW " + show.what;
    bool says_from = !show.what.starts_with("CREATE") && show.what != "PARTITIONS";
    if (show.of) text += maybe(says_from, " FROM") + " " + text_of(*show.of);
    if (!show.partition.empty()) text += " PARTITION (" + joined_texts(show.partition) + ")";
    if (!show.like) return text;
    text += maybe(show.is_not_like, " NOT") + (show.is_ilike ? " ILIKE " : " LIKE ");
    return text + quoted_text(*show.like);
}

std::string statement_text(const Describe& describe) {
    using What = Describe::What;
    if (describe.what == What::Job) return "DESCRIBE JOB " + quoted_text(describe.job);
    std::string text = describe.what == What::Catalog    ? "DESCRIBE CATALOG "
                       : describe.what == What::Database ? "DESCRIBE DATABASE "
                                                         : "DESCRIBE ";
    return text + maybe(describe.is_extended, "EXTENDED ") + text_of(describe.name);
}

std::string statement_text(const SetSetting& set) {
    if (!set.key) return "SET";
    return "SET " + quoted_text(*set.key) + " = " + quoted_text(*set.value);
}

std::string statement_text(const ResetSetting& reset) {
    return reset.key ? "RESET " + quoted_text(*reset.key) : "RESET";
}

std::string statement_text(const ClientCommand& command) {
    return command.word;
}

// --- jobs

std::string statement_text(const StatementSet& set) {
    std::string text = "EXECUTE STATEMENT SET BEGIN ";
    for (const Statement& statement : set.statements) text += text_of(statement) + "; ";
    return text + "END";
}

std::string statement_text(const BeginStatementSet&) {
    return "BEGIN STATEMENT SET";
}

std::string statement_text(const EndStatementSet&) {
    return "END";
}

std::string statement_text(const Execute& execute) {
    return "EXECUTE " + text_of(*execute.statement);
}

std::string statement_text(const Explain& explain) {
    std::string text = explain.details.empty()
                           ? "EXPLAIN "
                           : fmt::format("EXPLAIN {} ", fmt::join(explain.details, ", "));
    std::string inner = text_of(*explain.statement);
    constexpr std::string_view Execute = "EXECUTE ";
    bool is_set = std::holds_alternative<StatementSet>(explain.statement->node);
    return text + (is_set ? inner.substr(Execute.size()) : inner);
}

std::string statement_text(const StopJob& stop) {
    return "STOP JOB " + quoted_text(stop.job) + maybe(stop.with_savepoint, " WITH SAVEPOINT") +
           maybe(stop.with_drain, " WITH DRAIN");
}

std::string statement_text(const Refused& refused) {
    return refused.text;
}

std::string statement_text(const QueryPtr& query) {
    return text_of(*query);
}

}  // namespace

std::string text_of(const Statement& statement) {
    return std::visit([](const auto& node) { return statement_text(node); }, statement.node);
}

}  // namespace tarn::sql
