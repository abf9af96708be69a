// From the type of a number in SQL to the one in C++ that holds it.
#pragma once

#include <optional>

#include "sql/functions/kernel.hpp"

namespace tarn::sql {

// What `make` gives for a value of the C++ type; nothing for what is no plain number, as decimals
// are none.
template <typename Result = Kernel, typename Make>
std::optional<Result> for_number(const Type& type, Make make) {
    switch (type.kind) {
        case TypeKind::TinyInt:
            return make(int8_t{});
        case TypeKind::SmallInt:
            return make(int16_t{});
        case TypeKind::Int:
            return make(int32_t{});
        case TypeKind::BigInt:
            return make(int64_t{});
        case TypeKind::Float:
            return make(float{});
        case TypeKind::Double:
            return make(double{});
        default:
            return std::nullopt;
    }
}

}  // namespace tarn::sql
