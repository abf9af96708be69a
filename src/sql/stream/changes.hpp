// The kinds of changes that the rows of a stream may be.
#pragma once

#include <string>

namespace tarn::sql {

struct Changes {
    bool inserts = false;
    bool befores = false;  // the row that an update takes away
    bool afters = false;   // the row that it puts there
    bool deletes = false;

    bool operator==(const Changes&) const = default;

    bool is_insert_only() const { return !befores && !afters && !deletes; }
    bool is_none() const { return !inserts && is_insert_only(); }

    Changes with(Changes other) const {
        return {inserts || other.inserts, befores || other.befores, afters || other.afters,
                deletes || other.deletes};
    }
    Changes without_befores() const { return {inserts, false, afters, deletes}; }
};

inline constexpr Changes InsertsOnly{.inserts = true};
inline constexpr Changes AllChanges{
    .inserts = true, .befores = true, .afters = true, .deletes = true};
inline constexpr Changes Upserts{.inserts = true, .afters = true, .deletes = true};

// What the reader of a query wants of updates: the rows that they put there, or those that they
// take away too.
enum class UpdateRows { Afters, Both };

// "I,UB,UA,D"
std::string text_of(Changes changes);

}  // namespace tarn::sql
