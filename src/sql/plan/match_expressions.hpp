// Expressions of DEFINE and MEASURES: A.price, LAST(A.price, 1), SUM(A.price), MATCH_ROWTIME().
#pragma once

#include "sql/plan/context.hpp"

namespace tarn::sql {

class MatchExpressions : private Surroundings {
public:
    // `columns` are those of one row, without their table's name. `own` is the variable that DEFINE
    // decides about; with none they are MEASURES.
    MatchExpressions(const Scope& columns, const std::vector<PatternVariable>& variables,
                     std::optional<size_t> own, const Context& context);

    Bound bind(const Expression& expression);

    // The places of what was bound so far are the right ones only here.
    MatchReads reads() const { return reads_; }
    Bound placed(const Bound& value) const;

private:
    // Where the columns that are bound right now stand.
    struct Inside {
        enum class Of { Nothing, Row, Aggregate };

        Of of = Of::Nothing;
        bool is_from_first = false;
        int64_t offset = 0;
        // Of the first column in it, once there was one.
        bool has_column = false;
        std::optional<size_t> variable = {};
    };

    Bound meaning_of(const Expression& expression) override;
    Bound meaning_of_name(const Name& name, Span span);
    Bound meaning_of_call(const FunctionCall& call, Span span);
    Bound navigated(const std::string& name, const FunctionCall& call, Span span);
    Bound aggregated(const std::string& name, const FunctionCall& call, Span span);
    std::vector<Bound> aggregate_arguments(const std::string& name, const FunctionCall& call);
    Bound time_of_match(const FunctionCall& call, Span span);
    std::optional<size_t> variable_named(const std::string& name) const;
    void note_variable(std::optional<size_t> variable, Span span);
    bool is_there(const MatchedRow& row) const;
    Bound row_column(std::optional<size_t> variable, size_t column, Span span);
    ExpressionBinder binder() { return {columns_, context_.session, this}; }

    const Scope& columns_;
    const std::vector<PatternVariable>& variables_;
    std::optional<size_t> own_;
    const Context& context_;
    MatchReads reads_;
    Inside inside_;
};

}  // namespace tarn::sql
