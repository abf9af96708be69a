// Logging by part. Each folder of src/ is a part ("http", "kafka"), named for it by the build, and
// each part has its own level. Lines are text on a terminal and JSON elsewhere, on stderr.
#pragma once

#include <fmt/core.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tarn::logging {

enum class Format { Auto, Text, Json };

// Sets the format and the levels: `levels` reads "info" or "info,http=debug,kafka=warn". Auto is
// text when stderr is a terminal. May be called again; loggers already handed out follow.
void configure(Format format, std::string_view levels);

Format format_named(std::string_view name);

// Copies each line, as JSON, to this file too, which is what `tarn logs` reads. Past `bytes_max`
// the file is rolled; FilesKept of them stay.
constexpr int FilesKept = 3;
void also_write_to(const std::string& path, int64_t bytes_max);

enum class Level { Debug, Info, Warn, Error };

// The logger of a part; made on first use and kept to the end of the process. Lines are formatted
// behind this interface: spdlog in every source that logs would be half of what is compiled there.
class Logger {
public:
    virtual ~Logger() = default;

    virtual bool takes(Level level) const = 0;

    template <typename... Args>
    void write(Level level, fmt::format_string<Args...> text, const Args&... args) {
        write_formatted(level, text, fmt::make_format_args(args...));
    }

private:
    virtual void write_formatted(Level level, fmt::string_view text, fmt::format_args args) = 0;
};

Logger& of(const char* part);

}  // namespace tarn::logging

#define TARN_LOG_AT(level, ...)                                                           \
    do {                                                                                  \
        static ::tarn::logging::Logger& tarn_logger = ::tarn::logging::of(TARN_LOG_PART); \
        if (tarn_logger.takes(level)) tarn_logger.write(level, __VA_ARGS__);              \
    } while (false)

#define TARN_LOG_DEBUG(...) TARN_LOG_AT(::tarn::logging::Level::Debug, __VA_ARGS__)
#define TARN_LOG_INFO(...) TARN_LOG_AT(::tarn::logging::Level::Info, __VA_ARGS__)
#define TARN_LOG_WARN(...) TARN_LOG_AT(::tarn::logging::Level::Warn, __VA_ARGS__)
#define TARN_LOG_ERROR(...) TARN_LOG_AT(::tarn::logging::Level::Error, __VA_ARGS__)
