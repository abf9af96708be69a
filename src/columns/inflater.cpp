#include "columns/inflater.hpp"

#include <libdeflate.h>

#include <algorithm>

#include "base/error.hpp"

namespace tarn::columns {

Inflater::Inflater() : decompressor_(libdeflate_alloc_decompressor()) {
    if (!decompressor_) throw Error(ErrorCode::Internal, "libdeflate has no memory");
}

void Inflater::Free::operator()(libdeflate_decompressor* decompressor) const {
    libdeflate_free_decompressor(decompressor);
}

BytesView Inflater::inflate(BytesView packed, size_t bytes_max, std::string_view what) {
    constexpr size_t first_bytes = 64 << 10;
    if (unpacked_.empty()) unpacked_.resize(std::min(first_bytes, bytes_max));
    while (true) {
        size_t size = 0;
        auto result =
            libdeflate_deflate_decompress(decompressor_.get(), packed.data(), packed.size(),
                                          unpacked_.data(), unpacked_.size(), &size);
        if (result == LIBDEFLATE_SUCCESS) return BytesView(unpacked_).first(size);
        if (result != LIBDEFLATE_INSUFFICIENT_SPACE) {
            throw Error(ErrorCode::Corrupt, "{} does not unpack", what);
        }
        if (unpacked_.size() >= bytes_max) {
            throw Error(ErrorCode::TooLarge, "{} unpacks to more than {} bytes", what, bytes_max);
        }
        unpacked_.resize(std::min(2 * unpacked_.size(), bytes_max));
    }
}

}  // namespace tarn::columns
