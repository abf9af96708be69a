// A regular expression over the names of topics, as members of consumer groups subscribe with. The
// syntax is RE2's, which Kafka's brokers take; a pattern has to match the whole name.
//
// Whoever may join a group may send one, so matching walks all ways through the pattern at once:
// the time is at most the length of the name times the size of the pattern, and both have a bound.
// RE2 itself cannot be linked beside Arrow (docs/adr/0001), and std::regex takes exponential time.
//
// Names of topics are ASCII. What a pattern says of other characters is checked and matches none.
#pragma once

#include <bitset>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tarn::kafka {

class TopicPattern {
public:
    static constexpr size_t InstructionsMax = 1000;

    // Throws InvalidInput that says what is wrong and where.
    static TopicPattern parse(std::string_view pattern);

    bool matches(std::string_view name) const;

    using Characters = std::bitset<128>;
    enum class Place { Begin, End, WordBoundary, NoWordBoundary };
    // The pattern as a small machine: instructions follow one another save where one says
    // otherwise.
    struct Instruction {
        enum class Kind { Take, Fork, Jump, Check, Accept };

        Kind kind = Kind::Accept;
        Characters characters = {};  // Take: one of these, and go on
        uint32_t target = 0;         // Fork: go on here as well; Jump: here only
        Place place = Place::Begin;  // Check: go on if we stand there
    };

private:
    explicit TopicPattern(std::vector<Instruction> program) : program_(std::move(program)) {}

    std::vector<Instruction> program_;
};

}  // namespace tarn::kafka
