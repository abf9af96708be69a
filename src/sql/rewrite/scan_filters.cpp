#include <algorithm>
#include <map>

#include "sql/plan/steps.hpp"
#include "sql/plan/walk.hpp"
#include "sql/rewrite/conditions.hpp"
#include "sql/rewrite/passes.hpp"

namespace tarn::sql {
namespace {

using Conjuncts = std::vector<Bound>;

bool ask_the_same(const Conjuncts& left, const Conjuncts& right) {
    return std::ranges::equal(left, right, are_same);
}

// Of rows that somebody wants of whom each asks something else.
Bound any_of(const std::vector<Conjuncts>& readers) {
    std::vector<Bound> alternatives;
    for (const Conjuncts& each : readers) alternatives.push_back(conjunction(each));
    Span span = alternatives[0]->span;
    return made(simple_type(TypeKind::Boolean), span, Logical{false, std::move(alternatives)});
}

class ScanFilters {
public:
    // Called for all plans before the first one is changed.
    void look_at(const PlanPtr& plan) {
        const auto* filter = std::get_if<Filter>(&plan->node);
        bool is_of_scan = filter && std::holds_alternative<Scan>(filter->input->node);
        if (is_of_scan) {
            add_reader(filter->input, movable(filter->condition));
        } else if (std::holds_alternative<Scan>(plan->node)) {
            add_reader(plan, {});
        } else {
            for (const PlanPtr& input : inputs_of(*plan)) look_at(input);
        }
    }

    PlanPtr with_filters(const PlanPtr& plan) const {
        if (const auto* scan = std::get_if<Scan>(&plan->node)) {
            Scan knowing = *scan;
            knowing.filters = asked_of(plan);
            return made(plan->span, plan->columns, std::move(knowing));
        }
        std::vector<PlanPtr> inputs = inputs_of(*plan);
        for (PlanPtr& input : inputs) input = with_filters(input);
        return with_inputs(plan, inputs);
    }

private:
    // A source asks them of any row, in any order, or not at all.
    static Conjuncts movable(const Bound& condition) {
        Conjuncts all = conjuncts_of(condition);
        std::erase_if(all, [](const Bound& each) { return !may_move(each); });
        return all;
    }

    void add_reader(const PlanPtr& scan, const Conjuncts& asks) {
        std::vector<Conjuncts>& readers = readers_[scan.get()];
        bool is_known = std::ranges::any_of(
            readers, [&](const Conjuncts& each) { return ask_the_same(each, asks); });
        if (!is_known) readers.push_back(asks);
    }

    Conjuncts asked_of(const PlanPtr& scan) const {
        const std::vector<Conjuncts>& readers = readers_.at(scan.get());
        if (readers.size() == 1) return readers[0];
        bool some_want_all = std::ranges::any_of(readers, &Conjuncts::empty);
        return some_want_all ? Conjuncts{} : Conjuncts{any_of(readers)};
    }

    std::map<const Plan*, std::vector<Conjuncts>> readers_;
};

}  // namespace

std::vector<PlanPtr> with_scan_filters(const std::vector<PlanPtr>& plans) {
    ScanFilters filters;
    for (const PlanPtr& plan : plans) filters.look_at(plan);
    std::vector<PlanPtr> all;
    for (const PlanPtr& plan : plans) all.push_back(filters.with_filters(plan));
    return all;
}

}  // namespace tarn::sql
