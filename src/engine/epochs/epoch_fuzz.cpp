// Whatever bytes a file of an epoch has, also with the right checksum, they are an epoch or
// refused.

#include "base/crc32c.hpp"
#include "base/error.hpp"
#include "engine/epochs/epoch_file.hpp"

using namespace tarn;
using namespace tarn::engine;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    Bytes bytes = copy_of(std::as_bytes(std::span(data, size)));
    for (bool with_checksum : {false, true}) {
        if (with_checksum) {
            uint32_t checksum = crc32c(bytes);
            BytesView number = std::as_bytes(std::span(&checksum, 1));
            bytes.insert(bytes.end(), number.begin(), number.end());
        }
        try {
            decoded_epoch(bytes);
        } catch (const Error&) {
        }
    }
    return 0;
}
