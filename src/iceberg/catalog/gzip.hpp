// Metadata files may be packed.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace tarn::iceberg {

Bytes gzipped(BytesView bytes);

// Throws Corrupt for what is no gzip, TooLarge beyond so many bytes; both begin with `what`.
std::string gunzipped(BytesView packed, size_t bytes_max, std::string_view what);

}  // namespace tarn::iceberg
