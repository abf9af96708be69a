#include "storage/s3_client.hpp"

#include <openssl/evp.h>

#include <algorithm>

#include "base/assert.hpp"

namespace tarn::storage {

namespace {

// S3's own limit for one request that deletes.
constexpr size_t removed_together_max = 1000;

// The text of the first <name> element. S3's errors are flat and few, so no XML parser is needed.
std::string element_of(std::string_view xml, std::string_view name) {
    std::string open = fmt::format("<{}>", name);
    size_t start = xml.find(open);
    if (start == std::string_view::npos) return "";
    start += open.size();
    size_t end = xml.find(fmt::format("</{}>", name), start);
    return std::string(xml.substr(start, end == std::string_view::npos ? 0 : end - start));
}

std::string xml_escaped(std::string_view text) {
    std::string out;
    for (char c : text) {
        if (c == '&') {
            out += "&amp;";
        } else if (c == '<') {
            out += "&lt;";
        } else if (c == '>') {
            out += "&gt;";
        } else {
            out += c;
        }
    }
    return out;
}

// The body's check sum as the Content-MD5 header wants it, which every S3 server understands.
std::string md5_base64(BytesView bytes) {
    unsigned char digest[16];
    int done = EVP_Digest(bytes.data(), bytes.size(), digest, nullptr, EVP_md5(), nullptr);
    TARN_ASSERT(done == 1);
    unsigned char text[25];
    EVP_EncodeBlock(text, digest, sizeof digest);
    return reinterpret_cast<const char*>(text);
}

struct Meaning {
    ErrorCode code;
    std::string hint = "";
};

Meaning meaning_of(int status, std::string_view s3_code) {
    if (s3_code == "NoSuchBucket") return {ErrorCode::NotFound, "create the bucket first"};
    if (s3_code == "InvalidAccessKeyId") {
        return {ErrorCode::Unauthorized, "check the S3 access key"};
    }
    if (s3_code == "SignatureDoesNotMatch") {
        return {ErrorCode::Unauthorized, "check the S3 secret key and region"};
    }
    if (s3_code == "RequestTimeTooSkewed") {
        return {ErrorCode::Unauthorized, "set this machine's clock"};
    }
    if (s3_code == "ExpiredToken" || s3_code == "InvalidToken") {
        return {ErrorCode::Unauthorized, "renew the S3 session token"};
    }
    if (s3_code == "QuotaExceeded" || s3_code == "XMinioStorageFull" || status == 507) {
        return {ErrorCode::StorageFull, "free space on the S3 server"};
    }
    if (s3_code == "EntityTooLarge" || status == 413) return {ErrorCode::TooLarge};
    if (status == 301 || status == 307 || s3_code == "AuthorizationHeaderMalformed") {
        return {ErrorCode::InvalidInput, "set the S3 region to that of the bucket"};
    }
    if (status == 401) return {ErrorCode::Unauthorized, "check the S3 keys"};
    if (status == 403) {
        return {ErrorCode::Forbidden, "check the S3 keys and what the bucket's policy allows them"};
    }
    if (status == 404) return {ErrorCode::NotFound};
    if (status == 409 || status == 412) return {ErrorCode::Conflict};
    if (is_passing_trouble(status)) return {ErrorCode::Unavailable, "try again"};
    if (status >= 400 && status < 500) return {ErrorCode::InvalidInput};
    return {ErrorCode::Internal};
}

}  // namespace

S3Client::S3Client(const S3Settings& settings, std::string bucket,
                   std::function<S3Credentials()> credentials)
    : settings_(settings), bucket_(std::move(bucket)), http_(settings, std::move(credentials)) {}

void S3Client::check_bucket() {
    S3Answer answer = http_.send(http_.request("HEAD", bucket_, ""));
    if (answer.status == 404) {
        throw Error(ErrorCode::NotFound, "there is no bucket '{}' at {}", bucket_,
                    settings_.base_url())
            .with_hint("create the bucket first");
    }
    if (answer.status != 200) throw error_of(answer, "use", "");
}

void S3Client::make_bucket() {
    S3Request request = http_.request("PUT", bucket_, "");
    std::string body;
    if (settings_.region != "us-east-1") {
        body = fmt::format(
            "<CreateBucketConfiguration><LocationConstraint>{}</LocationConstraint>"
            "</CreateBucketConfiguration>",
            xml_escaped(settings_.region));
        request.body = as_bytes(body);
    }
    S3Answer answer = http_.send(request);
    bool is_ours = element_of(as_text(answer.body), "Code") == "BucketAlreadyOwnedByYou";
    if (answer.status != 200 && !is_ours) throw error_of(answer, "make", "");
}

Bytes S3Client::get(std::string_view key, std::optional<Range> range) {
    if (range && range->length == 0) return {};
    S3Request request = http_.request("GET", bucket_, key);
    if (range) {
        int64_t last = range->offset + std::min(range->length - 1, INT64_MAX - range->offset);
        request.headers["range"] = fmt::format("bytes={}-{}", range->offset, last);
    }
    S3Answer answer = http_.send(request);
    if (range && answer.status == 416) return {};  // it starts past the end
    // 200 to a request for a part would be the whole.
    if (answer.status != (range ? 206 : 200)) throw error_of(answer, "read", key);
    return std::move(answer.body);
}

std::optional<Entry> S3Client::head(std::string_view key) {
    S3Answer answer = http_.send(http_.request("HEAD", bucket_, key));
    if (answer.status == 404) return std::nullopt;
    if (answer.status != 200) throw error_of(answer, "look at", key);
    return Entry{
        .path = std::string(key), .size = answer.content_length, .modified_at = answer.modified_at};
}

void S3Client::put(std::string_view key, BytesView content) {
    S3Request request = http_.request("PUT", bucket_, key);
    request.body = content;
    S3Answer answer = http_.send(request);
    if (answer.status != 200) throw error_of(answer, "write", key);
}

// After a try whose outcome is unknown, trying again can still prove something. "Created" means
// that nothing was there until now, so the earlier try did nothing and, finding the object there,
// will do nothing. "It is there already" is an answer only when what is there is not ours. Both
// hold as long as nobody replaces or removes what was created.
bool S3Client::put_if_absent(std::string_view key, BytesView content) {
    S3Request request = http_.request("PUT", bucket_, key);
    request.headers["if-none-match"] = "*";
    request.body = content;

    std::string trouble;
    std::string unknown_since;  // the trouble of the first try that may have worked
    for (int tries = 1; tries <= settings_.tries_max; ++tries) {
        if (tries > 1) http_.wait_after(tries - 1);
        S3Outcome outcome = http_.try_once(request, Connection::Fresh);
        auto* answer = std::get_if<S3Answer>(&outcome);
        auto* missing = std::get_if<NoAnswer>(&outcome);

        if (answer && answer->status == 200) return true;
        if (answer && answer->status == 412) {
            if (unknown_since.empty() || is_other_content(key, content)) return false;
            break;
        }
        // 409: others write to this key right now; S3 has refused us and asks to try again.
        bool may_try_again = missing || answer->status == 409 || is_passing_trouble(answer->status);
        if (!may_try_again && unknown_since.empty()) throw error_of(*answer, "create", key);

        trouble = missing ? missing->reason : fmt::format("status {}", answer->status);
        bool may_have_worked =
            missing ? missing->arrival == Arrival::Perhaps : is_passing_trouble(answer->status);
        if (may_have_worked && unknown_since.empty()) unknown_since = trouble;
    }

    if (unknown_since.empty()) {
        throw Error(ErrorCode::Unavailable, "cannot create {}: {}", where(key), trouble)
            .with_hint("nothing was created; check the S3 endpoint and try again");
    }
    throw Error(ErrorCode::Unavailable,
                "it is unknown whether {} was created, or still will be: {}", where(key),
                unknown_since)
        .with_hint("read it to find out, and delete nothing that it refers to");
}

bool S3Client::is_other_content(std::string_view key, BytesView content) {
    try {
        return !std::ranges::equal(get(key, std::nullopt), content);
    } catch (const Error&) {
        // What cannot be read proves nothing; the outcome stays unknown.
        return false;
    }
}

void S3Client::remove(std::span<const std::string> keys) {
    if (keys.size() == 1) return remove_one(keys[0]);
    while (!keys.empty()) {
        size_t count = std::min(keys.size(), removed_together_max);
        remove_together(keys.first(count));
        keys = keys.subspan(count);
    }
}

void S3Client::remove_one(const std::string& key) {
    S3Answer answer = http_.send(http_.request("DELETE", bucket_, key));
    bool is_gone = answer.status == 204 || answer.status == 200 || answer.status == 404;
    if (!is_gone) throw error_of(answer, "remove", key);
}

void S3Client::remove_together(std::span<const std::string> keys) {
    std::string body = "<Delete><Quiet>true</Quiet>";
    for (const std::string& key : keys) {
        body += fmt::format("<Object><Key>{}</Key></Object>", xml_escaped(key));
    }
    body += "</Delete>";
    S3Request request = http_.request("POST", bucket_, "");
    request.query["delete"] = "";
    request.body = as_bytes(body);
    request.headers["content-md5"] = md5_base64(request.body);

    S3Answer answer = http_.send(request);
    if (answer.status != 200) throw error_of(answer, "remove", keys[0]);
    // A quiet answer names only what could not be removed.
    if (as_text(answer.body).find("<Error>") != std::string_view::npos) {
        answer.status = 403;
        throw error_of(answer, "remove", element_of(as_text(answer.body), "Key"));
    }
}

std::string S3Client::where(std::string_view key) const {
    return key.empty() ? "the bucket s3://" + bucket_ : fmt::format("s3://{}/{}", bucket_, key);
}

Error S3Client::error_of(const S3Answer& answer, std::string_view doing,
                         std::string_view key) const {
    std::string_view body = as_text(answer.body);
    std::string s3_code = element_of(body, "Code");
    std::string message = element_of(body, "Message");
    Meaning meaning = meaning_of(answer.status, s3_code);
    std::string reason = fmt::format("status {}", answer.status);
    if (!s3_code.empty()) reason += fmt::format(", {}: {}", s3_code, message);
    return Error(meaning.code, "cannot {} {}: {}", doing, where(key), reason)
        .with_hint(meaning.hint);
}

}  // namespace tarn::storage
