#include "base/log.hpp"

#include <fcntl.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/dist_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <map>
#include <mutex>
#include <optional>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "base/json_text.hpp"

namespace tarn::logging {
namespace {

// One JSON object a line, with the fields that log collectors look for.
class JsonFormatter : public spdlog::formatter {
public:
    void format(const spdlog::details::log_msg& line, spdlog::memory_buf_t& out) override {
        auto since_epoch =
            std::chrono::duration_cast<std::chrono::microseconds>(line.time.time_since_epoch());
        auto second = std::chrono::duration_cast<std::chrono::seconds>(since_epoch);
        std::time_t time = second.count();
        std::tm utc{};
        gmtime_r(&time, &utc);
        char stamp[32];
        std::strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);
        fmt::format_to(std::back_inserter(out),
                       R"({{"time":"{}.{:06}Z","level":"{}","part":"{}","message":)", stamp,
                       (since_epoch - second).count(),
                       std::string_view(spdlog::level::to_string_view(line.level).data()),
                       std::string_view(line.logger_name.data(), line.logger_name.size()));
        std::string text = json_quoted({line.payload.data(), line.payload.size()});
        out.append(text.data(), text.data() + text.size());
        std::string_view end = "}\n";
        out.append(end.data(), end.data() + end.size());
    }

    std::unique_ptr<spdlog::formatter> clone() const override {
        return std::make_unique<JsonFormatter>();
    }
};

spdlog::level::level_enum spdlog_level(Level level) {
    switch (level) {
        case Level::Debug:
            return spdlog::level::debug;
        case Level::Info:
            return spdlog::level::info;
        case Level::Warn:
            return spdlog::level::warn;
        case Level::Error:
            return spdlog::level::err;
    }
    TARN_ASSERT(false);
}

class PartLogger : public Logger {
public:
    PartLogger(const std::string& part, spdlog::sink_ptr sink) : logger_(part, std::move(sink)) {
        logger_.flush_on(spdlog::level::info);
    }

    void set_level(spdlog::level::level_enum level) { logger_.set_level(level); }

    bool takes(Level level) const override { return logger_.should_log(spdlog_level(level)); }

private:
    void write_formatted(Level level, fmt::string_view text, fmt::format_args args) override {
        logger_.log(spdlog_level(level), fmt::vformat(text, args));
    }

    spdlog::logger logger_;
};

// The one piece of process-wide state in Tarn besides the clock: loggers are reached by macro from
// everywhere, so they cannot be handed in. A mutex guards it, since parts live on several threads.
class Registry {
public:
    Registry() { configure(Format::Auto, "info"); }

    void configure(Format format, std::string_view levels) {
        Levels parsed = Levels::parse(levels);
        std::lock_guard lock(mutex_);
        levels_ = std::move(parsed);
        auto terminal = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
        if (format == Format::Json || (format == Format::Auto && !isatty(STDERR_FILENO))) {
            terminal->set_formatter(std::make_unique<JsonFormatter>());
        } else {
            terminal->set_pattern("%H:%M:%S.%e %^%-5!l%$ %-10!n %v");
        }
        if (terminal_) sinks_->remove_sink(terminal_);
        sinks_->add_sink(terminal);
        terminal_ = terminal;
        for (auto& [part, logger] : loggers_) logger->set_level(levels_.of(part));
    }

    void also_write_to(const std::string& path, int64_t bytes_max) {
        auto file = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
            path, static_cast<size_t>(bytes_max), FilesKept - 1);
        file->set_formatter(std::make_unique<JsonFormatter>());
        std::lock_guard lock(mutex_);
        sinks_->add_sink(file);
    }

    Logger& of(const std::string& part) {
        std::lock_guard lock(mutex_);
        auto& logger = loggers_[part];
        if (!logger) {
            logger = std::make_unique<PartLogger>(part, sinks_);
            logger->set_level(levels_.of(part));
        }
        return *logger;
    }

private:
    struct Levels {
        spdlog::level::level_enum usual = spdlog::level::info;
        std::map<std::string, spdlog::level::level_enum, std::less<>> by_part;

        static Levels parse(std::string_view text) {
            Levels levels;
            while (!text.empty()) {
                std::string_view item = text.substr(0, text.find(','));
                text.remove_prefix(std::min(item.size() + 1, text.size()));
                auto equals = item.find('=');
                if (equals == std::string_view::npos) {
                    levels.usual = level_named(item);
                } else {
                    levels.by_part[std::string(item.substr(0, equals))] =
                        level_named(item.substr(equals + 1));
                }
            }
            return levels;
        }

        static spdlog::level::level_enum level_named(std::string_view name) {
            if (name == "debug") return spdlog::level::debug;
            if (name == "info") return spdlog::level::info;
            if (name == "warn") return spdlog::level::warn;
            if (name == "error") return spdlog::level::err;
            if (name == "off") return spdlog::level::off;
            throw Error(ErrorCode::InvalidInput, "unknown log level '{}'", name)
                .with_hint("use debug, info, warn, error or off, as in 'info,http=debug'");
        }

        spdlog::level::level_enum of(std::string_view part) const {
            auto found = by_part.find(part);
            return found == by_part.end() ? usual : found->second;
        }
    };

    std::mutex mutex_;
    std::shared_ptr<spdlog::sinks::dist_sink_mt> sinks_ =
        std::make_shared<spdlog::sinks::dist_sink_mt>();
    spdlog::sink_ptr terminal_;
    std::map<std::string, std::unique_ptr<PartLogger>, std::less<>> loggers_;
    Levels levels_;
};

Registry& registry() {
    // Never destroyed, so that a line logged while the process leaves still has somewhere to go.
    static Registry& only = *new Registry();
    return only;
}

}  // namespace

void configure(Format format, std::string_view levels) {
    registry().configure(format, levels);
}

Format format_named(std::string_view name) {
    if (name == "auto") return Format::Auto;
    if (name == "text") return Format::Text;
    if (name == "json") return Format::Json;
    throw Error(ErrorCode::InvalidInput, "unknown log format '{}'", name)
        .with_hint("use auto, text or json");
}

void also_write_to(const std::string& path, int64_t bytes_max) {
    registry().also_write_to(path, bytes_max);
}

Logger& of(const char* part) {
    return registry().of(part);
}

}  // namespace tarn::logging
