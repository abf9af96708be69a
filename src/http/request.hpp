// One request as handlers see it. The server makes it and keeps it until the response has been
// sent; a test makes its own. The body is read when it is asked for, so a handler that refuses a
// request by its head never waits for the rest.
#pragma once

#include <boost/json/fwd.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/body.hpp"
#include "http/headers.hpp"
#include "http/method.hpp"

namespace tarn::http {

struct PathParameter {
    std::string_view name;  // belongs to the route
    std::string value;      // decoded
};

class Request {
public:
    // A target that is no path asserts: what comes from outside was checked by parse_target.
    Request(Method method, std::string target, Headers headers = {}, std::string body = {});

    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;

    Method method() const { return method_; }

    // As they were sent, still escaped: what signatures are made over and logs show.
    std::string_view target() const { return target_; }
    std::string_view path() const { return path_; }
    std::string_view raw_query() const { return query_; }

    // Decoded, of "/v1/namespaces/{namespace}". A name that the route does not have asserts.
    std::string_view path_parameter(std::string_view name) const;

    // Decoded; the first of this name. "?a" and "?a=" are the empty text.
    std::optional<std::string> query(std::string_view name) const;
    std::vector<std::pair<std::string, std::string>> query_parameters() const;

    std::optional<std::string_view> header(std::string_view name) const {
        return headers_.find(name);
    }
    const Headers& headers() const { return headers_; }

    // The address of the other side, "127.0.0.1"; empty in tests.
    const std::string& client_address() const { return client_address_; }

    // The whole body, up to the route's limit; past it throws TooLarge.
    awaitable<std::string> body();

    // The body as JSON; throws InvalidInput with the place in it.
    awaitable<boost::json::value> json();

    // The next piece of the body as it arrives, nothing at its end. The limit holds for the sum.
    awaitable<std::optional<Bytes>> next_chunk();

private:
    friend class Connection;

    // What a connection refills for each request of its life, so that text keeps its memory.
    Request() = default;

    Method method_ = Method::Get;
    std::string target_;
    std::string_view path_;
    std::string_view query_;
    Headers headers_;
    std::vector<PathParameter> path_parameters_;
    std::string client_address_;
    BodySource* source_ = nullptr;     // null: the body is body_
    std::optional<std::string> body_;  // until it is taken
};

}  // namespace tarn::http
