#include "storage/s3.hpp"

#include <arrow/buffer.h>
#include <arrow/filesystem/s3fs.h>
#include <arrow/io/interfaces.h>
#include <arrow/result.h>
#include <curl/curl.h>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "storage/arrow_error.hpp"
#include "storage/s3_client.hpp"

namespace tarn::storage {

namespace {

void check(const arrow::Status& status, std::string_view doing, std::string_view where) {
    if (!status.ok()) throw error_of(status, fmt::format("cannot {} {}", doing, where));
}

template <typename T>
T checked(arrow::Result<T> result, std::string_view doing, std::string_view where) {
    check(result.status(), doing, where);
    return std::move(result).ValueUnsafe();
}

arrow::fs::S3Options arrow_options(const S3Settings& settings) {
    using arrow::fs::S3Options;
    S3Options options = settings.access_key.empty()
                            ? S3Options::Defaults()
                            : S3Options::FromAccessKey(settings.access_key, settings.secret_key,
                                                       settings.session_token);
    options.region = settings.region;
    std::string url = settings.base_url();
    options.scheme = url.substr(0, url.find(':'));
    if (!settings.endpoint.empty()) {
        options.endpoint_override = url.substr(url.find("//") + 2);
        options.force_virtual_addressing = !settings.path_style;
    }
    options.connect_timeout = std::chrono::duration<double>(settings.connect_timeout).count();
    options.tls_ca_file_path = settings.trusted_ca_file();
    options.retry_strategy =
        arrow::fs::S3RetryStrategy::GetAwsStandardRetryStrategy(settings.tries_max);
    // Writes wait for their part to be stored: the memory of an upload stays bounded however slow
    // the server is, and nothing is on its way any more when an upload is aborted.
    options.background_writes = false;
    // A small object is then one request at close instead of a multipart upload.
    options.allow_delayed_open = true;
    return options;
}

std::function<S3Credentials()> credentials_from(const arrow::fs::S3Options& options) {
    // Asked for each request: temporary credentials change while the process runs.
    return [options] {
        return S3Credentials{options.GetAccessKey(), options.GetSecretKey(),
                             options.GetSessionToken()};
    };
}

class S3Reader : public Reader {
public:
    S3Reader(std::shared_ptr<arrow::io::RandomAccessFile> file, std::string where)
        : file_(std::move(file)),
          where_(std::move(where)),
          size_(checked(file_->GetSize(), "read", where_)) {}

    int64_t size() const override { return size_; }

    size_t read_at(int64_t offset, std::span<std::byte> into) const override {
        TARN_ASSERT(offset >= 0);
        if (offset >= size_ || into.empty()) return 0;
        auto size = std::min(static_cast<int64_t>(into.size()), size_ - offset);
        return static_cast<size_t>(
            checked(file_->ReadAt(offset, size, into.data()), "read", where_));
    }

private:
    std::shared_ptr<arrow::io::RandomAccessFile> file_;
    std::string where_;
    int64_t size_;
};

class S3Writer : public Writer {
public:
    S3Writer(std::shared_ptr<arrow::io::OutputStream> stream, std::string where)
        : stream_(std::move(stream)), where_(std::move(where)) {}

    // Arrow's stream would store the object when it is merely destroyed.
    ~S3Writer() override {
        arrow::Status status = stream_->Abort();
        if (!status.ok())
            TARN_LOG_WARN("cannot abort the upload of {}: {}", where_, status.message());
    }

private:
    void write_next(BytesView bytes) override {
        check(stream_->Write(bytes.data(), static_cast<int64_t>(bytes.size())), "write", where_);
    }
    void close_whole() override { check(stream_->Close(), "write", where_); }

