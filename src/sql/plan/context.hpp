// What the binders of a query's parts share.
#pragma once

#include <map>

#include "sql/catalog/namespace.hpp"
#include "sql/expressions/binder.hpp"
#include "sql/plan/plan.hpp"

namespace tarn::sql {

// The rows of FROM with their names. Columns behind those of the scope are for the binder alone.
struct Relation {
    PlanPtr plan;
    Scope scope;
};

// Of a query around a subquery.
class OuterNames {
public:
    virtual ~OuterNames() = default;

    // As an expression over that query's rows; null when it knows no such column.
    virtual Bound find(const Expression& name) = 0;
};

// WITH: those of the query itself before those of the queries around it.
struct CommonTables {
    struct Entry {
        PlanPtr plan;
        int tables;
    };

    const CommonTables* around = nullptr;
    std::map<std::string, Entry> entries = {};

    const Entry* find(const std::string& name) const;
};

struct Context {
    const Namespace& names;
    const Session& session;
    int& tables;  // read so far
    const CommonTables* common = nullptr;
    OuterNames* outer = nullptr;

    Context inside(OuterNames* of) const { return {names, session, tables, common, of}; }
};

// For expressions that may name columns of the query around theirs.
class OuterColumns : public Surroundings {
public:
    OuterColumns(const Scope& scope, const Context& context) : scope_(scope), context_(context) {}

    Bound meaning_of(const Expression& expression) override;

private:
    const Scope& scope_;
    const Context& context_;
};

PlanPtr bind_query(const Query& query, const Context& context);
// `order_by` is the query's own, of which a select knows more than its result shows.
PlanPtr bind_select(const Select& select, const std::vector<SortItem>& order_by,
                    const Context& context);
Relation bind_from(const TableReference& reference, const Context& context);
Relation bind_window_table(const TableFunction& function, const Context& context);

Scope scope_of(const Plan& plan, const std::string& table);

// The one value of a constant expression, for what must be known before anything runs.
Column constant_value(const Expression& expression, const Context& context, std::string_view where);
int64_t whole_number(const Expression& expression, const Context& context, std::string_view where);
int64_t milliseconds(const Expression& expression, const Context& context, std::string_view where);

SortKey sort_key_of(const SortItem& item, size_t column);

}  // namespace tarn::sql
