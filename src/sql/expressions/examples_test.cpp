// What holds for every entry of the registry of functions.
#include <gtest/gtest.h>

#include <set>

#include "sql/expressions/answer.hpp"

namespace tarn::sql {
namespace {

TEST(FunctionEntries, HaveExamplesThatAreTrue) {
    constexpr std::string_view Arrow = " → ";
    int tried = 0;
    for (const Function& function : all_functions()) {
        // What depends on chance or on the time is another each time.
        if (!function.is_deterministic) continue;
        size_t arrow = function.example.find(Arrow);
        ASSERT_NE(arrow, std::string_view::npos) << function.name;
        EXPECT_EQ(answer_to(std::string(function.example.substr(0, arrow))),
                  function.example.substr(arrow + Arrow.size()))
            << function.example;
        ++tried;
    }
    EXPECT_GT(tried, 100);
}

TEST(FunctionEntries, HaveNamesOfTheirOwnInEachTopic) {
    std::set<std::pair<std::string_view, Topic>> names;
    for (const Function& function : all_functions()) {
        EXPECT_TRUE(names.insert({function.name, function.topic}).second) << function.name;
        EXPECT_NE(find_function(function.name), nullptr) << function.name;
    }
}

}  // namespace
}  // namespace tarn::sql
