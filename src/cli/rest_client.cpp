#include "cli/rest_client.hpp"

#include <boost/json.hpp>

#include "base/error.hpp"
#include "cli/data_folder.hpp"
#include "cli/job_text.hpp"
#include "http/client.hpp"

namespace tarn::cli {
namespace {

std::string url_of(const Call& call) {
    if (call.typed.has("--at")) return call.typed.value_or("--at", "");
    if (auto running = running_in(call.config.text("data.folder"))) return running->faces["rest"];
    std::string scheme = call.config.text("rest.tls-certificate").empty() ? "http" : "https";
    return fmt::format("{}://{}:{}", scheme, call.config.text("rest.address"),
                       call.config.integer("rest.port"));
}

http::ClientOptions options_with(const std::string& token) {
    http::ClientOptions options;
    if (!token.empty()) options.headers.set("Authorization", "Bearer " + token);
    return options;
}

// Throws what a Tarn says in its own words; others say it with their address.
boost::json::value json_of(const http::ClientResponse& response) {
    if (response.is_success()) return response.json();
    boost::system::error_code none;
    boost::json::value page = boost::json::parse(response.body, none);
    const boost::json::value* failure =
        page.is_object() ? page.as_object().if_contains("error") : nullptr;
    if (!failure || !failure->is_object()) response.or_throw();
    throw failure_in(*failure, response.status);
}

awaitable<boost::json::value> fetch(std::string url, std::string token) {
    http::Client client(co_await asio::this_coro::executor, options_with(token));
    http::ClientResponse response = co_await client.get(std::move(url));
    co_return json_of(response);
}

awaitable<boost::json::value> send(std::string url, std::string token, std::string body) {
    http::Client client(co_await asio::this_coro::executor, options_with(token));
    http::ClientResponse response = co_await client.post(std::move(url), std::move(body));
    co_return json_of(response);
}

awaitable<void> follow(std::string url, std::string token, std::string body,
                       const RestClient::TakeEvent& take) {
    http::Client client(co_await asio::this_coro::executor, options_with(token));
    http::ClientRequest request{.method = http::Method::Post, .url = url, .body = std::move(body)};
    request.headers.set("Content-Type", "application/json");
    http::ResponseStream answer = co_await client.open(request);
    if (answer.status() != 200) {
        http::ClientResponse refusal{answer.status(), answer.headers(), {}, url};
        while (auto piece = co_await answer.next_chunk()) refusal.body += as_text(*piece);
        json_of(refusal);
    }
    http::EventParser parser;
    while (auto piece = co_await answer.next_chunk()) {
        for (const http::ServerSentEvent& event : parser.feed(as_text(*piece))) {
            if (!take(event)) co_return;
        }
    }
}

}  // namespace

RestClient RestClient::of_call(const Call& call) {
    return RestClient(url_of(call), call.config.text("rest.token"));
}

template <typename Ask>
auto RestClient::asked(const Ask& ask) const {
    try {
        return runtime::run(ask());
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Unavailable) throw;
        throw Error(ErrorCode::Unavailable, "no Tarn answers at {}", url_)
            .with_hint("start one with `tarn up`, or name another with --at URL or --data DIR");
    }
}

boost::json::value RestClient::get(const std::string& path) const {
    return asked([&] { return fetch(url_ + path, token_); });
}

boost::json::value RestClient::post(const std::string& path, const boost::json::value& body) const {
    std::string text = body.is_null() ? "" : boost::json::serialize(body);
    return asked([&] { return send(url_ + path, token_, text); });
}

void RestClient::post_for_events(const std::string& path, const boost::json::value& body,
                                 const TakeEvent& take) const {
    asked([&] { return follow(url_ + path, token_, boost::json::serialize(body), take); });
}

}  // namespace tarn::cli
