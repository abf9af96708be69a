// The calendar of java.util: Caesar's up to 1582-10-04 and Pope Gregory's from the day after, which
// is 1582-10-15.
#pragma once

#include "sql/values/moments.hpp"

namespace tarn::sql {

CivilDate mixed_date(int64_t days);
// Months and days beyond theirs count on.
int64_t mixed_days(int64_t year, int64_t month, int64_t day);

}  // namespace tarn::sql
