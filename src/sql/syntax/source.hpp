// A SQL text with its name, and what can be wrong with it. Every piece of a syntax tree knows the
// span of text it came from, so that whoever finds a fault, parser, binder or engine, can show it:
//
//   trades.sql:4:8: unknown column 'pric'
//       SELECT pric FROM trades
//              ^^^^
//     did you mean 'price'?
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace tarn::sql {

// From one byte to before another.
struct Span {
    uint32_t begin = 0;
    uint32_t end = 0;
};

inline Span joined(Span first, Span last) {
    return {first.begin, last.end};
}

// As people count: from 1, columns in characters.
struct Place {
    size_t line = 1;
    size_t column = 1;
};

class Source {
public:
    // Longer texts are refused, InvalidInput.
    static constexpr size_t BytesMax = 16 << 20;

    Source(std::string name, std::string text);

    const std::string& name() const { return name_; }
    std::string_view text() const { return text_; }
    std::string_view text(Span span) const;
    Place place_of(uint32_t position) const;
    // The line of the span's begin, and carets below what of the span is in it.
    std::string excerpt(Span span) const;

private:
    std::string_view line_at(uint32_t position) const;

    std::string name_;
    std::string text_;
    std::vector<uint32_t> lines_;  // where each begins
};

struct Problem {
    Span span;
    std::string what;
    std::string hint = {};
};

// All of it, as in the example above, without an end of line.
std::string text_of(const Source& source, const Problem& problem);

// What ends the reading of one statement.
class SqlError : public Error {
public:
    explicit SqlError(Problem problem)
        : Error(ErrorCode::InvalidInput, "{}", problem.what), problem_(std::move(problem)) {}

    const Problem& problem() const { return problem_; }

private:
    Problem problem_;
};

// Throws it.
[[noreturn]] void refuse(Span span, std::string what, std::string hint = {});

}  // namespace tarn::sql
