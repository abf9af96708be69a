// Deletion vectors, by which tables of version 3 delete rows: the positions of the deleted rows of
// one data file, as a blob in a Puffin file that may hold many.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "iceberg/format/position_bitmap.hpp"
#include "iceberg/format/puffin.hpp"

namespace tarn::iceberg {

inline constexpr std::string_view DeletionVectorType = "deletion-vector-v1";

// Length, magic, bitmap and checksum.
Bytes deletion_vector_bytes(const PositionBitmap& positions);

// Throws Corrupt when the bytes are none, or not those that were written.
PositionBitmap parse_deletion_vector(BytesView bytes);

// Writes the vector of one data file; its place goes into the manifest (`content_offset`).
PuffinBlob add_deletion_vector(PuffinWriter& puffin, const std::string& data_file,
                               const PositionBitmap& positions);

}  // namespace tarn::iceberg
