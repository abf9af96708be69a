#include <map>

#include "sql/plan/steps.hpp"
#include "sql/plan/walk.hpp"
#include "sql/rewrite/passes.hpp"

namespace tarn::sql {
namespace {

// What those above read of a column: all of it, or of a row some fields.
struct FieldsRead {
    bool is_whole = false;
    std::set<std::string> fields;

    void add(const FieldsRead& other) {
        is_whole |= other.is_whole;
        fields.insert(other.fields.begin(), other.fields.end());
    }
};
using ReadColumns = std::vector<FieldsRead>;

// A field of a bare column: `bid.price`.
struct FieldOfColumn {
    size_t place;
    std::string name;
};

std::optional<FieldOfColumn> field_of_column(const Bound& value) {
    const auto* call = std::get_if<BoundCall>(&value->node);
    if (!call || !call->name.starts_with('.') || call->arguments.size() != 1) return {};
    const Bound& row = call->arguments[0];
    auto place = column_place(row);
    if (!place || row->type.kind != TypeKind::Row) return {};
    return FieldOfColumn{*place, call->name.substr(1)};
}

void add_reads(ReadColumns& columns, const Bound& value) {
    Bound others = with_replaced(value, [&](const Bound& part) -> Bound {
        auto field = field_of_column(part);
        if (!field) return nullptr;
        columns[field->place].fields.insert(field->name);
        return null_of(part->type, part->span);
    });
    for (size_t place : places_read(others)) columns[place].is_whole = true;
}

// Fields are followed through the steps that stand between a table and the views on it.
class ScanFields {
public:
    // Called for all plans before the first one is changed.
    void look_at(const PlanPtr& plan) { look_at(plan, all_of(*plan)); }

    PlanPtr with_fields(const PlanPtr& plan) {
        if (const auto* scan = std::get_if<Scan>(&plan->node)) return with_fields(*scan, plan);
        std::vector<PlanPtr> inputs = inputs_of(*plan);
        for (PlanPtr& input : inputs) input = with_fields(input);
        return with_inputs(plan, inputs);
    }

private:
    static ReadColumns all_of(const Plan& plan) {
        return ReadColumns(plan.columns.size(), {.is_whole = true, .fields = {}});
    }

    void look_at(const PlanPtr& plan, const ReadColumns& read) {
        std::visit([&](const auto& step) { look_at(step, plan, read); }, plan->node);
    }

    template <typename Step>
    void look_at(const Step&, const PlanPtr& plan, const ReadColumns&) {
        for (const PlanPtr& input : inputs_of(*plan)) look_at(input);
    }

    void look_at(const Scan&, const PlanPtr& plan, const ReadColumns& read) {
        ReadColumns& by_all = read_[plan.get()];
        by_all.resize(read.size());
        for (size_t i = 0; i < read.size(); ++i) by_all[i].add(read[i]);
    }

    void look_at(const Project& step, const PlanPtr&, const ReadColumns& read) {
        ReadColumns below(step.input->columns.size());
        for (size_t i = 0; i < step.values.size(); ++i) {
            auto place = column_place(step.values[i]);
            place ? below[*place].add(read[i]) : add_reads(below, step.values[i]);
        }
        look_at(step.input, below);
    }

    void look_at(const Filter& step, const PlanPtr&, ReadColumns read) {
        add_reads(read, step.condition);
        look_at(step.input, read);
    }

    void look_at(const AssignWatermark& step, const PlanPtr&, ReadColumns read) {
        read[step.column].is_whole = true;
        add_reads(read, step.value);
        look_at(step.input, read);
    }

    // A scan that several read stays one.
    PlanPtr with_fields(const Scan& scan, const PlanPtr& plan) {
        PlanPtr& known = knowing_[plan.get()];
        if (known) return known;
        Scan knowing = scan;
        knowing.fields = fields_of(plan);
        return known = made(plan->span, plan->columns, std::move(knowing));
    }

    FieldsOfColumns fields_of(const PlanPtr& scan) const {
        FieldsOfColumns found;
        const ReadColumns& read = read_.at(scan.get());
        for (size_t i = 0; i < read.size(); ++i) {
            bool is_row = scan->columns[i].type.kind == TypeKind::Row;
            if (is_row && !read[i].is_whole) found[i] = read[i].fields;
        }
        return found;
    }

    std::map<const Plan*, ReadColumns> read_;
    std::map<const Plan*, PlanPtr> knowing_;
};

}  // namespace

std::vector<PlanPtr> with_scan_fields(const std::vector<PlanPtr>& plans) {
    ScanFields fields;
    for (const PlanPtr& plan : plans) fields.look_at(plan);
    std::vector<PlanPtr> all;
    for (const PlanPtr& plan : plans) all.push_back(fields.with_fields(plan));
    return all;
}

}  // namespace tarn::sql
