// Which addresses in SQL mean this very Tarn: where it listens, and the names that a compose file
// has for its parts, as long as they lead nowhere else. The same SQL then runs here and there.
#pragma once

#include <cstdint>
#include <mutex>
#include <set>
#include <string>

#include "base/config.hpp"
#include "cli/data_folder.hpp"

namespace tarn::cli {

class OwnAddresses {
public:
    // Those that the settings name.
    explicit OwnAddresses(const Config& config);

    // Where it really listens, which is not what the settings name when ports are chosen freely.
    void add(const Faces& faces);

    // Looks the name up, so it may block.
    bool has(const std::string& host, uint16_t port) const;

private:
    void add(const std::string& host, uint16_t port);

    std::set<std::string> names_;
    mutable std::mutex mutex_;
    std::set<uint16_t> loopback_ports_;
    std::set<std::pair<std::string, uint16_t>> elsewhere_;  // not on loopback
};

}  // namespace tarn::cli
