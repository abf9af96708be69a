#include "connectors/http/patient_client.hpp"

#include <algorithm>
#include <charconv>
#include <thread>

#include "base/error.hpp"
#include "base/log.hpp"

namespace tarn::connectors {
namespace {

// The start of what a server says: enough to know why.
std::string reason_in(const http::ClientResponse& answer) {
    constexpr size_t ShownMax = 500;
    std::string text = answer.body.substr(0, ShownMax);
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    std::ranges::replace(text, '\n', ' ');
    return fmt::format("status {}{}{}", answer.status, text.empty() ? "" : ": ", text);
}

// Of Retry-After in seconds; dates are not read.
std::chrono::milliseconds wished_wait(const http::ClientResponse& answer) {
    auto text = answer.headers.find("Retry-After");
    int64_t seconds = 0;
    if (text) std::from_chars(text->data(), text->data() + text->size(), seconds);
    return std::chrono::seconds(std::clamp<int64_t>(seconds, 0, 3'600));
}

}  // namespace

bool Patience::is_retried(int status) const {
    return std::ranges::any_of(statuses,
                               [&](int each) { return each == status || each == status / 100; });
}

std::vector<int> parse_statuses(std::string_view text) {
    std::vector<int> statuses;
    for (size_t begin = 0; begin <= text.size();) {
        size_t end = std::min(text.find(',', begin), text.size());
        std::string_view one = text.substr(begin, end - begin);
        while (one.starts_with(' ')) one.remove_prefix(1);
        while (one.ends_with(' ')) one.remove_suffix(1);
        bool is_hundreds = one.size() == 3 && one.ends_with("xx");
        std::string_view digits = is_hundreds ? one.substr(0, 1) : one;
        int status = 0;
        auto [used, failure] = std::from_chars(digits.begin(), digits.end(), status);
        bool is_status = is_hundreds ? status >= 1 && status <= 5 : status >= 100 && status <= 599;
        if (failure != std::errc() || used != digits.end() || !is_status) {
            throw Error(ErrorCode::InvalidInput, "'{}' is no status of HTTP", one)
                .with_hint("statuses are written 429,503 or 5xx");
        }
        statuses.push_back(status);
        begin = end + 1;
    }
    return statuses;
}

http::ClientResponse PatientClient::send(const http::ClientRequest& request) {
    for (int64_t retry = 0;; ++retry) {
        if (auto answer = try_to_send(request)) return std::move(*answer);
        if (retry >= patience_.retries_max) {
            throw Error(ErrorCode::Unavailable, "{} (after {} retries)", failure_, retry);
        }
        auto time = wait_before(retry);
        TARN_LOG_WARN("a request has failed and is sent again in {} ms: {}", time.count(),
                      failure_);
        wait(time);
    }
}

std::optional<http::ClientResponse> PatientClient::try_to_send(const http::ClientRequest& request) {
    wished_wait_ = {};
    std::optional<http::ClientResponse> answer;
    try {
        answer = client_.send(request, [this] { return is_cancelled(); });
    } catch (const std::exception& error) {
        if (is_cancelled()) throw Error(ErrorCode::Unavailable, "{}: cancelled", request.url);
        const auto* own = dynamic_cast<const Error*>(&error);
        bool may_pass =
            own && (own->code() == ErrorCode::Unavailable || own->code() == ErrorCode::Timeout);
        if (!may_pass) throw;
        failure_ = own->full_text();
        return std::nullopt;
    }
    if (answer->is_success()) return answer;
    if (!patience_.is_retried(answer->status)) {
        throw Error(ErrorCode::InvalidInput, "{} refuses a request: {}", request.url,
                    reason_in(*answer));
    }
    failure_ = fmt::format("{} is not ready: {}", request.url, reason_in(*answer));
    wished_wait_ = wished_wait(*answer);
    return std::nullopt;
}

std::chrono::milliseconds PatientClient::wait_before(int64_t retry) const {
    constexpr int64_t DoublingsMax = 20;
    auto longer = patience_.wait * (int64_t{1} << std::min(retry, DoublingsMax));
    return std::min(std::max(longer, wished_wait_), patience_.wait_max);
}

void PatientClient::wait(std::chrono::milliseconds time) const {
    constexpr std::chrono::milliseconds Step(20);
    auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
        if (is_cancelled()) throw Error(ErrorCode::Unavailable, "cancelled: {}", failure_);
        std::this_thread::sleep_for(Step);
    }
}

}  // namespace tarn::connectors
