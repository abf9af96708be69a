#include "engine/pipeline/part_names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace tarn::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

// "operator Sum own whole 1", of short words.
std::string part(const std::string& kind, const std::string& label, const std::string& own,
                 const std::string& whole, int number = 1) {
    return fmt::format("{} {} {} {} {}", kind, label, own, whole, number);
}

TEST(PartName, is_read_as_it_is_written) {
    std::string text = part("operator", "Join:LeftOuterJoin", "a1", "b2", 3);
    auto name = PartName::parse(text);
    ASSERT_TRUE(name);
    EXPECT_EQ(name->kind, PartKind::Operator);
    EXPECT_EQ(name->label, "Join:LeftOuterJoin");
    EXPECT_EQ(name->text(), text);
    for (const char* other : {"", "counts", "operator Sum a b", "thing Sum a b 1", "source 0"}) {
        EXPECT_FALSE(PartName::parse(other)) << other;
    }
}

TEST(PlanFit, is_exact_for_the_same_parts) {
    std::vector<std::string> parts{part("operator", "Sum", "a", "b"),
                                   part("operator", "Sum", "a", "b", 2),
                                   part("sink", "t", "c", "c")};
    EXPECT_TRUE(plan_fit(parts, parts).is_exact);
    parts.push_back("counts");
    EXPECT_TRUE(plan_fit(parts, {parts.begin(), parts.end() - 1}).is_exact);
}

TEST(PlanFit, does_not_mind_who_keeps_rejected_records) {
    std::string sink = part("sink", "t", "c", "c");
    EXPECT_TRUE(plan_fit({sink, part("rejects", "s", "d", "d")}, {sink}).is_exact);
    EXPECT_TRUE(plan_fit({sink}, {sink, part("rejects", "s", "d", "d")}).is_exact);
    EXPECT_FALSE(plan_fit({sink}, {sink, part("source", "s", "d", "d")}).is_exact);
}

TEST(PlanFit, gives_what_a_part_remembers_to_where_the_same_is_done) {
    // The rows before it have become others, as by a filter.
    std::string before = part("operator", "Sum", "a", "b");
    std::string now = part("operator", "Sum", "a", "c");
    PlanFit fit = plan_fit({before}, {now});
    EXPECT_FALSE(fit.is_exact);
    EXPECT_THAT(fit.renamed, ElementsAre(Pair(before, now)));
    EXPECT_THAT(fit.forgotten, IsEmpty());
    EXPECT_THAT(fit.fresh, IsEmpty());
}

TEST(PlanFit, looks_for_the_same_rows_first) {
    std::string of_b = part("operator", "Sum", "a", "b");
    std::string of_c = part("operator", "Sum", "a", "c");
    std::string of_d = part("operator", "Sum", "a", "d");
    PlanFit fit = plan_fit({of_b, of_c}, {of_d, of_b});
    EXPECT_THAT(fit.renamed, ElementsAre(Pair(of_b, of_b), Pair(of_c, of_d)));
}

TEST(PlanFit, tells_of_operators_that_find_nobody) {
    PlanFit fit = plan_fit({part("operator", "Sum", "a", "b"), part("step", "Calc", "a", "b"),
                            part("source", "t", "a", "a")},
                           {part("operator", "Count", "c", "d"), part("step", "Calc", "e", "f")});
    EXPECT_THAT(fit.forgotten, ElementsAre("Sum"));
    EXPECT_THAT(fit.fresh, ElementsAre("Count"));
}

TEST(PlanFit, does_not_mix_kinds) {
    PlanFit fit = plan_fit({part("source", "t", "a", "a")}, {part("sink", "t", "a", "a")});
    EXPECT_THAT(fit.renamed, IsEmpty());
}

std::string refusal(const PlanFit& fit, PlanChange allowed) {
    try {
        want_fit(fit, allowed);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

TEST(PlanFit, is_wanted_as_far_as_the_change_allows) {
    PlanFit moved{.renamed = {{"a", "b"}}};
    PlanFit forgetting{.forgotten = {"Sum", "Join"}};
    EXPECT_EQ(refusal({.is_exact = true}, PlanChange::Refused), "");
    EXPECT_THAT(refusal(moved, PlanChange::Refused), HasSubstr("has changed"));
    EXPECT_EQ(refusal(moved, PlanChange::Fitting), "");
    EXPECT_THAT(refusal(forgetting, PlanChange::Fitting), HasSubstr("Sum, Join"));
    EXPECT_EQ(refusal(forgetting, PlanChange::Forgetting), "");
}

}  // namespace
}  // namespace tarn::engine
