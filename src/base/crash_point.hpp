// Places where a test has the process die as by `kill -9`, so that each step after which a crash
// would matter has a name: with CRASH_TARN_AT=epoch-written:3 the third time that it comes there.
#pragma once

#include <string_view>

namespace tarn {

void crash_point(std::string_view name);

}  // namespace tarn
