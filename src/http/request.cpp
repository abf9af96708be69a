#include "http/request.hpp"

#include "base/assert.hpp"
#include "http/json.hpp"
#include "http/target.hpp"

namespace tarn::http {

Request::Request(Method method, std::string target, Headers headers, std::string body)
    : method_(method),
      target_(std::move(target)),
      headers_(std::move(headers)),
      body_(std::move(body)) {
    auto parts = parse_target(target_);
    TARN_ASSERT(parts.has_value());
    path_ = parts->path;
    query_ = parts->query;
}

std::string_view Request::path_parameter(std::string_view name) const {
    for (const PathParameter& parameter : path_parameters_) {
        if (parameter.name == name) return parameter.value;
    }
    TARN_ASSERT(!"the route has this path parameter");
    return {};
}

std::optional<std::string> Request::query(std::string_view name) const {
    if (query_.empty()) return std::nullopt;
    for (auto& [key, value] : parse_query(query_)) {
        if (key == name) return std::move(value);
    }
    return std::nullopt;
}

std::vector<std::pair<std::string, std::string>> Request::query_parameters() const {
    return parse_query(query_);
}

awaitable<std::string> Request::body() {
    std::string whole;
    while (auto chunk = co_await next_chunk()) whole.append(as_text(*chunk));
    co_return whole;
}

awaitable<boost::json::value> Request::json() {
    std::string text = co_await body();
    co_return parse_json(text, "request body");
}

awaitable<std::optional<Bytes>> Request::next_chunk() {
    if (source_) co_return co_await source_->next_chunk();
    if (!body_ || body_->empty()) co_return std::nullopt;
    Bytes whole = copy_of(as_bytes(*body_));
    body_.reset();
    co_return whole;
}

}  // namespace tarn::http
