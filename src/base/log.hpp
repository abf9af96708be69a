// Logging by part. Each folder of src/ is a part ("http", "kafka"), named for it by the build, and
// each part has its own level. Lines are text on a terminal and JSON elsewhere, on stderr.
#pragma once

#include <spdlog/spdlog.h>

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

// The logger of a part; made on first use and kept to the end of the process.
spdlog::logger& of(const char* part);

}  // namespace tarn::logging

#define TARN_LOG_AT(level, ...)                                                    \
    do {                                                                           \
        static ::spdlog::logger& tarn_logger = ::tarn::logging::of(TARN_LOG_PART); \
        if (tarn_logger.should_log(level)) tarn_logger.log(level, __VA_ARGS__);    \
    } while (false)

#define TARN_LOG_DEBUG(...) TARN_LOG_AT(::spdlog::level::debug, __VA_ARGS__)
#define TARN_LOG_INFO(...) TARN_LOG_AT(::spdlog::level::info, __VA_ARGS__)
#define TARN_LOG_WARN(...) TARN_LOG_AT(::spdlog::level::warn, __VA_ARGS__)
#define TARN_LOG_ERROR(...) TARN_LOG_AT(::spdlog::level::err, __VA_ARGS__)
