#include "sql/bounded/answer.hpp"

#include "sql/bounded/steps.hpp"
#include "sql/expressions/row_lists.hpp"

namespace tarn::sql {
namespace {

// Goes down to the tables first, so that each step has its whole input.
class Answering {
public:
    Answering(const TableReader& tables, const Session& session)
        : tables_(tables), session_(session) {}

    Batch of(const Plan& plan) const {
        return std::visit([&](const auto& node) { return of_node(node, {plan, session_}); },
                          plan.node);
    }

private:
    Batch of_node(const Scan& scan, const Around&) const {
        Batch rows = tables_(scan);
        if (!scan.columns) return rows;
        return {chosen(rows, *scan.columns), rows.rows};
    }

    Batch of_node(const ConstantRows& rows, const Around& around) const {
        return rows_of(rows, around);
    }

    // Watermarks mean nothing to rows that are all there, and who writes rows takes them from here.
    Batch of_node(const AssignWatermark& step, const Around&) const { return of(*step.input); }
    Batch of_node(const WriteRows& step, const Around&) const { return of(*step.input); }

    Batch of_node(const JoinRows& step, const Around& around) const {
        return rows_of(step, of(*step.left), of(*step.right), around);
    }

    Batch of_node(const JoinVersion& step, const Around& around) const {
        return rows_of(step, of(*step.left), of(*step.right), around);
    }

    Batch of_node(const CombineRows& step, const Around&) const {
        std::vector<Batch> inputs;
        for (const PlanPtr& input : step.inputs) inputs.push_back(of(*input));
        return rows_of(step, inputs);
    }

    template <typename Step>
    Batch of_node(const Step& step, const Around& around) const {
        return rows_of(step, of(*step.input), around);
    }

    const TableReader& tables_;
    const Session& session_;
};

}  // namespace

Batch answer(const Plan& plan, const TableReader& tables, const Session& session) {
    return Answering(tables, session).of(plan);
}

}  // namespace tarn::sql
