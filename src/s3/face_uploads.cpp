#include <algorithm>

#include "http/header_values.hpp"
#include "s3/face.hpp"
#include "s3/text.hpp"

namespace tarn::s3 {
namespace {

constexpr size_t PageMax = 1000;

int part_number(const std::string& text) {
    auto number = parse_number<int>(text);
    if (!number || *number < 1 || *number > PartNumberMax) {
        throw Refusal(Code::InvalidArgument,
                      "Part number must be an integer between 1 and 10000, inclusive");
    }
    return *number;
}

// max-parts, max-uploads and part-number-marker.
size_t limit_in(const std::string& text, std::string_view name, size_t fallback) {
    if (text.empty()) return fallback;
    auto number = parse_number<int>(text);
    if (!number || *number < 0) {
        throw Refusal(Code::InvalidArgument, fmt::format("{} is no number from 0 on.", name));
    }
    return static_cast<size_t>(*number);
}

void take_checksum_wish(const http::Headers& headers, Upload& upload) {
    if (auto name = headers.find("x-amz-checksum-algorithm")) {
        upload.checksum = checksum_named(*name);
        if (!upload.checksum) {
            throw Refusal(Code::InvalidRequest, "The checksum algorithm is not known here.");
        }
    }
    auto form = headers.find("x-amz-checksum-type");
    if (form && *form != "FULL_OBJECT" && *form != "COMPOSITE") {
        throw Refusal(Code::InvalidRequest, "The checksum type is FULL_OBJECT or COMPOSITE.");
    }
    // CRC64NVME has no other form.
    bool is_whole = form ? *form == "FULL_OBJECT" : upload.checksum == HashKind::Crc64Nvme;
    upload.checksum_form = is_whole ? ChecksumForm::FullObject : ChecksumForm::Composite;
}

std::vector<WantedPart> wanted_parts(const XmlElement& list) {
    if (list.name != "CompleteMultipartUpload") throw Refusal(Code::MalformedXml);
    std::vector<WantedPart> wanted;
    for (const XmlElement& part : list.children) {
        if (part.name != "Part") continue;
        auto number = parse_number<int>(part.text_of("PartNumber"));
        if (!number) throw Refusal(Code::MalformedXml);
        WantedPart one{.number = *number, .etag = std::string(part.text_of("ETag"))};
        for (HashKind kind : Checksums) {
            const XmlElement* value = part.child(checksum_element(kind));
            if (value) one.checksum = Checksum{.kind = kind, .value = value->text};
        }
        wanted.push_back(std::move(one));
    }
    bool is_too_long = wanted.size() > static_cast<size_t>(PartNumberMax);
    if (wanted.empty() || is_too_long) throw Refusal(Code::MalformedXml);
    return wanted;
}

// The range of the source that a part is copied from, "bytes=0-99"; all of it without one.
http::ByteRange source_range(const http::Headers& headers, uint64_t size) {
    auto text = headers.find("x-amz-copy-source-range");
    if (!text) return {.first = 0, .count = size};
    auto range = http::parse_range(*text, size);
    auto* bytes = std::get_if<http::ByteRange>(&range);
    if (!bytes) {
        throw Refusal(Code::InvalidArgument,
                      "x-amz-copy-source-range must be bytes=first-last within the source.");
    }
    return *bytes;
}

// The checksum of the whole that the client expects, if it says one.
std::optional<Checksum> expected_checksum(const http::Headers& headers) {
    for (HashKind kind : Checksums) {
        if (auto value = headers.find(checksum_header(kind))) {
            return Checksum{.kind = kind, .value = std::string(*value)};
        }
    }
    return std::nullopt;
}

}  // namespace

awaitable<http::Response> Face::create_upload(Ask& ask) {
    const http::Headers& headers = ask.request.headers();
    Upload upload{.name = ask.object(), .headers = headers_to_keep(headers)};
    take_checksum_wish(headers, upload);
    auto begin = [this, &upload] {
        objects_.check_bucket(upload.name.bucket);
        return uploads_.begin(upload);
    };
    upload = co_await blocking_.run(begin);
    XmlWriter xml("InitiateMultipartUploadResult");
    xml.add("Bucket", upload.name.bucket).add("Key", upload.name.key).add("UploadId", upload.id);
    http::Response response = xml_response(std::move(xml));
    if (upload.checksum) {
        response.headers.set("x-amz-checksum-algorithm", name_of(*upload.checksum));
        response.headers.set("x-amz-checksum-type", name_of(upload.checksum_form));
    }
    co_return response;
}

awaitable<Face::OpenPart> Face::begin_part(Ask& ask) {
    auto begin = [this, &ask] {
        objects_.check_bucket(ask.address.bucket);
        OpenPart open;
        open.upload = uploads_.find(ask.object(), ask.value("uploadId"));
        open.writer = uploads_.begin_part(open.upload, open.path);
        return open;
    };
    co_return co_await blocking_.run(begin);
}

awaitable<Part> Face::commit_part(OpenPart& open, int number, const Payload::Facts& facts) {
    auto commit = [this, &open, number, &facts] {
        return uploads_.commit_part(open.upload, number, std::move(open.writer), open.path, facts);
    };
    co_return co_await blocking_.run(commit);
}

awaitable<http::Response> Face::upload_part(Ask& ask) {
    int number = part_number(ask.value("partNumber"));
    Promise promise = promise_of(ask.request.headers(), ask.caller);
    OpenPart open = co_await begin_part(ask);
    if (!promise.checksum) promise.checksum = open.upload.checksum;
    Payload::Facts facts = co_await receive(ask, std::move(promise), *open.writer);
    Part part = co_await commit_part(open, number, facts);
    http::Response response;
    response.headers.set("ETag", part.quoted_etag());
    if (part.checksum) {
        response.headers.set(checksum_header(part.checksum->kind), part.checksum->value);
    }
    co_return response;
}

awaitable<http::Response> Face::copy_part(Ask& ask) {
    int number = part_number(ask.value("partNumber"));
    OpenObject source = co_await open_source(ask);
    http::ByteRange range =
        source_range(ask.request.headers(), static_cast<uint64_t>(source.info.size));
    OpenPart open = co_await begin_part(ask);
    Payload::Facts facts =
        co_await copy(std::move(source), static_cast<int64_t>(range.first),
                      static_cast<int64_t>(range.count), *open.writer, open.upload.checksum);
    Part part = co_await commit_part(open, number, facts);
    XmlWriter xml("CopyPartResult");
    xml.add("LastModified", to_rfc3339(part.modified_at)).add("ETag", part.quoted_etag());
    if (part.checksum) xml.add(checksum_element(part.checksum->kind), part.checksum->value);
    co_return xml_response(std::move(xml));
}

awaitable<http::Response> Face::complete_upload(Ask& ask) {
    const http::Headers& headers = ask.request.headers();
    WriteConditions conditions = write_conditions(headers);
    std::optional<Checksum> expected = expected_checksum(headers);
    std::string body = co_await receive_text(ask, ChecksumIs::OfObject);
    std::vector<WantedPart> wanted = wanted_parts(parse_xml(body));
    Upload upload;
    std::optional<ObjectInfo> info;
    auto begin = [this, &ask, &upload, &wanted, &conditions, &info] {
        ObjectName name = ask.object();
        objects_.check_bucket(name.bucket);
        // A client whose answer was lost asks again, and is told what it was told before.
        auto there = objects_.find(name);
        if (there && there->note.upload_id == ask.value("uploadId")) {
            info = there;
            return std::unique_ptr<Assembly>();
        }
        upload = uploads_.find(name, ask.value("uploadId"));
        objects_.check(name, conditions);
        return uploads_.begin_complete(upload, wanted);
    };
    auto assembly = co_await blocking_.run(begin);
    if (assembly) {
        auto step = [&assembly] { return assembly->step(); };
        bool has_more = true;
        while (has_more) has_more = co_await blocking_.run(step);
        bool is_other = expected && assembly->checksum() &&
                        assembly->checksum()->kind == expected->kind &&
                        *assembly->checksum() != *expected;
        if (is_other) throw Refusal(Code::BadDigest);
        auto commit = [this, &assembly, &upload, &conditions] {
            ObjectInfo made = assembly->commit(conditions);
            uploads_.abort(upload);
            return made;
        };
        info = co_await blocking_.run(commit);
    }
    XmlWriter xml("CompleteMultipartUploadResult");
    xml.add("Location", "/" + ask.address.bucket + "/" + ask.address.key)
        .add("Bucket", ask.address.bucket)
        .add("Key", ask.address.key)
        .add("ETag", info->quoted_etag());
    add_checksum(xml, info->note);
    co_return xml_response(std::move(xml));
}

awaitable<http::Response> Face::abort_upload(Ask& ask) {
    auto abort = [this, &ask] {
        objects_.check_bucket(ask.address.bucket);
        uploads_.abort(uploads_.find(ask.object(), ask.value("uploadId")));
    };
    co_await blocking_.run(abort);
    co_return http::Response{.status = 204};
}

awaitable<http::Response> Face::list_parts(Ask& ask) {
    size_t parts_max = std::min(limit_in(ask.value("max-parts"), "max-parts", PageMax), PageMax);
    size_t after = limit_in(ask.value("part-number-marker"), "part-number-marker", 0);
    Upload upload;
    auto list = [this, &ask, &upload] {
        objects_.check_bucket(ask.address.bucket);
        upload = uploads_.find(ask.object(), ask.value("uploadId"));
        return uploads_.parts(upload);
    };
    std::vector<Part> parts = co_await blocking_.run(list);
    std::erase_if(parts,
                  [&](const Part& part) { return static_cast<size_t>(part.number) <= after; });
    bool is_truncated = parts.size() > parts_max;
    if (is_truncated) parts.resize(parts_max);

    XmlWriter xml("ListPartsResult");
    xml.add("Bucket", upload.name.bucket)
        .add("Key", upload.name.key)
        .add("UploadId", upload.id)
        .add("StorageClass", "STANDARD")
        .add("PartNumberMarker", std::to_string(after))
        .add("NextPartNumberMarker", std::to_string(parts.empty() ? 0 : parts.back().number))
        .add("MaxParts", std::to_string(parts_max))
        .add("IsTruncated", is_truncated ? "true" : "false");
    if (upload.checksum) {
        xml.add("ChecksumAlgorithm", name_of(*upload.checksum));
        xml.add("ChecksumType", name_of(upload.checksum_form));
    }
    for (const Part& part : parts) {
        xml.open("Part")
            .add("PartNumber", std::to_string(part.number))
            .add("LastModified", to_rfc3339(part.modified_at))
            .add("ETag", part.quoted_etag())
            .add("Size", std::to_string(part.size));
        if (part.checksum) xml.add(checksum_element(part.checksum->kind), part.checksum->value);
        xml.close();
    }
    co_return xml_response(std::move(xml));
}

awaitable<http::Response> Face::list_uploads(Ask& ask) {
    size_t uploads_max =
        std::min(limit_in(ask.value("max-uploads"), "max-uploads", PageMax), PageMax);
    std::string prefix = ask.value("prefix"), after = ask.value("key-marker"),
                after_id = ask.value("upload-id-marker");
    auto list = [this, &ask] {
        objects_.check_bucket(ask.address.bucket);
        return uploads_.all(ask.address.bucket);
    };
    std::vector<Upload> uploads = co_await blocking_.run(list);
    std::erase_if(uploads, [&](const Upload& upload) {
        const std::string& key = upload.name.key;
        bool is_seen = key < after || (key == after && !after.empty() &&
                                       (after_id.empty() || upload.id <= after_id));
        return is_seen || !key.starts_with(prefix);
    });
    bool is_truncated = uploads.size() > uploads_max;
    if (is_truncated) uploads.resize(uploads_max);

    XmlWriter xml("ListMultipartUploadsResult");
    xml.add("Bucket", ask.address.bucket)
        .add("KeyMarker", after)
        .add("UploadIdMarker", after_id)
        .add("Prefix", prefix)
        .add("MaxUploads", std::to_string(uploads_max))
        .add("IsTruncated", is_truncated ? "true" : "false");
    if (is_truncated && !uploads.empty()) {
        xml.add("NextKeyMarker", uploads.back().name.key);
        xml.add("NextUploadIdMarker", uploads.back().id);
    }
    for (const Upload& upload : uploads) {
        xml.open("Upload")
            .add("Key", upload.name.key)
            .add("UploadId", upload.id)
            .add("StorageClass", "STANDARD")
            .add("Initiated", to_rfc3339(upload.started_at))
            .close();
    }
    co_return xml_response(std::move(xml));
}

}  // namespace tarn::s3
