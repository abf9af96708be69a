// What a handler answers. Content-Length, Transfer-Encoding, Connection and Date are the server's
// to write; everything else is as the handler sets it.
#pragma once

#include <boost/json/fwd.hpp>

#include <string>

#include "http/body.hpp"
#include "http/failure.hpp"
#include "http/headers.hpp"

namespace tarn::http {

struct Response {
    int status = 200;
    Headers headers = {};
    Body body = {};
};

Response json_response(const boost::json::value& value, int status = 200);
Response text_response(std::string text, int status = 200);

// {"error":{"code":"not_found","message":"…","hint":"…"}}: the shape of every failure, unless the
// router brings its own. The hint is left out when there is none.
Response error_response(const Failure& failure);
Response error_response(const Error& error);

}  // namespace tarn::http
