#include "sql/stream/changelog.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/assert.hpp"
#include "sql/stream/contains.hpp"
#include "sql/stream/facts.hpp"

namespace tarn::sql {
namespace {

using namespace stream;

enum class Want { Same, Befores, NoBefores, Impossible };

// What an operator wants of each of its inputs when it is to give updates with or without the
// rows before them. Most take updates back from what they have, so they want what is replaced.
template <typename Step>
Want want_of(const Step&, bool, size_t) {
    return Want::Befores;
}

Want same_or_impossible(const StreamPlan& input, bool gives_befores) {
    bool has_updates = input.changes.afters;
    return !gives_befores && has_updates ? Want::Impossible : Want::Same;
}

// A row that no longer fits has to be taken back, and only the row before tells which.
Want want_of(const Calc& calc, bool gives_befores, size_t) {
    return calc.condition ? same_or_impossible(*calc.input, gives_befores) : Want::Same;
}
Want want_of(const RepeatRows& step, bool gives_befores, size_t) {
    return same_or_impossible(*step.input, gives_befores);
}

Want want_of(const RegularJoin& join, bool gives_befores, size_t input) {
    bool is_left = input == 0;
    const StreamPlan& side = is_left ? *join.left : *join.right;
    if (gives_befores) return Want::Befores;
    if (is_keyed_by_join(side, join.on, is_left)) return Want::Same;
    return same_or_impossible(side, gives_befores);
}

Want want_of(const TemporalJoin&, bool, size_t input) {
    return input == 0 ? Want::Same : Want::NoBefores;
}
Want want_of(const ChangelogNormalize&, bool, size_t) {
    return Want::NoBefores;
}
Want want_of(const WatermarkAssigner&, bool, size_t) {
    return Want::Same;
}
Want want_of(const Correlate&, bool, size_t) {
    return Want::Same;
}
Want want_of(const ExpandSets&, bool, size_t) {
    return Want::Same;
}
Want want_of(const WindowTableFunction&, bool, size_t) {
    return Want::Same;
}
Want want_of(const LookupJoin&, bool, size_t) {
    return Want::Same;
}
Want want_of(const Union&, bool, size_t) {
    return Want::Same;
}

// Under which columns the table keeps one row each; their names are those of the sink's columns.
UpsertKey key_of(const Sink& sink, const StreamPlan& rows) {
    UpsertKey key;
    for (const std::string& name : sink.table->table.primary_key) {
        auto column = std::ranges::find(rows.columns, name, &PlanColumn::name);
        if (column == rows.columns.end()) return {};
        key.push_back(static_cast<size_t>(column - rows.columns.begin()));
    }
    std::ranges::sort(key);
    return key;
}

// An operator as it gives updates with or without the rows before them, and which of its inputs
// have to give these then.
struct Giving {
    StreamPlan::Node node;
    std::vector<bool> wants_befores;
};

class Changelog {
public:
    Changelog(const std::vector<StreamPlanPtr>& roots, UpdateRows rows)
        : roots_(roots), rows_(rows) {
        for (const StreamPlanPtr& root : roots) put_in_order(root);
        for (const StreamPlanPtr& root : roots) want(*root, is_with_befores(*root));
        for (auto plan = order_.rbegin(); plan != order_.rend(); ++plan) want_of_inputs(**plan);
    }

    std::vector<StreamPlanPtr> of_roots() {
        std::vector<StreamPlanPtr> all;
        for (const StreamPlanPtr& root : roots_) {
            all.push_back(given(*root, is_with_befores(*root)));
        }
        return all;
    }

private:
    // A sink writes what it takes.
    bool is_with_befores(const StreamPlan& root) {
        if (std::holds_alternative<Sink>(root.node)) return true;
        return rows_ == UpdateRows::Both ? can_give(root, true) : !can_give(root, false);
    }

    // --- what is possible

    bool can_give(const StreamPlan& plan, bool befores) {
        return giving(plan, befores).has_value();
    }

    const std::optional<Giving>& giving(const StreamPlan& plan, bool befores) {
        auto known = givings_.find({&plan, befores});
        if (known != givings_.end()) return known->second;
        auto found =
            std::visit([&](const auto& step) { return possible(step, plan, befores); }, plan.node);
        return givings_.emplace(std::pair{&plan, befores}, std::move(found)).first->second;
    }

    // Rows before updates can be dropped, and not made up.
    static std::optional<Giving> possible(const TableSource& source, const StreamPlan& plan,
                                          bool befores) {
        bool has_them = !plan.changes.afters || plan.changes.befores;
        return has_them || !befores ? std::optional(Giving{source, {}}) : std::nullopt;
    }

