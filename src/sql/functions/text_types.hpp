// The types that Flink gives to texts made of other texts.
#pragma once

#include <algorithm>

#include "sql/functions/function.hpp"

namespace tarn::sql {

inline Type type_of_first(Arguments arguments) {
    Type first = arguments.front().type;
    return is_text(first) ? first : string_type();
}

// VARCHAR as long as the first argument, which may be a CHAR.
inline Type varying_as_first(Arguments arguments) {
    return type_with(TypeKind::VarChar, type_of_first(arguments).precision);
}

// VARCHAR as long as the first two together.
inline Type varying_as_first_two(Arguments arguments) {
    int64_t length = 0;
    for (const Argument& argument : arguments.first(2)) {
        length += is_text(argument.type) ? argument.type.precision : Type::LengthMax;
    }
    return type_with(TypeKind::VarChar,
                     static_cast<int>(std::min<int64_t>(length, Type::LengthMax)));
}

}  // namespace tarn::sql
