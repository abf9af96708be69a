// Any bytes are a manifest list or refused. What reads as manifests and is written again reads back
// to the same manifests.
#include "base/assert.hpp"
#include "base/error.hpp"
#include "iceberg/format/manifest_list.hpp"

namespace {

using namespace tarn;
using namespace tarn::iceberg;

std::vector<ManifestFile> read(std::string_view bytes) {
    return read_manifest_list(arrow::Buffer::FromString(std::string(bytes)));
}

bool is_refusal(const Error& error) {
    return error.code() == ErrorCode::Corrupt || error.code() == ErrorCode::InvalidInput ||
           error.code() == ErrorCode::TooLarge;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::vector<ManifestFile> manifests;
    try {
        manifests = read({reinterpret_cast<const char*>(data), size});
    } catch (const Error& error) {
        TARN_ASSERT(is_refusal(error));
        return 0;
    }
    for (ManifestFile& manifest : manifests) {
        // Version 1 need not count, version 3 must.
        for (auto* files :
             {&manifest.added_files, &manifest.existing_files, &manifest.deleted_files}) {
            *files = files->value_or(0);
        }
        for (auto* rows : {&manifest.added_rows, &manifest.existing_rows, &manifest.deleted_rows}) {
            *rows = rows->value_or(0);
        }
        manifest.first_row_id = manifest.first_row_id.value_or(0);
    }
    SeededRandom random(1);
    auto written = write_manifest_list(
        manifests, {.format_version = 3, .snapshot_id = 1, .sequence_number = 9}, random);
    TARN_ASSERT(written.manifests == manifests);
    TARN_ASSERT(read(as_text(written.file)) == manifests);
    return 0;
}
