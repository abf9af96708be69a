#include "cli/s3_access.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"
#include "cli/data_folder.hpp"
#include "cli/s3_settings.hpp"
#include "s3/xml.hpp"
#include "storage/local_file.hpp"
#include "storage/posix_error.hpp"
#include "storage/s3_client.hpp"

namespace tarn::cli {
namespace {

constexpr int64_t PieceBytes = 4 * 1024 * 1024;

std::string endpoint_of(const Call& call) {
    if (call.typed.has("--endpoint")) return call.typed.value_or("--endpoint", "");
    std::string named = variable_or("AWS_ENDPOINT_URL_S3", "");
    if (!named.empty()) return named;
    if (auto running = running_in(call.config.text("data.folder"))) {
        auto face = running->faces.find("s3");
        if (face != running->faces.end()) return face->second;
    }
    return fmt::format("http://{}:{}", call.config.text("s3.address"),
                       call.config.integer("s3.port"));
}

std::function<storage::S3Credentials()> credentials_in(const storage::S3Settings& settings) {
    return [settings] {
        return storage::S3Credentials{settings.access_key, settings.secret_key,
                                      settings.session_token};
    };
}

Error nothing_at(const S3Place& place) {
    return Error(ErrorCode::NotFound, "there is nothing at {}/{}", place.bucket, place.path);
}

// Where the content of a place goes, or comes from, on this machine.
storage::Descriptor open_file(const std::string& file, int flags) {
    if (file == "-") return storage::Descriptor(::dup(flags & O_WRONLY ? STDOUT_FILENO : 0));
    int number = ::open(file.c_str(), flags | O_CLOEXEC, 0666);
    if (number < 0) throw storage::posix_error(errno, "open", file);
    return storage::Descriptor(number);
}

void write_all(int descriptor, BytesView bytes, const std::string& file) {
    while (!bytes.empty()) {
        ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0) throw storage::posix_error(errno, "write", file);
        bytes = bytes.subspan(static_cast<size_t>(written));
    }
}

void pour(const storage::Reader& from, const std::function<void(BytesView)>& into) {
    for (int64_t at = 0; at < from.size();) {
        Bytes bytes = from.read_at(at, PieceBytes);
        if (bytes.empty()) throw Error(ErrorCode::Unavailable, "an object ended before its end");
        into(bytes);
        at += static_cast<int64_t>(bytes.size());
    }
}

}  // namespace

S3Place parse_s3_place(std::string_view text) {
    for (std::string_view scheme : {"s3://", "s3a://"}) {
        if (text.starts_with(scheme)) text.remove_prefix(scheme.size());
    }
    while (text.ends_with('/')) text.remove_suffix(1);
    size_t slash = text.find('/');
    if (slash == std::string_view::npos) return {.bucket = std::string(text), .path = {}};
    return {.bucket = std::string(text.substr(0, slash)),
            .path = std::string(text.substr(slash + 1))};
}

S3Access S3Access::of_call(const Call& call) {
    storage::S3Settings settings;
    settings.endpoint = endpoint_of(call);
    settings.region = variable_or("AWS_REGION", call.config.text("s3.region"));
    settings.access_key = variable_or("AWS_ACCESS_KEY_ID", call.config.text("s3.access-key"));
    settings.secret_key = variable_or("AWS_SECRET_ACCESS_KEY", call.config.text("s3.secret-key"));
    settings.session_token = variable_or("AWS_SESSION_TOKEN", "");
    return S3Access(settings);
}

S3Access S3Access::of_catalog(const Call& call, const std::map<std::string, std::string>& said) {
    auto word = [&](const char* name) {
        auto found = said.find(name);
        return found == said.end() ? std::string() : found->second;
    };
    S3Access access = of_call(call);
    std::string endpoint = word("s3.endpoint");
    if (endpoint.empty() || !variable_or("AWS_ENDPOINT_URL_S3", "").empty()) return access;
    storage::S3Settings& settings = access.settings_;
    while (endpoint.ends_with('/')) endpoint.pop_back();
    settings.endpoint = endpoint;
    settings.path_style = word("s3.path-style-access") != "false";
    if (!word("s3.region").empty()) settings.region = word("s3.region");
    if (!word("s3.access-key-id").empty()) {
        settings.access_key = word("s3.access-key-id");
        settings.secret_key = word("s3.secret-access-key");
        settings.session_token = word("s3.session-token");
    } else if (auto outside = outside_s3_settings(call.config)) {
        // Keys that are not given away are in the settings that the server has, too.
        settings.access_key = outside->access_key;
        settings.secret_key = outside->secret_key;
        settings.session_token = outside->session_token;
    }
    return access;
}

