// The same for responses, which nobody can read without knowing what was asked: in front of each
// stand a key and a version.
#include "kafka/wire/testing/there_and_back.hpp"

using namespace tarn;
using namespace tarn::kafka;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    Reader in{std::as_bytes(std::span(data, size))};
    int16_t key = 0;
    int16_t version = 0;
    auto correlation_id = unless_refused([&] {
        key = in.take_int16();
        version = in.take_int16();
        return read_response_header(in, static_cast<ApiKey>(key), version);
    });
    if (!correlation_id) return 0;
    visit_response(static_cast<ApiKey>(key),
                   [&]<typename T>() { check_there_and_back<T>(in, version); });
    return 0;
}
