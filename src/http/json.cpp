#include "http/json.hpp"

#include <boost/json/stream_parser.hpp>

#include <algorithm>

#include "base/error.hpp"

namespace tarn::http {

boost::json::value parse_json(std::string_view text, std::string_view name) {
    boost::json::parse_options options;
    options.max_depth = JsonDepthMax;
    boost::json::stream_parser parser({}, options);
    boost::system::error_code failure;
    size_t used = parser.write_some(text.data(), text.size(), failure);
    if (!failure && used < text.size()) failure = boost::json::error::extra_data;
    if (!failure) parser.finish(failure);
    if (failure) {
        std::string_view before = text.substr(0, used);
        auto line = 1 + std::count(before.begin(), before.end(), '\n');
        auto column = before.size() - (before.rfind('\n') + 1) + 1;
        throw Error(ErrorCode::InvalidInput, "{}:{}:{}: {}", name, line, column, failure.message())
            .with_hint("send one valid JSON value in UTF-8");
    }
    return parser.release();
}

}  // namespace tarn::http
