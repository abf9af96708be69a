#include "iceberg/catalog/names.hpp"

#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.hpp"

namespace tarn::iceberg {
namespace {

void check_part(std::string_view part, std::string_view what) {
    auto refuse = [&](std::string_view reason) {
        return Error(ErrorCode::InvalidInput, "{} '{}': {}", what, part, reason);
    };
    if (part.empty()) throw refuse("it is empty");
    if (part.size() > NameBytesMax) {
        throw Error(ErrorCode::InvalidInput, "{} of {} bytes: {} are the most", what, part.size(),
                    NameBytesMax);
    }
    if (part.find('.') != part.npos) throw refuse("a dot parts the levels and cannot be in one");
    if (part.find('/') != part.npos) throw refuse("it becomes a folder and cannot have a slash");
    bool has_control = std::ranges::any_of(
        part, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
    if (has_control) throw refuse("it has a control character");
}

}  // namespace

std::string to_text(const Namespace& space) {
    return fmt::format("{}", fmt::join(space, "."));
}

std::string to_text(const TableName& name) {
    return name.space.empty() ? name.name : to_text(name.space) + "." + name.name;
}

Namespace split_levels(std::string_view text, char separator) {
    Namespace space;
    for (size_t begin = 0; begin <= text.size();) {
        size_t end = std::min(text.find(separator, begin), text.size());
        space.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return space;
}

Namespace parse_namespace(std::string_view text) {
    return text.empty() ? Namespace() : split_levels(text, '.');
}

void check_name(const Namespace& space) {
    if (space.empty()) throw Error(ErrorCode::InvalidInput, "a namespace has at least one level");
    if (space.size() > NamespaceLevelsMax) {
        throw Error(ErrorCode::InvalidInput, "namespace '{}': {} levels are the most",
                    to_text(space), NamespaceLevelsMax);
    }
    for (const std::string& level : space) check_part(level, "namespace");
}

void check_name(const TableName& name) {
    check_name(name.space);
    check_part(name.name, "name");
}

}  // namespace tarn::iceberg
