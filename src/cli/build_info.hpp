// Which Tarn this is, for `tarn version`, the status page and benchmark figures.
#pragma once

#include <string_view>

namespace tarn::cli {

std::string_view version();  // "0.1.0"
std::string_view commit();   // twelve digits, "-dirty" when the tree had changes

}  // namespace tarn::cli
