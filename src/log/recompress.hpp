// A batch with the same records under another codec: for topics whose compression.type is not
// "producer".
#pragma once

#include "base/bytes.hpp"
#include "log/record_batch.hpp"

namespace tarn::log {

// `batch` has passed check_batch(). All else that its header says stays.
Bytes recompress(BytesView batch, Codec codec);

}  // namespace tarn::log
