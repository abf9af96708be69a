// The headers in front of every message, and the way from a message to a frame:
//
//   Reader in(frame_without_its_size);
//   RequestHeader header = read_request_header(in);
//   auto request = MetadataRequest::read(in, header.request_api_version);
//   Frame answer = response_frame(response, header.request_api_version, header.correlation_id);
#pragma once

#include "kafka/wire/apis.hpp"
#include "kafka/wire/frame.hpp"
#include "kafka/wire/messages/request_header.hpp"
#include "kafka/wire/reader.hpp"
#include "kafka/wire/writer.hpp"

namespace tarn::kafka {

// Throws InvalidInput when the key is not one of ours. The version may be one that we do not have.
RequestHeader read_request_header(Reader& in);

// Writers for the message that follows; finish_frame() ends them.
Writer begin_request(const RequestHeader& header);
Writer begin_response(ApiKey key, int version, int32_t correlation_id);

// Answers the correlation id.
int32_t read_response_header(Reader& in, ApiKey key, int version);

template <typename Response>
Frame response_frame(const Response& response, int version, int32_t correlation_id) {
    Writer out = begin_response(Response::Key, version, correlation_id);
    response.write(out, version);
    return std::move(out).finish_frame();
}

// `header` needs a version, and may have a correlation id and the client's name.
template <typename Request>
Frame request_frame(const Request& request, RequestHeader header) {
    header.request_api_key = static_cast<int16_t>(Request::Key);
    Writer out = begin_request(header);
    request.write(out, header.request_api_version);
    return std::move(out).finish_frame();
}

}  // namespace tarn::kafka
