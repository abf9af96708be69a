// Times as numbers of some unit.
#pragma once

#include <arrow/type_fwd.h>

#include <array>
#include <cstdint>

namespace tarn::columns {

constexpr int64_t units_per_second(arrow::TimeUnit::type unit) {
    constexpr std::array<int64_t, 4> Units = {1, 1'000, 1'000'000, 1'000'000'000};
    return Units[unit];
}

struct Split {
    int64_t whole;
    int64_t rest;
};

// Rounds down, also before 1970: half a second before it is in the second before it.
constexpr Split floor_divide(int64_t value, int64_t by) {
    int64_t whole = value / by - (value % by < 0);
    return {whole, value - whole * by};
}

}  // namespace tarn::columns
