// Readers and Writers as Arrow's streams, so that Parquet reads and writes through any FileSystem.
// What they throw reaches Parquet as a Status; error_of in arrow_error.hpp brings it back.
#pragma once

#include <memory>

#include "storage/file_system.hpp"

namespace arrow::io {
class OutputStream;
class RandomAccessFile;
}  // namespace arrow::io

namespace tarn::storage {

// The object appears when the stream's Close() succeeds; destroyed without it, or after Abort(),
// the stream leaves nothing.
std::shared_ptr<arrow::io::OutputStream> arrow_output(std::unique_ptr<Writer> writer);

std::shared_ptr<arrow::io::RandomAccessFile> arrow_input(std::unique_ptr<Reader> reader);

}  // namespace tarn::storage