    std::optional<Giving> possible(const Sink& sink, const StreamPlan& plan, bool) {
        const StreamPlan& input = *sink.input;
        UpsertKey key = key_of(sink, plan);
        bool is_same_key = key.empty() || contains(input.upsert_keys, key);
        bool is_kept_apart = std::ranges::any_of(input.upsert_keys, [&](const UpsertKey& each) {
            return std::ranges::includes(key, each);
        });
        bool can_be_without = !sink.takes.befores && is_same_key && can_give(input, false);
        Sink written = sink;
        bool has_changes = !input.changes.is_insert_only();
        written.upsert_materialize = has_changes && !key.empty() && !is_kept_apart;
        return Giving{std::move(written), {!can_be_without}};
    }

    std::optional<Giving> possible(const Rank& rank, const StreamPlan&, bool) {
        return ranking(rank);
    }
    std::optional<Giving> possible(const SortLimit& sort, const StreamPlan&, bool) {
        return ranking(sort);
    }

    // Rows that only rise need no rows before them, if the input can be without.
    template <typename Step>
    std::optional<Giving> ranking(const Step& step) {
        if (step.by == RankBy::Rises && can_give(*step.input, false)) return Giving{step, {false}};
        if (!can_give(*step.input, true)) return std::nullopt;
        Step copy = step;
        if (step.by == RankBy::Rises) copy.by = RankBy::Retractions;
        return Giving{std::move(copy), {true}};
    }

    template <typename Step>
    std::optional<Giving> possible(const Step& step, const StreamPlan& plan, bool befores) {
        Giving found{step, {}};
        std::vector<StreamPlanPtr> inputs = inputs_of(plan);
        for (size_t i = 0; i < inputs.size(); ++i) {
            Want wanted = want_of(step, befores, i);
            if (wanted == Want::Impossible) return std::nullopt;
            bool wants = wanted == Want::Same ? befores : wanted == Want::Befores;
            if (!can_give(*inputs[i], wants)) return std::nullopt;
            found.wants_befores.push_back(wants);
        }
        return found;
    }

    // --- what is wanted, by all that read an operator

    // Behind its inputs.
    void put_in_order(const StreamPlanPtr& plan) {
        if (!met_.insert(plan.get()).second) return;
        for (const StreamPlanPtr& input : inputs_of(*plan)) put_in_order(input);
        order_.push_back(plan.get());
    }

    void want(const StreamPlan& plan, bool befores) {
        if (befores) wanted_.insert(&plan);
    }

    void want_of_inputs(const StreamPlan& plan) {
        const Giving& chosen = chosen_for(plan);
        std::vector<StreamPlanPtr> inputs = inputs_of(plan);
        for (size_t i = 0; i < inputs.size(); ++i) want(*inputs[i], chosen.wants_befores[i]);
    }

    const Giving& chosen_for(const StreamPlan& plan) {
        const std::optional<Giving>& chosen = giving(plan, wanted_.contains(&plan));
        TARN_ASSERT(chosen);
        return *chosen;
    }

    // --- operators that give that

    StreamPlanPtr given(const StreamPlan& plan, bool befores) {
        StreamPlanPtr rows = as_wanted(plan);
        if (befores || !rows->changes.befores) return rows;
        StreamPlanPtr& dropped = dropped_[&plan];
        if (dropped) return dropped;
        StreamPlan copy = *rows;
        copy.node = DropBefores{rows};
        copy.changes.befores = false;
        return dropped = std::make_shared<StreamPlan>(std::move(copy));
    }

    StreamPlanPtr as_wanted(const StreamPlan& plan) {
        StreamPlanPtr& made = made_[&plan];
        if (made) return made;
        const Giving& chosen = chosen_for(plan);
        std::vector<StreamPlanPtr> inputs = inputs_of(plan);
        for (size_t i = 0; i < inputs.size(); ++i) {
            inputs[i] = given(*inputs[i], chosen.wants_befores[i]);
        }
        auto copy = std::make_shared<StreamPlan>(plan);
        if (std::holds_alternative<Sink>(plan.node)) {
            copy->changes = inputs[0]->changes;
        } else if (!inputs.empty()) {
            copy->changes.befores = wanted_.contains(&plan) && plan.changes.afters;
        }
        copy->node = with_inputs(chosen.node, std::move(inputs));
        return made = std::move(copy);
    }

    const std::vector<StreamPlanPtr>& roots_;
    UpdateRows rows_;
    std::map<std::pair<const StreamPlan*, bool>, std::optional<Giving>> givings_;
    std::set<const StreamPlan*> met_;
    std::vector<const StreamPlan*> order_;  // inputs first
    std::set<const StreamPlan*> wanted_;    // with the rows before updates
    std::map<const StreamPlan*, StreamPlanPtr> made_;
    std::map<const StreamPlan*, StreamPlanPtr> dropped_;
};

}  // namespace

std::vector<StreamPlanPtr> with_befores_where_wanted(const std::vector<StreamPlanPtr>& plans,
                                                     UpdateRows rows) {
    return Changelog(plans, rows).of_roots();
}

}  // namespace tarn::sql
