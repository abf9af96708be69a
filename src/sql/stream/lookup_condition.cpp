#include "sql/stream/lookup_condition.hpp"

#include "sql/plan/steps.hpp"
#include "sql/stream/operators.hpp"
#include "sql/stream/places.hpp"
#include "sql/values/arrow_types.hpp"

namespace tarn::sql {
namespace {

using namespace stream;

const StreamPlan* asked_source(const StreamPlan& plan) {
    if (const auto* source = std::get_if<TableSource>(&plan.node)) {
        return source->traits.can_look_up ? &plan : nullptr;
    }
    const auto* calc = std::get_if<Calc>(&plan.node);
    return calc ? asked_source(*calc->input) : nullptr;
}

// Which column of the source a column above it is; nothing for one that is computed.
std::optional<size_t> source_column(const StreamPlan& plan, size_t place) {
    const auto* calc = std::get_if<Calc>(&plan.node);
    if (!calc) return place;
    auto below = column_place(calc->values[place]);
    return below ? source_column(*calc->input, *below) : std::nullopt;
}

class KeysOfTable {
public:
    explicit KeysOfTable(const StreamPlan& source) : source_(source) {}

    // Whether the table can find it: not where values are stored in another way.
    bool add(size_t column, const Bound& value) {
        auto type = arrow_type(source_.columns[column].type);
        if (!arrow_type(value->type)->Equals(*type)) return false;
        found_.push_back({column, value});
        return true;
    }

    // `column = constant`, of columns of the plan that stand behind so many others.
    void add_constants(const StreamPlan& plan, const Bound& condition, size_t others) {
        if (!condition) return;
        for (const Bound& each : conjuncts_of(condition)) {
            auto comparison = comparison_of(each);
            if (!comparison || comparison->sign != "=") continue;
            add_constant(plan, comparison->left, comparison->right, others);
            add_constant(plan, comparison->right, comparison->left, others);
        }
    }

    std::vector<LookupKey> take() { return std::move(found_); }

private:
    void add_constant(const StreamPlan& plan, const Bound& side, const Bound& value,
                      size_t others) {
        auto place = column_place(side);
        const Column* constant = constant_of(value);
        if (!place || *place < others || !constant || constant->is_null(0)) return;
        if (auto column = source_column(plan, *place - others)) add(*column, value);
    }

    const StreamPlan& source_;
    std::vector<LookupKey> found_;
};

}  // namespace

LookupCondition lookup_condition(const JoinSides& sides, Span span) {
    const StreamPlan* source = asked_source(*sides.right);
    if (!source) {
        refuse(span, "a join with what is valid by the clock wants a table that can be asked",
               "a jdbc or an Iceberg table can; of a stream, join the versions by their rowtime");
    }
    KeysOfTable keys(*source);
    JoinOn rest{sides.on.kind, {}, sides.on.rest};
    for (const JoinKey& key : sides.on.keys) {
        auto column = source_column(*sides.right, key.right);
        const Type& type = sides.left->columns[key.left].type;
        bool is_asked = column && keys.add(*column, made(type, span, InputColumn{key.left}));
        if (!is_asked) rest.keys.push_back(key);
    }
    const StreamPlan* plan = sides.right.get();
    while (const auto* calc = std::get_if<Calc>(&plan->node)) {
        keys.add_constants(*calc->input, calc->condition, 0);
        plan = calc->input.get();
    }
    keys.add_constants(*sides.right, sides.on.rest, sides.left->columns.size());
    std::vector<LookupKey> asked_by = keys.take();
    if (asked_by.empty()) {
        refuse(span, "a table is looked up by its columns, and this join compares none with =",
               "a column that is cast or computed is none; cast what it is compared with");
    }
    return {std::move(asked_by), std::move(rest)};
}

}  // namespace tarn::sql
