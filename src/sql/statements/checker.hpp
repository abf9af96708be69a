// All that is wrong in a file of statements, read from top to bottom as a session would run it.
#pragma once

#include "sql/plan/plan.hpp"
#include "sql/statements/workspace.hpp"
#include "sql/syntax/parser.hpp"

namespace tarn::sql {

struct Checked {
    // In the order of the text.
    std::vector<Problem> problems;
    // What is right and may surprise: where a real Flink would do something else, what both do
    // that few expect, and what cannot be known without the network.
    std::vector<Problem> notes;
};

// What each query and INSERT comes to, by the way.
using OnPlan = std::function<void(const PlanPtr& plan, Span span)>;

Checked check(const Parsed& parsed, const OnPlan& on_plan = {});

}  // namespace tarn::sql
