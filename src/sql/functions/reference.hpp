// The reference of the built-in functions, docs/sql-functions.md, made from the registry.
#pragma once

#include <string>
#include <string_view>

#include "sql/functions/function.hpp"

namespace tarn::sql {

// "Text", "Times", …
std::string_view name_of(Topic topic);

// A topic of another registry, that of a later folder.
struct ReferenceTopic {
    struct Entry {
        std::string_view usage;
        std::string_view text;
        std::string_view example;
    };

    std::string_view name;
    std::vector<Entry> entries;
};

// The functions by their topics, then the topics that are handed in.
std::string reference_page(const std::vector<ReferenceTopic>& further);

}  // namespace tarn::sql
