// Puffin files: blobs, such as deletion vectors and sketches for statistics, and a footer that says
// where each one lies and what it is about.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace tarn::iceberg {

struct PuffinBlob {
    std::string type = {};
    // The columns that it was computed from, by field id.
    std::vector<int32_t> fields = {};
    // -1 where it belongs to none.
    int64_t snapshot_id = -1;
    int64_t sequence_number = -1;
    // Where it lies in the file.
    int64_t offset = 0;
    int64_t length = 0;
    // "zstd", "lz4".
    std::optional<std::string> compression = {};
    std::map<std::string, std::string> properties = {};

    bool operator==(const PuffinBlob& other) const = default;
};

struct PuffinFooter {
    std::vector<PuffinBlob> blobs = {};
    std::map<std::string, std::string> properties = {};

    bool operator==(const PuffinFooter& other) const = default;
};

class PuffinWriter {
public:
    PuffinWriter();

    // What is written, with its place.
    PuffinBlob add(PuffinBlob description, BytesView payload);

    // The properties of the file: "created-by".
    Bytes finish(std::map<std::string, std::string> properties);

private:
    Bytes file_;
    PuffinFooter footer_;
};

// How the end of each file looks, from which the size of its footer is read.
inline constexpr size_t PuffinTailBytes = 12;

// The size of the footer by the last bytes of a file. Throws Corrupt when it is no Puffin file.
int64_t puffin_footer_bytes(BytesView tail, int64_t file_bytes);

// `footer` is as many bytes of the end of a file as the function above says. Throws Corrupt for
// blobs that lie outside of the file, InvalidInput for a footer that is compressed.
PuffinFooter read_puffin_footer(BytesView footer, int64_t file_bytes);
// The same from the whole file.
PuffinFooter read_puffin_footer(BytesView file);

}  // namespace tarn::iceberg
