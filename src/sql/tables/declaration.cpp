#include "sql/tables/declaration.hpp"

#include <algorithm>

#include "base/suggest.hpp"
#include "sql/expressions/binder.hpp"

namespace tarn::sql {
namespace {

constexpr int RowtimePrecisionMax = 3;

class Declarer {
public:
    Declarer(const CreateTable& statement, const Session& session)
        : statement_(statement), session_(session) {}

    Declaration run() {
        // Computed columns see the others, wherever those stand.
        for (const ColumnDefinition& column : statement_.columns) declare_stored(column);
        Scope stored = scope_of_columns();
        for (const ColumnDefinition& column : statement_.columns) declare_computed(column, stored);
        if (is_whole()) {
            declare_keys();
            declare_watermark();
            declare_partitions();
        }
        return {std::move(table_), std::move(problems_)};
    }

private:
    // Whether all columns of the table stand in the statement.
    bool is_whole() const { return !statement_.like && !statement_.as; }

    void add(const Problem& problem) { problems_.push_back(problem); }

    template <typename Step>
    void tried(Step step) {
        try {
            step();
        } catch (const SqlError& error) {
            add(error.problem());
        }
    }

    static const Identifier& name_of(const ColumnDefinition& column) { return column.name.back(); }

    TableColumn* find(std::string_view name) {
        auto found = std::ranges::find(table_.columns, name, &TableColumn::name);
        return found == table_.columns.end() ? nullptr : &*found;
    }

    void declare(const ColumnDefinition& column, Type type,
                 std::variant<Physical, Computed, Metadata> kind) {
        const Identifier& name = name_of(column);
        if (find(name.text)) {
            add({name.span, fmt::format("there are two columns '{}'", name.text)});
            return;
        }
        table_.columns.push_back({name.text, std::move(type), std::move(kind)});
    }

    void declare_stored(const ColumnDefinition& column) {
        tried([&] {
            if (const auto* physical = std::get_if<PhysicalColumn>(&column.kind)) {
                declare(column, type_of(physical->type), Physical{});
            } else if (const auto* metadata = std::get_if<MetadataColumn>(&column.kind)) {
                declare(
                    column, type_of(metadata->type),
                    Metadata{metadata->key.value_or(name_of(column).text), metadata->is_virtual});
            }
        });
    }

    void declare_computed(const ColumnDefinition& column, const Scope& stored) {
        const auto* computed = std::get_if<ComputedColumn>(&column.kind);
        if (!computed) return;
        // Names of a table that is not here may be in it.
        if (!is_whole()) return;
        tried([&] {
            Bound value = bind_expression(computed->expression, stored, session_);
            declare(column, value->type, Computed{value});
        });
    }

    Scope scope_of_columns() const {
        std::vector<ScopeColumn> columns;
        for (const TableColumn& column : table_.columns) {
            columns.push_back({{}, column.name, column.type});
        }
        return Scope(std::move(columns));
    }

    void refuse_unknown(const Identifier& name) {
        std::vector<std::string> known;
        for (const TableColumn& column : table_.columns) known.push_back(column.name);
        add({name.span, fmt::format("the table has no column '{}'", name.text),
             name_hint(name.text, known)});
    }

    // --- keys

    void declare_keys() {
        std::vector<PrimaryKey> keys = statement_.keys;
        for (const ColumnDefinition& column : statement_.columns) {
            const auto* physical = std::get_if<PhysicalColumn>(&column.kind);
            if (physical && physical->is_primary_key) {
                keys.push_back({.columns = {name_of(column)}, .span = name_of(column).span});
            }
        }
        for (const PrimaryKey& key : keys) declare_key(key);
    }

    void declare_key(const PrimaryKey& key) {
        if (key.is_unique_only) {
            add({key.span, "UNIQUE is not supported", "a table may have a PRIMARY KEY"});
            return;
        }
        if (key.is_enforced) {
            add({key.span, "a primary key cannot be enforced", "say PRIMARY KEY (…) NOT ENFORCED"});
        }
        if (!table_.primary_key.empty()) {
            add({key.span, "a table has one primary key"});
            return;
        }
        for (const Identifier& name : key.columns) declare_key_column(name);
    }

    void declare_key_column(const Identifier& name) {
        TableColumn* column = find(name.text);
        if (!column) return refuse_unknown(name);
        if (!std::holds_alternative<Physical>(column->kind)) {
            add({name.span, fmt::format("the key's column '{}' is not written", name.text),
                 "a primary key is made of physical columns"});
        }
        if (std::ranges::find(table_.primary_key, name.text) != table_.primary_key.end()) {
            add({name.span, fmt::format("the key has '{}' twice", name.text)});
            return;
        }
        column->type.is_nullable = false;
        table_.primary_key.push_back(name.text);
    }

    // --- watermark

    static bool can_be_rowtime(const Type& type) {
        return is_timestamp(type) && type.precision <= RowtimePrecisionMax;
    }

    void declare_watermark() {
        if (statement_.watermarks.empty()) return;
        for (size_t i = 1; i < statement_.watermarks.size(); ++i) {
            add({statement_.watermarks[i].span, "a table has one watermark"});
        }
        const Watermark& watermark = statement_.watermarks.front();
        tried([&] { bind_watermark(watermark); });
    }

    void bind_watermark(const Watermark& watermark) {
        Span span = joined(watermark.column.front().span, watermark.column.back().span);
        if (watermark.column.size() > 1) {
            refuse(span, "a watermark goes by a column, not by a field of one",
                   "a computed column can be that field");
        }
        Scope columns = scope_of_columns();
        ExpressionBinder binder(columns, session_);
        Type rowtime = binder.bind({span, ColumnName{watermark.column}})->type;
        if (!can_be_rowtime(rowtime)) {
            refuse(span,
                   fmt::format("a watermark goes by a TIMESTAMP or TIMESTAMP_LTZ of up to {} "
                               "digits, and '{}' is {}",
                               RowtimePrecisionMax, watermark.column.back().text,
                               text_of(rowtime.or_null())),
                   "a computed column can CAST it, or make it with TO_TIMESTAMP");
        }
        Bound value = binder.bind(watermark.expression);
        if (!can_be_rowtime(value->type)) {
            refuse(watermark.expression.span,
                   fmt::format("a watermark is a TIMESTAMP or TIMESTAMP_LTZ of up to {} digits, "
                               "not {}",
                               RowtimePrecisionMax, text_of(value->type.or_null())));
        }
        table_.watermark = TableWatermark{watermark.column.back().text, std::move(value)};
    }

    // --- partitions

    void declare_partitions() {
        for (const Expression& expression : statement_.partitioned_by) {
            // Transforms are for those who know the table's format.
            const auto* name = std::get_if<ColumnName>(&expression.node);
            if (!name) continue;
            const Identifier& column = name->parts.back();
            if (find(column.text)) {
                table_.partitioned_by.push_back(column.text);
            } else {
                refuse_unknown(column);
            }
        }
    }

    const CreateTable& statement_;
    const Session& session_;
    Table table_;
    std::vector<Problem> problems_;
};

}  // namespace

Declaration declared(const CreateTable& statement, const Session& session) {
    return Declarer(statement, session).run();
}

}  // namespace tarn::sql
