#include "kafka/wire/headers.hpp"

#include "kafka/wire/messages/response_header.hpp"

namespace tarn::kafka {
namespace {

const Api& api_of(int16_t key) {
    const Api* api = find_api(key);
    if (!api) refuse_key(static_cast<ApiKey>(key));
    return *api;
}

}  // namespace

RequestHeader read_request_header(Reader& in) {
    Reader ahead = in;
    const Api& api = api_of(ahead.take_int16());
    int version = ahead.take_int16();
    return RequestHeader::read(in, request_header_version(api, version));
}

Writer begin_request(const RequestHeader& header) {
    const Api& api = api_of(header.request_api_key);
    Writer out = Writer::for_frame();
    header.write(out, request_header_version(api, header.request_api_version));
    return out;
}

Writer begin_response(ApiKey key, int version, int32_t correlation_id) {
    const Api& api = api_of(static_cast<int16_t>(key));
    Writer out = Writer::for_frame();
    ResponseHeader{.correlation_id = correlation_id}.write(out,
                                                           response_header_version(api, version));
    return out;
}

int32_t read_response_header(Reader& in, ApiKey key, int version) {
    const Api& api = api_of(static_cast<int16_t>(key));
    return ResponseHeader::read(in, response_header_version(api, version)).correlation_id;
}

}  // namespace tarn::kafka
