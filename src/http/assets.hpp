// Files that are part of the binary, such as the console. The build packs a folder into one C++
// file (cmake/embed.cmake), with each text compressed once and for all; here they are served.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "http/route.hpp"

namespace tarn::http {

struct Asset {
    std::string_view path;  // "assets/app.js", without a slash in front
    std::string_view content_type;
    std::string_view bytes;
    std::string_view gzip_bytes;  // empty when compressing did not pay
    std::string_view etag;        // of the content, with its quotes
};

struct AssetOptions {
    // Answers browsers that open a path which no asset has: the one page of a single-page app,
    // whose script reads the path. Paths that end like a file, "x.js", stay unknown.
    std::string fallback = {};
    // Assets below this path have a name that changes with their content, so browsers may keep
    // them.
    std::string forever_below = "assets/";
    // Sent with every asset: Content-Security-Policy and the like.
    Headers headers = {};
};

// Adds GET routes for "/" and everything below `prefix` ("/" or "/console/"). The assets live as
// long as the process. Other routes of the router win over them.
void add_assets(Router& router, std::string prefix, std::span<const Asset> assets,
                AssetOptions options = {});

// The answer of a request for one asset: If-None-Match, gzip and ranges are seen to.
Response asset_response(const Request& request, const Asset& asset);

}  // namespace tarn::http
