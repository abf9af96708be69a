#include "cli/checks.hpp"

#include <arpa/inet.h>
#include <arrow/config.h>
#include <arrow/util/config.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/timex.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/clock.hpp"
#include "base/units.hpp"
#include "cli/data_folder.hpp"
#include "cli/kafka_settings.hpp"
#include "cli/port_owner.hpp"
#include "runtime/limits.hpp"

namespace tarn::cli {
namespace {

namespace fs = std::filesystem;

constexpr int64_t FreeDiskWanted = 1'000'000'000;

// 0 when the port can be bound now, else the reason.
int try_port(const std::string& address, uint16_t port) {
    int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int reuse = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(port);
    inet_pton(AF_INET, address.c_str(), &place.sin_addr);
    int failure = bind(socket, reinterpret_cast<sockaddr*>(&place), sizeof place) == 0 ? 0 : errno;
    close(socket);
    return failure;
}

// The nearest folder above that exists: the data folder itself may not be made yet.
fs::path existing_part_of(fs::path folder) {
    folder = fs::absolute(folder);
    while (!fs::exists(folder)) folder = folder.parent_path();
    return folder;
}

// One port that Tarn would listen on, and the setting that moves it.
struct Wanted {
    std::string setting;
    std::string address;
    uint16_t port = 0;
};

Check check_port(const Wanted& wanted) {
    std::string what = fmt::format("port {}", wanted.port);
    int failure = try_port(wanted.address, wanted.port);
    if (failure == 0) {
        return {what, CheckState::Ok, fmt::format("{}:{} is free", wanted.address, wanted.port)};
    }
    auto owner = owner_of_port(wanted.port);
    return {what, CheckState::Fail,
            fmt::format("{}:{}: {}{}", wanted.address, wanted.port, std::strerror(failure),
                        owner ? fmt::format(" ({}, pid {})", owner->name, owner->pid) : ""),
            fmt::format("stop that process, or use --set {} or --ports auto", wanted.setting)};
}

}  // namespace

std::vector<Check> check_ports(const Config& config) {
    if (config.text("ports") == "auto") {
        return {{"ports", CheckState::Ok, "any free ports will be taken"}};
    }
    if (auto running = running_in(config.text("data.folder"))) {
        return {{"ports", CheckState::Ok,
                 fmt::format("Tarn runs (pid {}) at {}", running->pid, running->faces["rest"])}};
    }
    std::vector<std::string> faces = {"rest", "iceberg"};
    if (config.flag("s3.enabled")) faces.push_back("s3");
    if (config.flag("flink.enabled")) faces.push_back("flink");
    std::vector<Wanted> all;
    for (const std::string& face : faces) {
        all.push_back({face + ".port=N", config.text(face + ".address"),
                       static_cast<uint16_t>(config.integer(face + ".port"))});
    }
    for (const kafka::ListenerOptions& listener : kafka_listeners(config)) {
        all.push_back({"kafka.listeners=HOST:PORT", listener.address, listener.port});
    }
    std::vector<Check> checks;
    for (const Wanted& wanted : all) {
        if (wanted.port != 0) checks.push_back(check_port(wanted));
    }
    return checks;
}

Check check_folder(const Config& config) {
    fs::path folder = config.text("data.folder");
    fs::path existing = existing_part_of(folder);
    if (access(existing.c_str(), W_OK) == 0 && fs::is_directory(existing)) {
        return {"folder", CheckState::Ok, fmt::format("{} can be written", folder.string())};
    }
    return {"folder", CheckState::Fail, fmt::format("{} cannot be written", existing.string()),
            "choose another folder with --data DIR, or change who may write there"};
}

Check check_disk_space(const Config& config) {
    fs::path existing = existing_part_of(config.text("data.folder"));
    auto free = static_cast<int64_t>(fs::space(existing).available);
    std::string found = fmt::format("{} free", to_human_size(free));
    if (free >= FreeDiskWanted) return {"disk", CheckState::Ok, found};
    return {"disk", CheckState::Warn, found,
            fmt::format("make room: {} are wanted", to_human_size(FreeDiskWanted))};
}

Check check_open_files() {
    runtime::OpenFiles limit = runtime::raise_open_files();
    std::string found = fmt::format("{} may be open at once", limit.allowed);
    if (!runtime::complaint_about(limit)) return {"open files", CheckState::Ok, found};
    return {"open files", CheckState::Warn, found,
            fmt::format("raise the hard limit: `ulimit -Hn {}`, or LimitNOFILE= of the service",
                        runtime::OpenFilesWanted)};
}

Check check_clock() {
    std::string now = to_rfc3339(SystemClock().now());
    timex state{};
    bool is_synchronised = adjtimex(&state) != TIME_ERROR && !(state.status & STA_UNSYNC);
    if (is_synchronised) return {"clock", CheckState::Ok, now + ", kept in step"};
    return {"clock", CheckState::Warn, now + ", nothing keeps it in step",
            "run a time service; event times and TLS depend on the clock"};
}

Check check_libraries() {
    std::string built_with = ARROW_VERSION_STRING;
    std::string runs_with = arrow::GetBuildInfo().version_string;
    if (built_with == runs_with) return {"libraries", CheckState::Ok, "Arrow " + runs_with};
    return {"libraries", CheckState::Fail,
            fmt::format("built with Arrow {}, but {} was loaded", built_with, runs_with),
            "remove the other Arrow from LD_LIBRARY_PATH"};
}

}  // namespace tarn::cli
