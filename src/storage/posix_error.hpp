// What the kernel's error numbers mean to Tarn.
#pragma once

#include <string_view>

#include "base/error.hpp"

namespace tarn::storage {

// "cannot write /data/x: No space left on device", with the code and the hint that fit `number`.
Error posix_error(int number, std::string_view doing, std::string_view path);

}  // namespace tarn::storage
