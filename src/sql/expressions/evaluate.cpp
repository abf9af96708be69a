#include "sql/expressions/evaluate.hpp"

#include <arrow/array/concatenate.h>

#include <numeric>

#include "base/assert.hpp"
#include "columns/arrow_result.hpp"
#include "sql/expressions/selection.hpp"
#include "sql/functions/logic.hpp"
#include "sql/values/arrow_types.hpp"
#include "sql/values/readers.hpp"

namespace tarn::sql {
namespace {

using columns::or_throw;
using Rows = std::vector<int64_t>;

// The pieces of a result, each for rows of its own.
class Pieces {
public:
    Pieces(const Type& type, int64_t rows) : type_(type), sources_(static_cast<size_t>(rows), -1) {}

    void add(const Column& values, const Rows& rows) {
        for (size_t i = 0; i < rows.size(); ++i) {
            int64_t place = length_ + (values.is_constant ? 0 : static_cast<int64_t>(i));
            sources_[static_cast<size_t>(rows[i])] = place;
        }
        length_ += values.values->length();
        arrays_.push_back(values.values);
    }

    // Rows without a piece are NULL.
    Column joined() {
        int64_t null_place = length_;
        arrays_.push_back(null_column(type_).values);
        for (int64_t& source : sources_) {
            if (source < 0) source = null_place;
        }
        Column all{or_throw(arrow::Concatenate(arrays_))};
        return taken(all, sources_);
    }

private:
    Type type_;
    arrow::ArrayVector arrays_;
    Rows sources_;  // which value of all pieces in a row each row has
    int64_t length_ = 0;
};

// Some rows of a batch, or all of them.
class Evaluation {
public:
    Evaluation(const Batch& batch, const Session& session, const Rows* selected = nullptr)
        : batch_(batch), session_(session), selected_(selected) {}

    Column of(const Bound& bound) const {
        return std::visit([&](const auto& node) { return compute(node, *bound); }, bound->node);
    }

private:
    int64_t rows() const {
        return selected_ ? static_cast<int64_t>(selected_->size()) : batch_.rows;
    }

    // `chosen` counts within the rows of this evaluation.
    Column of_rows(const Bound& bound, const Rows& chosen) const {
        if (static_cast<int64_t>(chosen.size()) == rows()) return of(bound);
        if (!selected_) return Evaluation(batch_, session_, &chosen).of(bound);
        Rows of_batch(chosen.size());
        std::ranges::transform(chosen, of_batch.begin(),
                               [&](int64_t row) { return (*selected_)[static_cast<size_t>(row)]; });
        return Evaluation(batch_, session_, &of_batch).of(bound);
    }

    Column compute(const InputColumn& input, const BoundExpression&) const {
        const Column& column = batch_.columns[input.place];
        return selected_ ? taken(column, *selected_) : column;
    }

    Column compute(const OuterColumn&, const BoundExpression&) const {
        TARN_ASSERT(!"a column of another query");
    }

    Column compute(const Constant& constant, const BoundExpression&) const {
        return constant.value;
    }

    Column compute(const BoundCall& call, const BoundExpression& bound) const {
        Columns arguments;
        for (const Bound& argument : call.arguments) arguments.push_back(of(argument));
        try {
            return call.kernel({arguments, rows(), bound.type, session_});
        } catch (const EvaluationError&) {
            throw;
        } catch (const RowError& error) {
            int64_t row = selected_ ? (*selected_)[static_cast<size_t>(error.row())] : error.row();
            throw EvaluationError(error, row, bound.span);
        }
    }

    Column compute(const Logical& logical, const BoundExpression&) const {
        Column result = of(logical.operands[0]);
        for (size_t i = 1; i < logical.operands.size(); ++i) {
            result = continued(result, logical, logical.operands[i]);
        }
        return result;
    }

