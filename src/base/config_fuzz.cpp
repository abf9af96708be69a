// Any text is either settings or refused with a place and a reason.
#include "base/bytes.hpp"
#include "base/config.hpp"
#include "base/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace tarn;
    Config config({{"kafka.port", SettingType::Integer, "9092", ""},
                   {"log.bytes", SettingType::Size, "1GiB", ""},
                   {"log.retention", SettingType::Duration, "7d", ""},
                   {"kafka.enabled", SettingType::Flag, "true", ""},
                   {"hosts", SettingType::List, "", ""}});
    try {
        config.set_from_toml({reinterpret_cast<const char*>(data), size}, "tarn.toml");
    } catch (const Error& error) {
        if (error.code() != ErrorCode::InvalidInput) throw;
    }
    config.integer("kafka.port");
    config.size("log.bytes");
    config.duration("log.retention");
    config.list("hosts");
    return 0;
}
