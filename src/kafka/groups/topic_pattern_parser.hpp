// RE2's syntax: text to a tree. See topic_pattern.hpp for what the tree is for.
#pragma once

#include <string_view>
#include <vector>

#include "kafka/groups/topic_pattern.hpp"

namespace tarn::kafka {

struct PatternNode {
    enum class Kind { Nothing, Take, Check, Sequence, Choice, Repeat };

    static constexpr int Unlimited = -1;

    Kind kind = Kind::Nothing;
    TopicPattern::Characters characters = {};
    TopicPattern::Place place = TopicPattern::Place::Begin;
    std::vector<PatternNode> children = {};
    int min = 0;  // of a Repeat
    int max = Unlimited;
};

// Throws InvalidInput that says what is wrong and where.
PatternNode parse_pattern(std::string_view pattern);

}  // namespace tarn::kafka
