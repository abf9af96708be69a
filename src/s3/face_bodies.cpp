// How bodies move between a client and the disk: in pieces, at the pace of the slower side.
#include <algorithm>

#include "http/target.hpp"
#include "s3/copying.hpp"
#include "s3/face.hpp"

namespace tarn::s3 {
namespace {

// What is gathered, or read, before a thread of the pool is asked for: the memory that one transfer
// takes.
constexpr size_t PieceBytes = 256 * 1024;
// Bodies that are parsed and so held as a whole: a thousand keys of the longest, in XML.
constexpr uint64_t TextBytesMax = 4 * 1024 * 1024;

}  // namespace

class Face::Transfer {
public:
    explicit Transfer(Face& face) : face_(face) {
        if (++face_.transfers_ <= face_.settings_.transfers_max) return;
        --face_.transfers_;
        throw Refusal(Code::SlowDown);
    }
    ~Transfer() { --face_.transfers_; }
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

private:
    Face& face_;
};

namespace {

// Keeps the text that a body is.
class TextWriter : public storage::Writer {
public:
    std::string text;

private:
    void write_next(BytesView bytes) override { text += as_text(bytes); }
    void close_whole() override {}
};

}  // namespace

awaitable<Payload::Facts> Face::receive(Ask& ask, Promise promise, storage::Writer& writer) {
    if (!promise.length) throw Refusal(Code::MissingContentLength);
    if (*promise.length > settings_.object_bytes_max) throw Refusal(Code::EntityTooLarge);
    Transfer transfer(*this);
    Payload payload(std::move(promise), [&writer](BytesView content) { writer.write(content); });
    Bytes gathered;
    bool has_more = true;
    while (has_more) {
        std::optional<Bytes> chunk = co_await ask.request.next_chunk();
        has_more = chunk.has_value();
        if (chunk) gathered.insert(gathered.end(), chunk->begin(), chunk->end());
        if (gathered.size() < PieceBytes && has_more) continue;
        bytes_received_.Increment(static_cast<double>(gathered.size()));
        auto add = [&payload, &gathered] { payload.add(gathered); };
        co_await blocking_.run(add);
        gathered.clear();
    }
    co_return payload.finish();
}

awaitable<std::string> Face::receive_text(Ask& ask, ChecksumIs checksum) {
    Promise promise = promise_of(ask.request.headers(), ask.caller, checksum);
    if (!promise.length) promise.length = 0;
    if (*promise.length > TextBytesMax) {
        throw Refusal(Code::MalformedXml, "The XML is longer than is allowed here.");
    }
    TextWriter writer;
    co_await receive(ask, std::move(promise), writer);
    co_return std::move(writer.text);
}

awaitable<http::Response> Face::send(Ask& ask, OpenObject opened, http::Response head,
                                     int64_t offset, int64_t length) {
    bool is_head = ask.request.method() == http::Method::Head;
    if (!is_head) bytes_sent_.Increment(static_cast<double>(length));
    auto reader = std::shared_ptr<storage::Reader>(std::move(opened.reader));
    if (!is_head && length <= static_cast<int64_t>(PieceBytes)) {
        auto read = [&reader, offset, length] { return reader->read_at(offset, length); };
        Bytes bytes = co_await blocking_.run(read);
        if (static_cast<int64_t>(bytes.size()) != length) throw Refusal(Code::InternalError);
        head.body = http::SharedBytes(std::move(bytes));
        co_return head;
    }
    auto transfer = is_head ? nullptr : std::make_shared<Transfer>(*this);
    auto stream = [](runtime::BlockingPool& blocking, std::shared_ptr<storage::Reader> reader,
                     std::shared_ptr<Transfer>, int64_t offset, int64_t length,
                     http::BodyWriter& writer) -> awaitable<void> {
        int64_t end = offset + length;
        while (offset < end) {
            int64_t count = std::min(end - offset, static_cast<int64_t>(PieceBytes));
            auto read = [&reader, offset, count] { return reader->read_at(offset, count); };
            Bytes bytes = co_await blocking.run(read);
            if (bytes.empty()) {
                throw Error(ErrorCode::Corrupt, "a file became shorter while it was sent");
            }
            offset += static_cast<int64_t>(bytes.size());
            co_await writer.write(std::move(bytes));
        }
    };
    head.body =
        http::BodyStream{.write =
                             [stream, &blocking = blocking_, reader, transfer, offset,
                              length](http::BodyWriter& writer) {
                                 return stream(blocking, reader, transfer, offset, length, writer);
                             },
                         .content_length = static_cast<uint64_t>(length)};
    co_return head;
}

awaitable<OpenObject> Face::open_source(Ask& ask) {
    const http::Headers& headers = ask.request.headers();
    std::string_view named = headers.find("x-amz-copy-source").value_or("");
    std::string_view version = named.substr(std::min(named.find('?'), named.size()));
    named.remove_suffix(version.size());
    if (!version.empty() && version != "?versionId=null") throw Refusal(Code::NoSuchVersion);
    std::string source = http::percent_decoded(named).value_or("");
    if (source.starts_with('/')) source.erase(0, 1);
    size_t slash = source.find('/');
    if (slash == std::string::npos || slash + 1 == source.size()) {
        throw Refusal(Code::InvalidArgument, "x-amz-copy-source must be bucket/key.");
    }
    ObjectName name{source.substr(0, slash), source.substr(slash + 1)};
    auto open = [this, &name] {
        objects_.check_bucket(name.bucket);
        return objects_.open(name);
    };
    auto opened = co_await blocking_.run(open);
    if (!opened) throw Refusal(Code::NoSuchKey);
    auto conditions = read_conditions(headers, "x-amz-copy-source-");
    if (judge(conditions, opened->info.quoted_etag(), opened->info.modified_at) != Verdict::Holds) {
        throw Refusal(Code::PreconditionFailed);
    }
    co_return std::move(*opened);
}

awaitable<Payload::Facts> Face::copy(OpenObject source, int64_t offset, int64_t length,
                                     storage::Writer& to, std::optional<HashKind> checksum) {
    Transfer transfer(*this);
    Copying copying(std::move(source.reader), offset, length, to, checksum);
    auto step = [&copying] { return copying.step(); };
    bool has_more = true;
    while (has_more) has_more = co_await blocking_.run(step);
    co_return copying.facts();
}

}  // namespace tarn::s3
