#include "iceberg/remote/bearer_token.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "http/json.hpp"
#include "http/target.hpp"
#include "iceberg/format/json_object.hpp"

namespace tarn::iceberg {
namespace {

using std::chrono::seconds;

// A token is given up this long before its end, or after half of its time if that is sooner.
constexpr seconds SpareTime{60};
// Of servers that do not say how long a token lasts.
constexpr seconds UsualLife{3600};
constexpr seconds LifeMax{30 * 24 * 3600};

std::string form_of(const std::string& credential, const std::string& scope) {
    size_t colon = credential.find(':');
    std::string form = "grant_type=client_credentials&scope=" + http::percent_encoded(scope);
    if (colon != std::string::npos) {
        form += "&client_id=" + http::percent_encoded(credential.substr(0, colon));
    }
    std::string secret = colon == std::string::npos ? credential : credential.substr(colon + 1);
    return form + "&client_secret=" + http::percent_encoded(secret);
}

// {"error":"invalid_client","error_description":…}: what OAuth2 says in place of an error of the
// catalog.
std::string reason_in(const http::ClientResponse& answer) {
    try {
        boost::json::value shape = answer.json();
        JsonObject json(shape, "");
        auto description = json.find_text("error_description");
        return description ? *description : json.text("error");
    } catch (const Error&) {
        return fmt::format("status {}", answer.status);
    }
}

}  // namespace

BearerToken::BearerToken(const RemoteSettings& settings, http::WaitingClient& client,
                         const Clock& clock)
    : credential_(settings.credential),
      scope_(settings.scope),
      token_uri_(settings.token_uri.empty() ? settings.uri + "/v1/oauth/tokens"
                                            : settings.token_uri),
      client_(client),
      clock_(clock),
      token_(settings.token) {}

std::string BearerToken::text() {
    std::scoped_lock lock(mutex_);
    bool is_usable = !token_.empty() && clock_.ticks() < ends_;
    if (!is_usable && !credential_.empty()) fetch();
    return token_;
}

bool BearerToken::renew(const std::string& refused) {
    if (credential_.empty()) return false;
    std::scoped_lock lock(mutex_);
    // Another thread may have been quicker.
    if (token_ == refused) fetch();
    return true;
}

void BearerToken::fetch() {
    http::ClientRequest request{.method = http::Method::Post,
                                .url = token_uri_,
                                .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                                .body = form_of(credential_, scope_)};
    http::ClientResponse answer = client_.send(std::move(request));
    if (!answer.is_success()) {
        ErrorCode code = answer.status >= 500 ? ErrorCode::Unavailable : ErrorCode::Unauthorized;
        throw Error(code, "{} gives no token: {}", token_uri_, reason_in(answer))
            .with_hint("check the catalog's credential, NAME:SECRET, and its scope");
    }
    boost::json::value shape = answer.json();
    JsonObject json(shape, token_uri_);
    token_ = json.text("access_token");
    seconds life(json.find_number("expires_in").value_or(UsualLife.count()));
    life = std::clamp(life, seconds(0), LifeMax);
    ends_ = clock_.ticks() + life - std::min(SpareTime, life / 2);
}

}  // namespace tarn::iceberg
