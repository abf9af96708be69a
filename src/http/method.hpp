// The methods that routes are declared for. Any other word a client sends is Other, which no route
// has, so that it is answered like a method the path does not know.
#pragma once

#include <string_view>

namespace tarn::http {

enum class Method { Get, Head, Post, Put, Delete, Patch, Options, Other };

// "GET"; "OTHER" for Other.
std::string_view name_of(Method method);

// Methods are case-sensitive: "get" is Other.
Method method_named(std::string_view name);

}  // namespace tarn::http
