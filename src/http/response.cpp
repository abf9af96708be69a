#include "http/response.hpp"

#include <boost/json/serialize.hpp>

#include "base/json_text.hpp"

namespace tarn::http {

Response json_response(const boost::json::value& value, int status) {
    return {.status = status,
            .headers = {{"Content-Type", "application/json"}},
            .body = boost::json::serialize(value)};
}

Response text_response(std::string text, int status) {
    return {.status = status,
            .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
            .body = std::move(text)};
}

Response error_response(const Failure& failure) {
    // Messages may quote bytes that a client sent, so they go through the writer that always gives
    // valid JSON.
    std::string text = R"({"error":{"code":)" + json_quoted(failure.code) + R"(,"message":)" +
                       json_quoted(failure.message);
    if (!failure.hint.empty()) text += R"(,"hint":)" + json_quoted(failure.hint);
    text += "}}";
    return {.status = failure.status,
            .headers = {{"Content-Type", "application/json"}},
            .body = std::move(text)};
}

Response error_response(const Error& error) {
    return error_response(failure_of(error));
}

}  // namespace tarn::http
