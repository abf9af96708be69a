// Any bytes are a request with its header, or refused. What reads as a request comes back.
#include "kafka/wire/testing/there_and_back.hpp"

using namespace tarn;
using namespace tarn::kafka;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    Reader in{std::as_bytes(std::span(data, size))};
    auto header = unless_refused([&] { return read_request_header(in); });
    if (!header) return 0;
    visit_request(static_cast<ApiKey>(header->request_api_key),
                  [&]<typename T>() { check_there_and_back<T>(in, header->request_api_version); });
    return 0;
}
