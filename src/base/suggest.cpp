#include "base/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace tarn {
namespace {

// Damerau-Levenshtein distance of neighbours: inserted, dropped, changed or swapped characters.
size_t slips_between(std::string_view a, std::string_view b) {
    std::vector<size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    std::iota(last.begin(), last.end(), size_t{0});
    for (size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (size_t j = 1; j <= b.size(); ++j) {
            size_t changed = last[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, changed});
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        std::swap(before_last, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

}  // namespace

std::optional<std::string> nearest_name(std::string_view typed,
                                        std::span<const std::string> known) {
    // One slip in a short name, one more for each four characters.
    size_t allowed = 1 + typed.size() / 4;
    const std::string* nearest = nullptr;
    for (const std::string& name : known) {
        size_t slips = slips_between(typed, name);
        if (slips > allowed) continue;
        allowed = slips;
        // The first of several equally near names stays.
        if (!nearest || slips < slips_between(typed, *nearest)) nearest = &name;
    }
    return nearest ? std::optional(*nearest) : std::nullopt;
}

std::string name_hint(std::string_view typed, std::span<const std::string> known) {
    constexpr size_t names_shown_max = 8;
    if (auto nearest = nearest_name(typed, known))
        return fmt::format("did you mean '{}'?", *nearest);
    auto shown = known.first(std::min(known.size(), names_shown_max));
    return fmt::format("known: {}{}", fmt::join(shown, ", "),
                       known.size() > shown.size() ? ", …" : "");
}

}  // namespace tarn
