#include "cli/rest_client.hpp"

#include <boost/json.hpp>

#include "base/error.hpp"
#include "cli/data_folder.hpp"
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

awaitable<boost::json::value> fetch(std::string url, std::string token) {
    http::ClientOptions options;
    if (!token.empty()) options.headers.set("Authorization", "Bearer " + token);
    http::Client client(co_await asio::this_coro::executor, options);
    http::ClientResponse response = co_await client.get(std::move(url));
    co_return response.or_throw().json();
}

}  // namespace

RestClient RestClient::of_call(const Call& call) {
    return RestClient(url_of(call), call.config.text("rest.token"));
}

boost::json::value RestClient::get(const std::string& path) const {
    try {
        return runtime::run(fetch(url_ + path, token_));
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Unavailable) throw;
        throw Error(ErrorCode::Unavailable, "no Tarn answers at {}", url_)
            .with_hint("start one with `tarn up`, or name another with --at URL or --data DIR");
    }
}

}  // namespace tarn::cli
