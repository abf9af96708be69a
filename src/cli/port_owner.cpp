#include "cli/port_owner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace tarn::cli {
namespace {

namespace fs = std::filesystem;

// The socket inodes that listen on the port, from /proc/net/tcp and tcp6: columns 1, 3 and 9 of
// each line are the local address, the state and the inode (proc(5)).
std::set<std::string> listening_inodes(uint16_t port) {
    constexpr std::string_view listening = "0A";
    std::string suffix = fmt::format(":{:04X}", port);
    std::set<std::string> inodes;
    for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        std::ifstream file(table);
        std::string line;
        std::getline(file, line);
        while (std::getline(file, line)) {
            std::istringstream columns(line);
            std::string slot, local, remote, state, skipped, inode;
            columns >> slot >> local >> remote >> state;
            for (int i = 0; i < 5; ++i) columns >> skipped;
            columns >> inode;
            if (state == listening && local.ends_with(suffix)) inodes.insert(inode);
        }
    }
    return inodes;
}

bool has_socket(const fs::path& process, const std::set<std::string>& inodes) {
    std::error_code denied;
    for (const auto& open_file : fs::directory_iterator(process / "fd", denied)) {
        std::string target = fs::read_symlink(open_file.path(), denied).string();
        if (!target.starts_with("socket:[")) continue;
        if (inodes.contains(target.substr(8, target.size() - 9))) return true;
    }
    return false;
}

}  // namespace

std::optional<PortOwner> owner_of_port(uint16_t port) {
    std::set<std::string> inodes = listening_inodes(port);
    if (inodes.empty()) return std::nullopt;
    for (const auto& process : fs::directory_iterator("/proc")) {
        std::string pid = process.path().filename().string();
        bool is_process = std::ranges::all_of(pid, [](char c) { return c >= '0' && c <= '9'; });
        if (!is_process || !has_socket(process.path(), inodes)) continue;
        std::string name;
        std::ifstream file(process.path() / "comm");
        std::getline(file, name);
        return PortOwner{std::stoi(pid), name};
    }
    return std::nullopt;
}

}  // namespace tarn::cli
