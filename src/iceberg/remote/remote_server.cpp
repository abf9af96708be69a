#include "iceberg/remote/remote_server.hpp"

#include <algorithm>
#include <charconv>
#include <thread>

#include "iceberg/catalog/catalog_error.hpp"

namespace tarn::iceberg {
namespace {

using std::chrono::milliseconds;

constexpr int TriesMax = 4;
constexpr milliseconds FirstPause{200};
constexpr milliseconds PauseMax{5'000};

http::ClientOptions options_for(const RemoteSettings& settings) {
    http::ClientOptions options;
    options.connect_timeout = settings.connect_timeout;
    options.response_timeout = settings.response_timeout;
    options.ca_path = settings.ca_path;
    options.headers = {{"Accept", "application/json"}, {"User-Agent", "tarn"}};
    return options;
}

// 429 says that the server has not even looked, 503 that it might have.
bool may_try_again(int status, Purpose purpose) {
    return status == 429 || (status == 503 && purpose == Purpose::Ask);
}

milliseconds pause_after(int tries, const http::ClientResponse& answer) {
    milliseconds pause = FirstPause * (1 << (tries - 1));
    if (auto wanted = answer.headers.find("Retry-After")) {
        int seconds = 0;
        std::from_chars(wanted->data(), wanted->data() + wanted->size(), seconds);
        pause = std::max(pause, milliseconds(int64_t{1000} * std::max(seconds, 0)));
    }
    return std::min(pause, PauseMax);
}

}  // namespace

RemoteServer::RemoteServer(const RemoteSettings& settings, const Clock& clock)
    : client_(options_for(settings)), token_(settings, client_, clock) {}

http::ClientResponse RemoteServer::send(http::ClientRequest request, Purpose purpose) {
    for (int tries = 1;; ++tries) {
        http::ClientResponse answer = send_once(request, purpose);
        if (answer.status < 400) return answer;
        if (!may_try_again(answer.status, purpose) || tries == TriesMax) {
            throw_refusal(answer, purpose);
        }
        std::this_thread::sleep_for(pause_after(tries, answer));
    }
}

http::ClientResponse RemoteServer::send_once(http::ClientRequest request, Purpose purpose) {
    std::string token = token_.text();
    if (!token.empty()) request.headers.set("Authorization", "Bearer " + token);
    try {
        http::ClientResponse answer = client_.send(request);
        bool is_refused = answer.status == 401 || answer.status == 419;
        if (!is_refused || !token_.renew(token)) return answer;
        request.headers.set("Authorization", "Bearer " + token_.text());
        return client_.send(std::move(request));
    } catch (const Error& error) {
        bool is_unclear =
            error.code() == ErrorCode::Unavailable || error.code() == ErrorCode::Timeout;
        if (purpose != Purpose::Commit || !is_unclear) throw;
        throw CatalogError(CatalogFault::CommitStateUnknown, "it may be committed or not: {}",
                           error.what());
    }
}

}  // namespace tarn::iceberg
