// For tests: what tables bring and take by the word that declares them in tests/sql.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "sql/stream/table_traits.hpp"

namespace tarn::sql {

inline Changes changes_in(std::string_view text) {
    auto has = [&](std::string_view word) {
        return fmt::format(",{},", text).find(fmt::format(",{},", word)) != std::string::npos;
    };
    return {has("I"), has("UB"), has("UA"), has("D")};
}

// "sink", or "changing[I,UA,D]"
inline TableTraits traits_of(const std::string& kind) {
    size_t bracket = kind.find('[');
    std::string word = kind.substr(0, bracket);
    bool is_inserted = word == "table" || word == "lookup";
    Changes changes = is_inserted ? InsertsOnly : word == "sink" ? Upserts : AllChanges;
    if (bracket != std::string::npos) {
        changes = changes_in(kind.substr(bracket + 1, kind.size() - bracket - 2));
    }
    if (word == "sink") return {.takes = changes};
    return {.brings = changes, .can_look_up = word == "lookup"};
}

}  // namespace tarn::sql
