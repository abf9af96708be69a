// One SELECT: its clauses in the order in which they take effect, each over the plan of those
// before.
//
// Expressions read a plan that only ever grows to the right: a subquery in one of them adds a join,
// OVER adds a step, and what was bound before keeps its places. GROUP BY is the one change of rows:
// after it every name must be that of a key or stand in an aggregate.
#pragma once

#include "sql/plan/context.hpp"
#include "sql/plan/windows.hpp"

namespace tarn::sql {

class SelectBinder : private Surroundings, private OuterNames {
public:
    SelectBinder(const Select& select, const std::vector<SortItem>& order_by,
                 const Context& context);

    PlanPtr run();

private:
    struct Key {
        std::optional<size_t> kind;  // of the syntax tree's node; nothing for a window's columns
        Bound value;                 // over the rows before they are grouped
    };

    struct Item {
        Bound value;
        std::string name;
        bool is_alias;
    };

    // A call's place in the text stands for the call.
    using Calls = std::map<std::pair<uint32_t, uint32_t>, Bound>;

    Bound meaning_of(const Expression& expression) override;
    std::vector<std::string> further_functions() const override;
    Bound find(const Expression& name) override;
    ExpressionBinder binder() { return {relation_.scope, context_.session, this}; }
    Bound bind(const Expression& expression, std::string_view where);

    // --- select_binder.cpp
    void collect_calls();
    void collect(const Expression& expression);
    void keep_rows(const Expression& condition, std::string_view where);
    bool keep_rows_of_any(const Operation& operation, Span span);
    void keep_rows_of_subquery(const Operation& operation, bool is_negated, Span span);
    std::vector<Item> items();
    void add_star(const Star& star, Span span, std::vector<Item>& items);
    Bound starred(size_t place, Span span);
    PlanPtr result();
    PlanPtr sorted_result(const std::vector<Item>& items);
    PlanPtr sorted_distinct(const PlanPtr& rows, const std::vector<Bound>& values,
                            const std::vector<Bound>& sort_values);
    Bound meaning_of_alias(const Identifier& name) const;
    Bound sort_value(const SortItem& item, const std::vector<Item>& items);

    // --- subquery_meanings.cpp
    Bound meaning_of_subquery(const Expression& expression);
    Bound meaning_of_any(const Operation& operation, const AnyOrAll& any, Span span);
    PlanPtr bound_subquery(const Query& query);

    // --- grouping.cpp
    void group();
    std::optional<Window> window_of(const GroupItem& item) const;
    void add_window(Window window, Span span, std::vector<std::vector<size_t>>& sets);
    PlanPtr expanded(const PlanPtr& plan, const std::vector<std::vector<size_t>>& sets, Span span);
    void add_keys(const GroupItem& item, std::vector<std::vector<size_t>>& sets);
    size_t key_of(const Expression& expression);
    AggregateCall bound_call(const FunctionCall& call, Span span, std::vector<Bound>& values);
    Bound meaning_of_call(const FunctionCall& call, Span span);
    Bound meaning_of_grouping(const std::string& name, const FunctionCall& call, Span span);
    Bound meaning_of_key(const Expression& expression);
    Bound key_column(const Bound& value);
    Span span_of_groups() const;
    void put_sets(const std::vector<std::vector<size_t>>& sets);

    // --- over_binder.cpp
    void number_rows();
    void bind_over(const Expression& expression);
    OverCall over_call(const std::string& name, const FunctionCall& call,
                       std::vector<Bound>& arguments, Span span);
    Frame bound_frame(const WindowFrame& frame, const std::vector<PlanColumn>& columns,
                      const std::vector<SortKey>& order, Span span);

    const Select& select_;
    const std::vector<SortItem>& order_by_;
    Context context_;
    Relation relation_;
    std::string_view where_ = "SELECT";

    std::vector<const Expression*> aggregates_;  // as they stand in the text
    std::vector<const Expression*> overs_;
    Calls values_;  // of those that are computed already

    bool is_grouped_ = false;
    std::vector<Key> keys_;
    std::optional<FunctionCall> window_;  // of GROUP BY TUMBLE(…)
    size_t window_key_ = 0;               // the first of its three keys
    std::vector<Expand::Set> grouping_sets_;
    std::vector<int64_t> repetitions_;  // of each set, how often its keys were there before
    const std::vector<Item>* aliases_ = nullptr;
};

// What tells calls of the same arguments apart.
std::string words_of(const FunctionCall& call);

// What an aggregate comes to, with the clauses of its call, which is refused when it does not take
// the arguments.
AggregateSignature signature_of(const Aggregate& function, const FunctionCall& call, Span span,
                                const std::vector<Bound>& arguments);

[[noreturn]] void refuse_arguments(std::string_view function, std::string_view usage, Span span,
                                   const std::vector<Bound>& arguments);

}  // namespace tarn::sql
