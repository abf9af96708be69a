// The OpenAPI 3.1 description of a router, made from its routes: what the console's types and the
// API page are generated from.
#pragma once

#include <boost/json/object.hpp>

#include <string>

#include "http/route.hpp"

namespace tarn::http {

boost::json::object openapi_of(const Router& router, const std::string& title,
                               const std::string& version);

}  // namespace tarn::http
