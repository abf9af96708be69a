#include <algorithm>

#include "http/header_values.hpp"
#include "s3/face.hpp"

namespace tarn::s3 {
namespace {

constexpr std::string_view DefaultType = "binary/octet-stream";

// What an answer about an object says of it.
void describe(http::Response& response, const ObjectInfo& info) {
    http::Headers& headers = response.headers;
    headers.set("Accept-Ranges", "bytes");
    headers.set("Last-Modified", http::http_date(info.modified_at));
    add_etag(response, info);
    headers.set("Content-Type", DefaultType);
    for (const auto& [name, value] : info.note.headers) headers.set(name, value);
}

// "response-content-type" and its kin, by which a link says what a browser is to make of it.
void override_headers(http::Response& response, const storage::NamesAndValues& query) {
    constexpr std::pair<std::string_view, std::string_view> Overrides[] = {
        {"response-content-type", "Content-Type"},
        {"response-content-language", "Content-Language"},
        {"response-expires", "Expires"},
        {"response-cache-control", "Cache-Control"},
        {"response-content-disposition", "Content-Disposition"},
        {"response-content-encoding", "Content-Encoding"}};
    for (const auto& [parameter, header] : Overrides) {
        for (const auto& [name, value] : query) {
            if (name == parameter) response.headers.set(header, value);
        }
    }
}

ObjectNote note_of(const Payload::Facts& facts, ObjectHeaders headers) {
    return {.size = facts.bytes,
            .etag = to_hex(facts.md5),
            .checksum = facts.checksum,
            .checksum_form = ChecksumForm::FullObject,
            .upload_id = {},
            .headers = std::move(headers)};
}

}  // namespace

awaitable<http::Response> Face::get_object(Ask& ask) {
    auto open = [this, &ask] {
        objects_.check_bucket(ask.address.bucket);
        return objects_.open(ask.object());
    };
    auto opened = co_await blocking_.run(open);
    if (!opened) throw Refusal(Code::NoSuchKey);
    const ObjectInfo& info = opened->info;
    const http::Headers& headers = ask.request.headers();

    http::Response response;
    describe(response, info);
    Verdict verdict = judge(read_conditions(headers), info.quoted_etag(), info.modified_at);
    if (verdict == Verdict::Failed) throw Refusal(Code::PreconditionFailed);
    if (verdict == Verdict::NotModified) {
        response.status = 304;
        response.headers.erase("Content-Type");
        co_return response;
    }

    auto size = static_cast<uint64_t>(info.size);
    http::ByteRange range{.first = 0, .count = size};
    auto asked = headers.find("Range");
    http::RangeAnswer wanted = asked ? http::parse_range(*asked, size) : http::WholeBody{};
    if (std::holds_alternative<http::Unsatisfiable>(wanted)) throw Refusal(Code::InvalidRange);
    if (ask.has("partNumber")) {
        // Parts leave no trace in an object, so the whole is the first and only one.
        if (asked) throw Refusal(Code::InvalidRequest, "Range and partNumber exclude each other.");
        if (ask.value("partNumber") != "1") throw Refusal(Code::InvalidPartNumber);
        if (size > 0) wanted = range;
        response.headers.set("x-amz-mp-parts-count", "1");
    }
    if (auto* part = std::get_if<http::ByteRange>(&wanted)) {
        range = *part;
        response.status = 206;
        response.headers.set("Content-Range", http::content_range(range, size));
    }
    bool is_whole = range.count == size;
    if (is_whole && headers.find("x-amz-checksum-mode") == "ENABLED") {
        add_checksum(response, info.note);
    }
    override_headers(response, ask.query);
    co_return co_await send(ask, std::move(*opened), std::move(response),
                            static_cast<int64_t>(range.first), static_cast<int64_t>(range.count));
}

awaitable<http::Response> Face::object_attributes(Ask& ask) {
    auto find = [this, &ask] {
        objects_.check_bucket(ask.address.bucket);
        return objects_.find(ask.object());
    };
    auto found = co_await blocking_.run(find);
    if (!found) throw Refusal(Code::NoSuchKey);
    XmlWriter xml("GetObjectAttributesResponse");
    std::string_view wanted = ask.request.header("x-amz-object-attributes").value_or("");
    if (wanted.empty()) {
        throw Refusal(Code::InvalidArgument, "x-amz-object-attributes names no attribute.");
    }
    while (!wanted.empty()) {
        std::string_view name = http::take_list_item(wanted);
        if (name == "ETag") {
            xml.add("ETag", found->note.etag);  // the one place where S3 has no quotes around it
        } else if (name == "Checksum" && found->note.checksum) {
            xml.open("Checksum");
            add_checksum(xml, found->note);
            xml.close();
        } else if (name == "ObjectSize") {
            xml.add("ObjectSize", std::to_string(found->size));
        } else if (name == "StorageClass") {
            xml.add("StorageClass", "STANDARD");
        } else if (name != "Checksum" && name != "ObjectParts") {
            throw Refusal(Code::InvalidArgument, "x-amz-object-attributes names no attribute.");
        }
    }
    http::Response response = xml_response(std::move(xml));
    response.headers.set("Last-Modified", http::http_date(found->modified_at));
    co_return response;
}

awaitable<http::Response> Face::put_object(Ask& ask) {
    const http::Headers& headers = ask.request.headers();
    Promise promise = promise_of(headers, ask.caller);
    ObjectHeaders kept = headers_to_keep(headers);
    WriteConditions conditions = write_conditions(headers);
    ObjectName name = ask.object();
    auto begin = [this, &name, &conditions] {
        objects_.check_bucket(name.bucket);
        objects_.check(name, conditions);
        return objects_.begin_write(name);
    };
    auto writer = co_await blocking_.run(begin);
    Payload::Facts facts = co_await receive(ask, std::move(promise), *writer);
    ObjectNote note = note_of(facts, std::move(kept));
    auto commit = [this, &name, &writer, &note, &conditions] {
        return objects_.commit(name, std::move(writer), note, conditions);
    };
    ObjectInfo info = co_await blocking_.run(commit);
    http::Response response;
    add_etag(response, info);
    add_checksum(response, info.note);
    co_return response;
}

awaitable<http::Response> Face::copy_object(Ask& ask) {
    const http::Headers& headers = ask.request.headers();
    std::string_view directive = headers.find("x-amz-metadata-directive").value_or("COPY");
    if (directive != "COPY" && directive != "REPLACE") {
        throw Refusal(Code::InvalidArgument, "x-amz-metadata-directive is COPY or REPLACE.");
    }
    ObjectHeaders kept = headers_to_keep(headers);
    WriteConditions conditions = write_conditions(headers);
    ObjectName name = ask.object();
    OpenObject source = co_await open_source(ask);
    if (source.name == name && directive == "COPY") {
        throw Refusal(Code::InvalidRequest,
                      "This copy request is illegal because it is trying to copy an object to "
                      "itself without changing the object's metadata.");
    }
    if (directive == "COPY") kept = source.info.note.headers;
    std::optional<HashKind> checksum;
    if (auto wanted = headers.find("x-amz-checksum-algorithm")) checksum = checksum_named(*wanted);
    if (!checksum && source.info.note.checksum) checksum = source.info.note.checksum->kind;

    auto begin = [this, &name, &conditions] {
        objects_.check_bucket(name.bucket);
        objects_.check(name, conditions);
        return objects_.begin_write(name);
    };
    auto writer = co_await blocking_.run(begin);
    int64_t size = source.info.size;
    Payload::Facts facts = co_await copy(std::move(source), 0, size, *writer, checksum);
    ObjectNote note = note_of(facts, std::move(kept));
    auto commit = [this, &name, &writer, &note, &conditions] {
        return objects_.commit(name, std::move(writer), note, conditions);
    };
    ObjectInfo info = co_await blocking_.run(commit);
    XmlWriter xml("CopyObjectResult");
    xml.add("LastModified", to_rfc3339(info.modified_at)).add("ETag", info.quoted_etag());
    add_checksum(xml, info.note);
    co_return xml_response(std::move(xml));
}

awaitable<http::Response> Face::delete_object(Ask& ask) {
    std::optional<std::string> if_match;
    if (auto wanted = ask.request.header("If-Match")) if_match = *wanted;
    auto remove = [this, &ask, &if_match] {
        objects_.check_bucket(ask.address.bucket);
        objects_.remove(ask.object(), if_match);
    };
    co_await blocking_.run(remove);
    co_return http::Response{.status = 204};
}

}  // namespace tarn::s3
