#include "http/assets.hpp"

#include <algorithm>
#include <vector>

#include "base/assert.hpp"
#include "http/header_values.hpp"

namespace tarn::http {
namespace {

// Assets by their path, with what to do for paths that none has.
class Assets {
public:
    Assets(std::span<const Asset> assets, AssetOptions options)
        : assets_(assets.begin(), assets.end()), options_(std::move(options)) {
        std::sort(assets_.begin(), assets_.end(),
                  [](const Asset& a, const Asset& b) { return a.path < b.path; });
    }

    Response answer(const Request& request, std::string_view path) const {
        const Asset* asset = find(path.empty() ? options_.fallback : path);
        if (!asset && is_page_visit(request, path)) asset = find(options_.fallback);
        if (!asset) throw Error(ErrorCode::NotFound, "there is nothing at {}", request.path());

        Response response = asset_response(request, *asset);
        bool is_forever =
            !options_.forever_below.empty() && asset->path.starts_with(options_.forever_below);
        response.headers.set("Cache-Control",
                             is_forever ? "public, max-age=31536000, immutable" : "no-cache");
        for (Header header : options_.headers) response.headers.set(header.name, header.value);
        return response;
    }

private:
    const Asset* find(std::string_view path) const {
        auto found =
            std::lower_bound(assets_.begin(), assets_.end(), path,
                             [](const Asset& a, std::string_view b) { return a.path < b; });
        return found != assets_.end() && found->path == path ? &*found : nullptr;
    }

    // A browser that opens a page asks for HTML. A script with a slip in its URL does not, and is
    // better served with an error than with a page.
    static bool is_page_visit(const Request& request, std::string_view path) {
        bool looks_like_file = path.substr(path.rfind('/') + 1).find('.') != std::string_view::npos;
        auto accept = request.header("Accept").value_or("");
        return !looks_like_file && accept.find("text/html") != std::string_view::npos;
    }

    std::vector<Asset> assets_;
    AssetOptions options_;
};

}  // namespace

Response asset_response(const Request& request, const Asset& asset) {
    Response response;
    response.headers = {{"Content-Type", asset.content_type},
                        {"ETag", asset.etag},
                        {"Vary", "Accept-Encoding"},
                        {"Accept-Ranges", "bytes"},
                        {"X-Content-Type-Options", "nosniff"}};
    auto none_match = request.header("If-None-Match");
    if (none_match && etag_matches(*none_match, asset.etag)) {
        response.status = 304;
        return response;
    }

    // A range is of the asset itself, never of its compressed form. One that was asked of another
    // version (If-Range) gets the whole.
    auto range_header = request.header("Range");
    auto if_range = request.header("If-Range");
    if (range_header && (!if_range || *if_range == asset.etag)) {
        RangeAnswer range = parse_range(*range_header, asset.bytes.size());
        if (auto* part = std::get_if<ByteRange>(&range)) {
            response.status = 206;
            response.headers.add("Content-Range", content_range(*part, asset.bytes.size()));
            auto bytes = as_bytes(asset.bytes.substr(part->first, part->count));
            response.body = SharedBytes(bytes, nullptr);
            return response;
        }
        if (std::holds_alternative<Unsatisfiable>(range)) {
            response.status = 416;
            response.headers.add("Content-Range", fmt::format("bytes */{}", asset.bytes.size()));
            return response;
        }
    }

    auto encodings = request.header("Accept-Encoding");
    bool is_gzip = !asset.gzip_bytes.empty() && encodings && accepts_gzip(*encodings);
    if (is_gzip) response.headers.add("Content-Encoding", "gzip");
    response.body = SharedBytes(as_bytes(is_gzip ? asset.gzip_bytes : asset.bytes), nullptr);
    return response;
}

void add_assets(Router& router, std::string prefix, std::span<const Asset> assets,
                AssetOptions options) {
    TARN_ASSERT(prefix.ends_with('/'));
    auto shared = std::make_shared<const Assets>(assets, std::move(options));
    router.add({.method = Method::Get,
                .path = prefix,
                .summary = "The first page",
                .handler = [shared](Request& request) -> awaitable<Response> {
                    co_return shared->answer(request, "");
                },
                .auth = Auth::Open});
    router.add({.method = Method::Get,
                .path = prefix + "{asset...}",
                .summary = "A file of the pages",
                .handler = [shared](Request& request) -> awaitable<Response> {
                    co_return shared->answer(request, request.path_parameter("asset"));
                },
                .auth = Auth::Open});
}

}  // namespace tarn::http
