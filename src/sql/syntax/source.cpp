#include "sql/syntax/source.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace tarn::sql {
namespace {

// Of UTF-8: all bytes but those that continue a character.
size_t characters_in(std::string_view text) {
    return static_cast<size_t>(
        std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

Source::Source(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)), lines_{0} {
    if (text_.size() > BytesMax) {
        throw Error(ErrorCode::InvalidInput, "{}: a SQL text of {} bytes; {} are allowed", name_,
                    text_.size(), BytesMax);
    }
    for (size_t i = 0; i < text_.size(); ++i) {
        if (text_[i] == '\n') lines_.push_back(static_cast<uint32_t>(i + 1));
    }
}

std::string_view Source::text(Span span) const {
    TARN_ASSERT(span.begin <= span.end && span.end <= text_.size());
    return std::string_view(text_).substr(span.begin, span.end - span.begin);
}

Place Source::place_of(uint32_t position) const {
    auto next = std::ranges::upper_bound(lines_, position);
    uint32_t begin = *std::prev(next);
    return {.line = static_cast<size_t>(next - lines_.begin()),
            .column = 1 + characters_in(text({begin, position}))};
}

std::string_view Source::line_at(uint32_t position) const {
    auto next = std::ranges::upper_bound(lines_, position);
    uint32_t end = next == lines_.end() ? static_cast<uint32_t>(text_.size()) : *next;
    std::string_view line = text({*std::prev(next), end});
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

std::string Source::excerpt(Span span) const {
    std::string_view line = line_at(span.begin);
    auto line_begin = static_cast<uint32_t>(line.data() - text_.data());
    auto line_end = static_cast<uint32_t>(line_begin + line.size());
    uint32_t begin = std::min(span.begin, line_end);
    size_t carets = characters_in(text({begin, std::clamp(span.end, begin, line_end)}));
    // A tab stays one, so that the carets stand below whatever it is wide.
    std::string indent;
    for (char c : text({line_begin, begin})) {
        if ((c & 0xC0) != 0x80) indent += c == '\t' ? '\t' : ' ';
    }
    return fmt::format("{}\n{}{}", line, indent, std::string(std::max<size_t>(carets, 1), '^'));
}

std::string text_of(const Source& source, const Problem& problem) {
    Place place = source.place_of(problem.span.begin);
    std::string text =
        fmt::format("{}:{}:{}: {}", source.name(), place.line, place.column, problem.what);
    std::string excerpt = source.excerpt(problem.span);
    for (size_t begin = 0; begin <= excerpt.size();) {
        size_t end = std::min(excerpt.find('\n', begin), excerpt.size());
        text += "\n    " + excerpt.substr(begin, end - begin);
        begin = end + 1;
    }
    if (!problem.hint.empty()) text += "\n  " + problem.hint;
    return text;
}

void refuse(Span span, std::string what, std::string hint) {
    throw SqlError({span, std::move(what), std::move(hint)});
}

}  // namespace tarn::sql
