// JSON paths as Flink takes them: $.a.b, $['a b'], $[0], $[-1], $[0,2], $[1:3], $.*, $..name,
// $[?(@.price > 10)], $.a.length(), with `lax` or `strict` before them. Without a word a path is
// strict. A path without wildcards and the like leads to one value, another to an array of all that
// it finds.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "sql/functions/json_document.hpp"

namespace tarn::sql {

// What Flink's paths have and these do not: functions but length() and size().
class UnsupportedPath : public Error {
public:
    UnsupportedPath(std::string_view what, std::string_view path)
        : Error(ErrorCode::InvalidInput, "Tarn does not support {} in the JSON path {}", what,
                path) {}
};

// A filter that a value cannot be asked: an error in lax paths as well.
class JsonPathMisfit : public Error {
public:
    explicit JsonPathMisfit(std::string_view what) : Error(ErrorCode::InvalidInput, "{}", what) {}
};

class JsonFilter;

class JsonPath {
public:
    // What is counted over all the paths of a search, those in filters with it.
    struct Ways {
        size_t taken = 0;
    };

    // Throws InvalidInput for what is no path, UnsupportedPath for what is one in Flink only.
    static JsonPath parse(std::string_view text, int depth = 0);

    bool is_strict() const { return is_strict_; }
    bool is_definite() const;
    // Within a filter: with $ it begins at the document, with @ at the item.
    bool begins_at_root() const { return begins_at_root_; }

    // The place of what the path leads to, which may be a node that is added to the document.
    // Nothing when a definite path leads nowhere, or a step could not be taken. Throws
    // JsonPathMisfit.
    std::optional<uint32_t> find(JsonDocument& document) const;
    std::optional<uint32_t> find_from(JsonDocument& document, uint32_t start, Ways& ways) const;

private:
    struct Step {
        enum class Kind { Members, All, Elements, Slice, Filter, Length };

        Kind kind;
        bool is_deep = false;  // after ..
        std::vector<std::string> names = {};
        std::vector<int64_t> indices = {};
        std::optional<int64_t> from = {};
        std::optional<int64_t> to = {};
        std::shared_ptr<const JsonFilter> filter = {};
    };
    class Parser;
    class Walk;

    bool is_strict_ = true;
    bool begins_at_root_ = true;
    std::string text_;
    std::vector<Step> steps_;
};

}  // namespace tarn::sql
