// What S3 wants remembered with an object and a file system has no place for: its ETag, its
// checksum, its headers. It is the note of the object's file (storage::Disk::note). A file without
// one, or one that was changed in place since, is served all the same.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "http/headers.hpp"
#include "s3/payload.hpp"
#include "storage/sigv4.hpp"

namespace tarn::s3 {

enum class ChecksumForm { FullObject, Composite };
std::string_view name_of(ChecksumForm form);  // "FULL_OBJECT"

// Content-Type and its kin, and x-amz-meta-*; names in lower case.
using ObjectHeaders = storage::NamesAndValues;

struct ObjectNote {
    uint64_t size = 0;  // of the content this was written for
    std::string etag;   // without quotes
    std::optional<Checksum> checksum = {};
    ChecksumForm checksum_form = ChecksumForm::FullObject;
    std::string upload_id = {};  // of the multipart upload it came by
    ObjectHeaders headers = {};

    bool operator==(const ObjectNote&) const = default;
};

// What of a request's headers is kept. Throws Refusal when it is too much, or asks for what is not
// done here, such as encryption.
ObjectHeaders headers_to_keep(const http::Headers& headers);

// One "name value" a line.
Bytes encode(const ObjectNote& note);
// Nothing for bytes that encode() would not write.
std::optional<ObjectNote> decode_note(BytesView bytes);

}  // namespace tarn::s3
