// The names under which an epoch keeps the parts of a job. A name tells what the part is rather
// than where it stands in the plan, so that a job whose plan has changed finds what still fits:
//   operator GroupAggregate 0f3c…a1 9b20…44 1
// its kind, what people call it, the hash of what it does, the hash of that and of all that its
// rows come from, and which of several that are alike in all of this.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sql/stream/stream_plan.hpp"

namespace tarn::engine {

enum class PartKind { Operator, Step, Source, Sink, Rejects };

struct PartName {
    PartKind kind;
    std::string label;
    std::string own;
    std::string whole;
    std::string number;

    std::string text() const;
    // Nothing for parts that have other names.
    static std::optional<PartName> parse(std::string_view text);
    auto operator<=>(const PartName&) const = default;
};

// Names the parts of one job, one after the other.
class PartNames {
public:
    // A Step is an operator that remembers no more than how far time is.
    std::string of_operator(const sql::StreamPlan& plan);
    // By what it reads, whatever of it.
    std::string of_source(const sql::stream::TableSource& source);
    std::string of_sink(const sql::stream::Sink& sink);
    std::string of_rejects(const sql::stream::TableSource& source);

private:
    std::string next(PartKind kind, std::string label, std::string_view own,
                     std::string_view whole);

    std::map<PartName, int> counts_;  // of names without a number
};

// Those of the plans' operators, sources and sinks.
std::vector<std::string> part_names(const std::vector<sql::StreamPlanPtr>& plans);

// How the parts of an epoch fit a plan.
struct PlanFit {
    std::map<std::string, std::string> renamed = {};  // what they are called now
    // By their labels: operators that nobody goes on with, and those that begin with nothing.
    std::vector<std::string> forgotten = {};
    std::vector<std::string> fresh = {};
    bool is_exact = false;  // it is the same plan
};

// A part goes to where the same is done to the same rows, else to where the same is done to others.
PlanFit plan_fit(const std::vector<std::string>& before, const std::vector<std::string>& now);

// What becomes of a job whose last epoch is of another plan: it may go on with what still fits, or
// also forget what does not.
enum class PlanChange { Refused, Fitting, Forgetting };

// Throws Conflict where the change is not allowed.
void want_fit(const PlanFit& fit, PlanChange allowed);

}  // namespace tarn::engine
