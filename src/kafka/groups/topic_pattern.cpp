#include "kafka/groups/topic_pattern.hpp"

#include <cctype>

#include "base/error.hpp"
#include "kafka/groups/topic_pattern_parser.hpp"

namespace tarn::kafka {
namespace {

using Instruction = TopicPattern::Instruction;
using Kind = Instruction::Kind;

class Compiler {
public:
    std::vector<Instruction> compiled(const PatternNode& root) {
        add(root);
        emit({.kind = Kind::Accept});
        return std::move(program_);
    }

private:
    void add(const PatternNode& node) {
        switch (node.kind) {
            case PatternNode::Kind::Nothing:
                return;
            case PatternNode::Kind::Take:
                emit({.kind = Kind::Take, .characters = node.characters});
                return;
            case PatternNode::Kind::Check:
                emit({.kind = Kind::Check, .place = node.place});
                return;
            case PatternNode::Kind::Sequence:
                for (const PatternNode& child : node.children) add(child);
                return;
            case PatternNode::Kind::Choice:
                return add_choice(node);
            case PatternNode::Kind::Repeat:
                return add_repeat(node);
        }
    }

    void add_choice(const PatternNode& node) {
        std::vector<uint32_t> jumps_to_end;
        for (size_t i = 0; i + 1 < node.children.size(); ++i) {
            uint32_t fork = emit({.kind = Kind::Fork});
            add(node.children[i]);
            jumps_to_end.push_back(emit({.kind = Kind::Jump}));
            program_[fork].target = here();
        }
        add(node.children.back());
        for (uint32_t jump : jumps_to_end) program_[jump].target = here();
    }

    void add_repeat(const PatternNode& node) {
        const PatternNode& body = node.children[0];
        for (int i = 0; i < node.min; ++i) {
            uint32_t before = here();
            add(body);
            if (here() == before) return;  // nothing, however often
        }
        if (node.max == PatternNode::Unlimited) {
            uint32_t fork = emit({.kind = Kind::Fork});
            add(body);
            emit({.kind = Kind::Jump, .target = fork});
            program_[fork].target = here();
            return;
        }
        std::vector<uint32_t> forks_to_end;
        for (int i = node.min; i < node.max; ++i) {
            forks_to_end.push_back(emit({.kind = Kind::Fork}));
            add(body);
        }
        for (uint32_t fork : forks_to_end) program_[fork].target = here();
    }

    uint32_t here() const { return static_cast<uint32_t>(program_.size()); }

    uint32_t emit(Instruction instruction) {
        if (program_.size() == TopicPattern::InstructionsMax) {
            throw Error(ErrorCode::InvalidInput, "the pattern is too large");
        }
        program_.push_back(instruction);
        return here() - 1;
    }

    std::vector<Instruction> program_;
};

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

bool stands_at(TopicPattern::Place place, std::string_view name, size_t position) {
    bool word_before = position > 0 && is_word(name[position - 1]);
    bool word_behind = position < name.size() && is_word(name[position]);
    switch (place) {
        case TopicPattern::Place::Begin:
            return position == 0;
        case TopicPattern::Place::End:
            return position == name.size();
        case TopicPattern::Place::WordBoundary:
            return word_before != word_behind;
        case TopicPattern::Place::NoWordBoundary:
            return word_before == word_behind;
    }
    return false;
}

// Every way through the program that the name so far leaves open, each instruction once.
class Ways {
public:
    Ways(const std::vector<Instruction>& program, std::string_view name)
        : program_(program), name_(name), seen_at_(program.size(), 0) {}

    // Those of `takes_`, followed up to where the next character is needed.
    void follow(std::vector<uint32_t> starts, size_t position) {
        takes_.clear();
        is_accepted_ = false;
        ++round_;
        while (!starts.empty()) {
            uint32_t at = starts.back();
            starts.pop_back();
            if (seen_at_[at] == round_) continue;
            seen_at_[at] = round_;
            const Instruction& instruction = program_[at];
            switch (instruction.kind) {
                case Kind::Take:
                    takes_.push_back(at);
                    break;
                case Kind::Fork:
                    starts.push_back(instruction.target);
                    starts.push_back(at + 1);
                    break;
                case Kind::Jump:
                    starts.push_back(instruction.target);
                    break;
                case Kind::Check:
                    if (stands_at(instruction.place, name_, position)) starts.push_back(at + 1);
                    break;
                case Kind::Accept:
                    is_accepted_ = true;
                    break;
            }
        }
    }

    std::vector<uint32_t> behind(char c) const {
        std::vector<uint32_t> next;
        auto number = static_cast<unsigned char>(c);
        for (uint32_t at : takes_) {
            const auto& wanted = program_[at].characters;
            if (number < wanted.size() && wanted[number]) next.push_back(at + 1);
        }
        return next;
    }

    bool are_over() const { return takes_.empty(); }
    bool is_accepted() const { return is_accepted_; }

private:
    const std::vector<Instruction>& program_;
    std::string_view name_;
    std::vector<uint32_t> seen_at_;  // the round in which an instruction was last followed
    uint32_t round_ = 0;
    std::vector<uint32_t> takes_;
    bool is_accepted_ = false;
};

}  // namespace

TopicPattern TopicPattern::parse(std::string_view pattern) {
    return TopicPattern(Compiler().compiled(parse_pattern(pattern)));
}

bool TopicPattern::matches(std::string_view name) const {
    Ways ways(program_, name);
    ways.follow({0}, 0);
    for (size_t i = 0; i < name.size(); ++i) {
        if (ways.are_over()) return false;
        ways.follow(ways.behind(name[i]), i + 1);
    }
    return ways.is_accepted();
}

}  // namespace tarn::kafka