    Column continued(const Column& so_far, const Logical& logical, const Bound& next) const {
        Reader<bool> known(so_far);
        auto is_open = [&](int64_t row) {
            return known.is_null(row) || known[row] == logical.is_and;
        };
        auto join = logical.is_and ? conjunction : disjunction;
        if (so_far.is_constant) return is_open(0) ? join(so_far, of(next), rows()) : so_far;
        if (!can_fail(next)) return join(so_far, of(next), rows());
        Rows open = rows_where(is_open);
        if (open.empty()) return so_far;
        if (static_cast<int64_t>(open.size()) == rows()) return join(so_far, of(next), rows());
        Pieces pieces(simple_type(TypeKind::Boolean), rows());
        pieces.add(so_far, rows_where([](int64_t) { return true; }));
        pieces.add({spread(join(taken(so_far, open), of_rows(next, open),
                                static_cast<int64_t>(open.size())),
                           static_cast<int64_t>(open.size()))},
                   open);
        return pieces.joined();
    }

    // Branches that are there already cost less to choose from than to pick rows of.
    static bool has_plain_branches(const Choice& choice, const Type& type) {
        auto is_plain = [](const Bound& value) {
            return std::holds_alternative<InputColumn>(value->node) ||
                   std::holds_alternative<Constant>(value->node);
        };
        return has_plain_values(type) && is_plain(choice.otherwise) &&
               std::ranges::all_of(choice.branches, [&](const Choice::Branch& branch) {
                   return is_plain(branch.result) && !can_fail(branch.condition);
               });
    }

    Column of_plain_branches(const Choice& choice, const Type& type) const {
        Column result = of(choice.otherwise);
        for (auto branch = choice.branches.rbegin(); branch != choice.branches.rend(); ++branch) {
            result = selected(of(branch->condition), of(branch->result), result, type, rows());
        }
        return result;
    }

    Column compute(const Choice& choice, const BoundExpression& bound) const {
        if (has_plain_branches(choice, bound.type)) return of_plain_branches(choice, bound.type);
        Pieces pieces(bound.type, rows());
        Rows open = rows_where([](int64_t) { return true; });
        for (const Choice::Branch& branch : choice.branches) {
            if (open.empty()) break;
            Column condition = of_rows(branch.condition, open);
            Reader<bool> known(condition);
            Rows chosen;
            Rows rest;
            for (size_t i = 0; i < open.size(); ++i) {
                auto row = static_cast<int64_t>(i);
                bool is_true = !known.is_null(row) && known[row];
                (is_true ? chosen : rest).push_back(open[i]);
            }
            if (static_cast<int64_t>(chosen.size()) == rows()) return of(branch.result);
            if (!chosen.empty()) pieces.add(of_rows(branch.result, chosen), chosen);
            open = std::move(rest);
        }
        if (static_cast<int64_t>(open.size()) == rows()) return of(choice.otherwise);
        if (!open.empty()) pieces.add(of_rows(choice.otherwise, open), open);
        return pieces.joined();
    }

    Column compute(const FirstKnown& first, const BoundExpression& bound) const {
        Column front = of(first.values.front());
        if (front.values->null_count() == 0) return front;
        Pieces pieces(bound.type, rows());
        Rows open = rows_where([](int64_t) { return true; });
        for (const Bound& value : first.values) {
            if (open.empty()) break;
            bool is_front = &value == &first.values.front();
            Column values = is_front ? front : of_rows(value, open);
            bool is_all = static_cast<int64_t>(open.size()) == rows();
            if (is_all && values.values->null_count() == 0) return values;
            Column each{spread(values, static_cast<int64_t>(open.size()))};
            pieces.add(each, open);
            Rows rest;
            for (size_t i = 0; i < open.size(); ++i) {
                if (each.is_null(static_cast<int64_t>(i))) rest.push_back(open[i]);
            }
            open = std::move(rest);
        }
        return pieces.joined();
    }

    template <typename Predicate>
    Rows rows_where(Predicate predicate) const {
        Rows found;
        found.reserve(static_cast<size_t>(rows()));
        for (int64_t row = 0; row < rows(); ++row) {
            if (predicate(row)) found.push_back(row);
        }
        return found;
    }

    const Batch& batch_;
    const Session& session_;
    const Rows* selected_;
};

}  // namespace

Column evaluate(const Bound& bound, const Batch& batch, const Session& session) {
    return Evaluation(batch, session).of(bound);
}

}  // namespace tarn::sql