std::vector<ListedBucket> S3Access::buckets() const {
    storage::S3Http http(settings_, credentials_in(settings_));
    storage::S3Answer answer = http.send(http.request("GET", "", ""));
    if (answer.status != 200) {
        ErrorCode code = answer.status == 403 ? ErrorCode::Forbidden : ErrorCode::Unavailable;
        throw Error(code, "{} does not list its buckets: status {}", settings_.base_url(),
                    answer.status)
            .with_hint("check the access key and the secret key");
    }
    std::vector<ListedBucket> found;
    s3::XmlElement root = s3::parse_xml(as_text(answer.body));
    if (const s3::XmlElement* buckets = root.child("Buckets")) {
        for (const s3::XmlElement& bucket : buckets->children) {
            found.push_back({.name = std::string(bucket.text_of("Name")),
                             .created = std::string(bucket.text_of("CreationDate"))});
        }
    }
    return found;
}

void S3Access::make_bucket(const std::string& name) const {
    storage::S3Client(settings_, name, credentials_in(settings_)).make_bucket();
}

storage::FileSystem& S3Access::bucket(const std::string& name) {
    auto& files = open_[name];
    if (!files) files = open(storage::Uri::parse("s3://" + name));
    return *files;
}

std::unique_ptr<storage::FileSystem> S3Access::open(const storage::Uri& place) const {
    return storage::S3FileSystem::open(*library_, place, settings_);
}

std::vector<ListedObject> S3Access::list(const S3Place& place, storage::Depth depth) {
    storage::FileSystem& files = bucket(place.bucket);
    std::vector<ListedObject> found;
    if (!place.path.empty()) {
        if (auto entry = files.stat(place.path)) found.push_back({place.name(), *entry});
    }
    size_t cut = place.path.empty() ? 0 : place.path.size() + 1;
    for (storage::Entry& entry : files.list(place.path, depth)) {
        std::string below = entry.path.substr(cut) + (entry.is_folder ? "/" : "");
        found.push_back({std::move(below), std::move(entry)});
    }
    if (found.empty() && !place.path.empty()) throw nothing_at(place);
    return found;
}

storage::Entry S3Access::stat(const S3Place& place) {
    auto entry = place.path.empty() ? std::nullopt : bucket(place.bucket).stat(place.path);
    if (!entry) throw nothing_at(place);
    return *entry;
}

void S3Access::download(const S3Place& from, const std::string& file) {
    stat(from);
    auto reader = bucket(from.bucket).open_reader(from.path);
    storage::Descriptor into = open_file(file, O_WRONLY | O_CREAT | O_TRUNC);
    pour(*reader, [&](BytesView bytes) { write_all(into.number(), bytes, file); });
}

void S3Access::upload(const std::string& file, const S3Place& to) {
    storage::Descriptor from = open_file(file, O_RDONLY);
    auto writer = bucket(to.bucket).open_writer(to.path);
    Bytes room(PieceBytes);
    while (true) {
        ssize_t count = ::read(from.number(), room.data(), room.size());
        if (count < 0) throw storage::posix_error(errno, "read", file);
        if (count == 0) break;
        writer->write(BytesView(room).first(static_cast<size_t>(count)));
    }
    writer->close();
}

void S3Access::copy(const S3Place& from, const S3Place& to) {
    stat(from);
    auto reader = bucket(from.bucket).open_reader(from.path);
    auto writer = bucket(to.bucket).open_writer(to.path);
    pour(*reader, [&](BytesView bytes) { writer->write(bytes); });
    writer->close();
}

void S3Access::remove(const S3Place& place, storage::Depth depth) {
    if (depth == storage::Depth::OneFolder) {
        stat(place);
        return bucket(place.bucket).remove(place.path);
    }
    for (const ListedObject& object : list(place, depth)) {
        bucket(place.bucket).remove(object.entry.path);
    }
}

Option endpoint_option() {
    return {"--endpoint", "URL", "the S3 server (default the running Tarn)"};
}

}  // namespace tarn::cli
