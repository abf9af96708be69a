#include "storage/s3_http.hpp"

#include <curl/curl.h>

#include <mutex>
#include <thread>
#include <vector>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "base/random.hpp"

namespace tarn::storage {

namespace {

size_t keep_bytes(char* data, size_t, size_t size, void* body) {
    BytesView bytes = as_bytes({data, size});
    static_cast<Bytes*>(body)->insert(static_cast<Bytes*>(body)->end(), bytes.begin(), bytes.end());
    return size;
}

// Whether the request cannot have reached the server.
bool is_before_sending(CURLcode code) {
    return code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT ||
           code == CURLE_SSL_CONNECT_ERROR || code == CURLE_PEER_FAILED_VERIFICATION ||
           code == CURLE_SSL_CACERT_BADFILE || code == CURLE_URL_MALFORMAT;
}

struct Headers {
    ~Headers() { curl_slist_free_all(list); }
    void add(const std::string& line) {
        curl_slist* longer = curl_slist_append(list, line.c_str());
        TARN_ASSERT(longer != nullptr);
        list = longer;
    }
    curl_slist* list = nullptr;
};

}  // namespace

// A libcurl handle with its open connections. One thread uses it at a time.
class S3Http::Handle {
public:
    Handle() : curl_(curl_easy_init()) { TARN_ASSERT(curl_ != nullptr); }
    ~Handle() { curl_easy_cleanup(curl_); }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    void prepare(const S3Settings& settings, Connection connection) {
        curl_easy_reset(curl_);
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
        set(CURLOPT_PROTOCOLS_STR, "http,https");
        set(CURLOPT_PROXY, "");  // Arrow's client knows no proxy of the environment either
        set(CURLOPT_FRESH_CONNECT, connection == Connection::Fresh ? 1L : 0L);
        set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.connect_timeout.count()));
        set(CURLOPT_LOW_SPEED_LIMIT, 1L);
        set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(settings.stall_timeout.count()));
        std::string ca_file = settings.trusted_ca_file();
        if (!ca_file.empty()) set(CURLOPT_CAINFO, ca_file.c_str());
    }

    S3Outcome perform(const S3Request& request, const std::string& url) {
        S3Answer answer;
        Headers headers;
        for (const auto& [name, value] : request.headers) {
            headers.add(fmt::format("{}: {}", name, value));
        }
        // What libcurl adds by itself would not be covered by the signature.
        if (!request.headers.contains("content-type")) headers.add("Content-Type:");
        headers.add("Expect:");  // libcurl would wait a second for leave to send a large body

        char reason[CURL_ERROR_SIZE] = "";
        set(CURLOPT_ERRORBUFFER, reason);
        set(CURLOPT_URL, url.c_str());
        set(CURLOPT_PATH_AS_IS, 1L);
        set(CURLOPT_HTTPHEADER, headers.list);
        set(CURLOPT_FILETIME, 1L);
        set(CURLOPT_WRITEFUNCTION, keep_bytes);
        set(CURLOPT_WRITEDATA, &answer.body);
        if (request.method == "HEAD") set(CURLOPT_NOBODY, 1L);
        if (request.method == "PUT" || request.method == "POST") {
            // libcurl takes a null pointer for "no body to send".
            set(CURLOPT_POSTFIELDS,
                request.body.empty() ? static_cast<const void*>("") : request.body.data());
            set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        }
        set(CURLOPT_CUSTOMREQUEST, request.method.c_str());

        CURLcode code = curl_easy_perform(curl_);
        if (code != CURLE_OK) {
            return NoAnswer{is_before_sending(code) ? Arrival::Never : Arrival::Perhaps,
                            reason[0] ? reason : curl_easy_strerror(code)};
        }
        answer.status = static_cast<int>(info<long>(CURLINFO_RESPONSE_CODE));
        answer.content_length = info<curl_off_t>(CURLINFO_CONTENT_LENGTH_DOWNLOAD_T);
        answer.modified_at = WallTime(std::chrono::seconds(info<curl_off_t>(CURLINFO_FILETIME_T)));
        return answer;
    }

private:
    template <typename Value>
    void set(CURLoption option, Value value) {
        CURLcode code = curl_easy_setopt(curl_, option, value);
        TARN_ASSERT(code == CURLE_OK);
    }

    template <typename Value>
    Value info(CURLINFO which) {
        Value value{};
        CURLcode code = curl_easy_getinfo(curl_, which, &value);
        TARN_ASSERT(code == CURLE_OK);
        return value;
    }

    CURL* curl_;
};

// The handles that nobody uses now. There are never more than callers at one time.
class S3Http::Handles {
public:
    std::unique_ptr<Handle> take() {
        std::lock_guard lock(mutex_);
        if (idle_.empty()) return std::make_unique<Handle>();
        auto handle = std::move(idle_.back());
        idle_.pop_back();
        return handle;
    }
    void give_back(std::unique_ptr<Handle> handle) {
        std::lock_guard lock(mutex_);
        idle_.push_back(std::move(handle));
    }

private:
    std::mutex mutex_;
    std::vector<std::unique_ptr<Handle>> idle_;
};

S3Http::S3Http(const S3Settings& settings, std::function<S3Credentials()> credentials)
    : settings_(settings),
      credentials_(std::move(credentials)),
      idle_(std::make_unique<Handles>()) {}

S3Http::~S3Http() = default;

S3Request S3Http::request(std::string method, std::string_view bucket, std::string_view key) const {
    std::string url = settings_.base_url();
    std::string host = url.substr(url.find("//") + 2);
    std::string path = key.empty() ? "" : fmt::format("/{}", key);
    if (settings_.path_style) {
        path = fmt::format("/{}{}", bucket, path);
    } else {
        host = fmt::format("{}.{}", bucket, host);
        if (path.empty()) path = "/";
    }
    return {.method = std::move(method), .host = std::move(host), .path = encoded_path(path)};
}

S3Outcome S3Http::try_once(S3Request request, Connection connection) {
    if (!request.body.empty()) request.headers.emplace("content-type", "application/octet-stream");
    sign(request, credentials_(), settings_.region, SystemClock().now());
    std::string base = settings_.base_url();
    std::string url = base.substr(0, base.find("//") + 2) + request.host + request.path;
    if (!request.query.empty()) url += "?" + encoded_query(request);

    auto handle = idle_->take();
    handle->prepare(settings_, connection);
    S3Outcome outcome = handle->perform(request, url);
    idle_->give_back(std::move(handle));
    return outcome;
}

S3Answer S3Http::send(const S3Request& request) {
    for (int tries = 1;; ++tries) {
        S3Outcome outcome = try_once(request);
        auto* answer = std::get_if<S3Answer>(&outcome);
        if (answer && !is_passing_trouble(answer->status)) return std::move(*answer);
        if (tries == settings_.tries_max) {
            if (answer) return std::move(*answer);
            throw Error(ErrorCode::Unavailable, "no answer from {} after {} tries: {}",
                        settings_.base_url(), tries, std::get<NoAnswer>(outcome).reason)
                .with_hint("check the S3 endpoint and the network");
        }
        wait_after(tries);
    }
}

void S3Http::wait_after(int tries) const {
    // Half of the wait is drawn, so that many who failed together do not come back together.
    auto wait = settings_.first_wait * (1 << std::min(tries - 1, 8));
    std::this_thread::sleep_for(wait / 2 + wait / 2 * SystemRandom().unit());
}

bool is_passing_trouble(int status) {
    // 501: it cannot do this at all. 507: its disk is full.
    return status == 408 || status == 429 || (status >= 500 && status != 501 && status != 507);
}

}  // namespace tarn::storage