    std::shared_ptr<arrow::io::OutputStream> stream_;
    std::string where_;
};

}  // namespace

void S3Library::start() {
    std::call_once(started_, [this] {
        CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
        TARN_ASSERT(code == CURLE_OK);
        arrow::fs::S3GlobalOptions options{.log_level = arrow::fs::S3LogLevel::Fatal};
        // A server that hangs up must not end the process.
        options.install_sigpipe_handler = true;
        check(arrow::fs::InitializeS3(options), "start", "Arrow's S3 library");
        has_started_ = true;
    });
}

S3Library::~S3Library() {
    if (!has_started_) return;
    arrow::Status status = arrow::fs::EnsureS3Finalized();
    if (!status.ok()) TARN_LOG_WARN("cannot shut Arrow's S3 library down: {}", status.message());
}

std::unique_ptr<S3FileSystem> S3FileSystem::open(S3Library& library, const Uri& root,
                                                 const S3Settings& settings) {
    TARN_ASSERT(root.scheme() == Scheme::S3);
    settings.check();
    library.start();
    arrow::fs::S3Options options = arrow_options(settings);
    auto arrow = checked(arrow::fs::S3FileSystem::Make(options), "open", root.text());
    auto client = std::make_unique<S3Client>(settings, root.bucket(), credentials_from(options));
    if (settings.make_bucket) client->make_bucket();
    client->check_bucket();
    return std::unique_ptr<S3FileSystem>(
        new S3FileSystem(root, std::move(arrow), std::move(client)));
}

S3FileSystem::S3FileSystem(const Uri& root, std::shared_ptr<arrow::fs::S3FileSystem> arrow,
                           std::unique_ptr<S3Client> client)
    : FileSystem(root), arrow_(std::move(arrow)), client_(std::move(client)) {}

S3FileSystem::~S3FileSystem() = default;

bool S3FileSystem::creates_exclusively() {
    std::string probe = fmt::format("tarn-probe-{:016x}", SystemRandom().next());
    bool is_exclusive = create(probe, as_bytes("first")) && !create(probe, as_bytes("second"));
    remove(probe);
    return is_exclusive;
}

Bytes S3FileSystem::read_checked(std::string_view path, std::optional<Range> range) const {
    return client_->get(key_of(path), range);
}

std::unique_ptr<Reader> S3FileSystem::open_reader_checked(std::string_view path) const {
    std::string where = uri_of(path);
    auto file = checked(arrow_->OpenInputFile(arrow_path_of(path)), "read", where);
    return std::make_unique<S3Reader>(std::move(file), std::move(where));
}

void S3FileSystem::write_checked(std::string_view path, BytesView content, WriteOptions) {
    client_->put(key_of(path), content);
}

bool S3FileSystem::create_checked(std::string_view path, BytesView content, WriteOptions) {
    return client_->put_if_absent(key_of(path), content);
}

std::unique_ptr<Writer> S3FileSystem::open_writer_checked(std::string_view path, WriteOptions) {
    std::string where = uri_of(path);
    auto stream = checked(arrow_->OpenOutputStream(arrow_path_of(path), nullptr), "write", where);
    return std::make_unique<S3Writer>(std::move(stream), std::move(where));
}

std::optional<Entry> S3FileSystem::stat_checked(std::string_view path) const {
    auto entry = client_->head(key_of(path));
    if (entry) entry->path = path;
    return entry;
}

std::vector<Entry> S3FileSystem::list_checked(std::string_view folder, Depth depth) const {
    arrow::fs::FileSelector selector;
    selector.base_dir = arrow_path_of(folder);
    selector.allow_not_found = true;
    selector.recursive = depth == Depth::AllBelow;

    std::vector<Entry> entries;
    size_t root_size = arrow_path_of("").size() + 1;
    for (const auto& found : checked(arrow_->GetFileInfo(selector), "list", uri_of(folder))) {
        bool is_folder = found.type() == arrow::fs::FileType::Directory;
        if (is_folder && depth == Depth::AllBelow) continue;
        auto modified_at = std::chrono::time_point_cast<std::chrono::microseconds>(found.mtime());
        entries.push_back({.path = found.path().substr(root_size),
                           .is_folder = is_folder,
                           .size = is_folder ? 0 : found.size(),
                           .modified_at = is_folder ? WallTime{} : modified_at});
    }
    return entries;
}

void S3FileSystem::remove_checked(std::span<const std::string> paths) {
    std::vector<std::string> keys;
    for (const std::string& path : paths) keys.push_back(key_of(path));
    client_->remove(keys);
}

void S3FileSystem::remove_folder_checked(std::string_view folder) {
    std::vector<std::string> paths;
    for (Entry& entry : list_checked(folder, Depth::AllBelow)) {
        paths.push_back(std::move(entry.path));
    }
    remove_checked(paths);
}

std::string S3FileSystem::arrow_path_of(std::string_view path) const {
    Uri place = root().join(path);
    return place.path().empty() ? place.bucket()
                                : fmt::format("{}/{}", place.bucket(), place.path());
}

}  // namespace tarn::storage
