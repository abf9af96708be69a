// Who holds a TCP port, read from /proc: "address in use" alone sends people searching.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

namespace tarn::cli {

struct PortOwner {
    pid_t pid;
    std::string name;
};

// Nothing when nobody listens there, or when the process is another user's and so cannot be seen.
std::optional<PortOwner> owner_of_port(uint16_t port);

}  // namespace tarn::cli
