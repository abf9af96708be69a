#include "engine/pipeline/part_names.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/error.hpp"
#include "base/stable_hash.hpp"
#include "engine/pipeline/operators.hpp"
#include "sql/stream/signature.hpp"

namespace tarn::engine {
namespace {

// By the numbers of the kinds.
constexpr auto KindWords =
    std::to_array<std::string_view>({"operator", "step", "source", "sink", "rejects"});

// What a table of a connector stands for: another value of one of these is another table.
constexpr auto PlaceOptions = std::to_array<std::string_view>(
    {"connector", "topic", "topic-pattern", "path", "url", "table-name", "catalog-table"});

std::string place_of(const sql::StoredTable& table, const sql::Options& options) {
    std::string place = text_of(table.path);
    for (const auto& option : options) {
        if (std::ranges::find(PlaceOptions, option.key) == PlaceOptions.end()) continue;
        place += fmt::format("\n{}={}", option.key, option.value);
    }
    return place;
}

std::vector<PartName> parsed(const std::vector<std::string>& names) {
    std::vector<PartName> parts;
    for (const std::string& name : names) {
        if (auto part = PartName::parse(name)) parts.push_back(*std::move(part));
    }
    return parts;
}

bool matters(const PartName& part) {
    return part.kind == PartKind::Operator;
}

// Whether rejected records are kept is no part of what a job computes.
bool is_of_plan(const PartName& part) {
    return part.kind != PartKind::Rejects;
}

}  // namespace

std::string PartName::text() const {
    return fmt::format("{} {} {} {} {}", KindWords[static_cast<size_t>(kind)], label, own, whole,
                       number);
}

std::optional<PartName> PartName::parse(std::string_view text) {
    std::vector<std::string> words;
    for (size_t begin = 0; begin <= text.size();) {
        size_t end = std::min(text.find(' ', begin), text.size());
        words.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    constexpr size_t Words = 5;
    auto kind = std::ranges::find(KindWords, words.front());
    if (words.size() != Words || kind == KindWords.end()) return std::nullopt;
    return PartName{static_cast<PartKind>(kind - KindWords.begin()), words[1], words[2], words[3],
                    words[4]};
}

std::string PartNames::of_operator(const sql::StreamPlan& plan) {
    bool remembers = sql::state_of(plan).by != sql::OperatorState::Bounds::None;
    std::string label = sql::name_of(plan);
    return next(remembers ? PartKind::Operator : PartKind::Step, std::move(label),
                sql::own_signature(plan), sql::whole_signature(plan));
}

std::string PartNames::of_source(const sql::stream::TableSource& source) {
    std::string place = place_of(*source.table, source.options);
    return next(PartKind::Source, text_of(source.table->path), place, place);
}

std::string PartNames::of_sink(const sql::stream::Sink& sink) {
    std::string place = place_of(*sink.table, sink.options);
    return next(PartKind::Sink, text_of(sink.table->path), place, place);
}

std::string PartNames::of_rejects(const sql::stream::TableSource& source) {
    std::string place = place_of(*source.table, source.options);
    return next(PartKind::Rejects, text_of(source.table->path), place, place);
}

std::string PartNames::next(PartKind kind, std::string label, std::string_view own,
                            std::string_view whole) {
    // Words are told apart by spaces.
    std::ranges::replace(label, ' ', '_');
    PartName name{kind, std::move(label), fmt::format("{:016x}", stable_hash(own)),
                  fmt::format("{:016x}", stable_hash(whole)), ""};
    name.number = std::to_string(++counts_[name]);
    return name.text();
}

namespace {

class PlanParts {
public:
    void add(const sql::StreamPlan& plan) {
        if (!seen_.insert(&plan).second) return;
        for (const sql::StreamPlanPtr& input : fed_inputs(plan)) add(*input);
        std::string name = names_.of_operator(plan);
        if (has_operator(plan)) texts_.push_back(std::move(name));
        if (const auto* source = std::get_if<sql::stream::TableSource>(&plan.node)) {
            texts_.push_back(names_.of_source(*source));
        }
        if (const auto* sink = std::get_if<sql::stream::Sink>(&plan.node)) {
            texts_.push_back(names_.of_sink(*sink));
        }
    }

    std::vector<std::string> take() { return std::move(texts_); }

private:
    PartNames names_;
    std::set<const sql::StreamPlan*> seen_;
    std::vector<std::string> texts_;
};

}  // namespace

std::vector<std::string> part_names(const std::vector<sql::StreamPlanPtr>& plans) {
    PlanParts parts;
    for (const sql::StreamPlanPtr& plan : plans) parts.add(*plan);
    return parts.take();
}

PlanFit plan_fit(const std::vector<std::string>& before, const std::vector<std::string>& now) {
    PlanFit fit;
    std::vector<PartName> old_parts = parsed(before);
    std::vector<PartName> new_parts = parsed(now);
    auto take = [&](auto are_alike) {
        std::erase_if(old_parts, [&](const PartName& old_part) {
            auto found = std::ranges::find_if(
                new_parts, [&](const PartName& part) { return are_alike(old_part, part); });
            if (found == new_parts.end()) return false;
            fit.renamed[old_part.text()] = found->text();
            new_parts.erase(found);
            return true;
        });
    };
    take([](const PartName& a, const PartName& b) { return a == b; });
    fit.is_exact =
        std::ranges::none_of(old_parts, is_of_plan) && std::ranges::none_of(new_parts, is_of_plan);
    take([](const PartName& a, const PartName& b) {
        return a.kind == b.kind && a.own == b.own && a.whole == b.whole;
    });
    take([](const PartName& a, const PartName& b) { return a.kind == b.kind && a.own == b.own; });
    for (const PartName& part : old_parts) {
        if (matters(part)) fit.forgotten.push_back(part.label);
    }
    for (const PartName& part : new_parts) {
        if (matters(part)) fit.fresh.push_back(part.label);
    }
    return fit;
}

void want_fit(const PlanFit& fit, PlanChange allowed) {
    if (fit.is_exact || allowed == PlanChange::Forgetting) return;
    if (allowed == PlanChange::Refused) {
        throw Error(ErrorCode::Conflict, "what the job computes has changed since its last epoch")
            .with_hint(
                "`tarn job upgrade` goes on with what still fits; or give the job another name");
    }
    if (fit.forgotten.empty()) return;
    throw Error(ErrorCode::Conflict, "the new plan does not go on with what these remember: {}",
                fmt::join(fit.forgotten, ", "))
        .with_hint("--forget goes on without");
}

}  // namespace tarn::engine
