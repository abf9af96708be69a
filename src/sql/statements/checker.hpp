// All that is wrong in a file of statements, read from top to bottom as a session would run it.
#pragma once

#include "sql/statements/workspace.hpp"
#include "sql/stream/stream_plan.hpp"
#include "sql/syntax/parser.hpp"

namespace tarn::sql {

struct Checked {
    // In the order of the text.
    std::vector<Problem> problems;
    // What is right and may surprise: where a real Flink would do something else, what both do
    // that few expect, and what cannot be known without the network.
    std::vector<Problem> notes;
};

// What a query, an INSERT or the INSERTs of a statement set come to.
struct Planned {
    Span span;
    std::vector<PlanPtr> plans;
    std::vector<StreamPlanPtr> operators;  // of each, as it runs without end
};

// Called by the way, for what can be planned.
using OnPlanned = std::function<void(const Planned& planned)>;

Checked check(const Parsed& parsed, const OnPlanned& on_planned = {});

}  // namespace tarn::sql
