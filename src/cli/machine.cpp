#include "cli/machine.hpp"

#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>
#include <thread>

namespace tarn::cli {
namespace {

std::string cpu_model() {
    std::ifstream file("/proc/cpuinfo");
    std::string line;
    while (std::getline(file, line)) {
        auto colon = line.find(": ");
        if (line.starts_with("model name") && colon != std::string::npos) {
            return line.substr(colon + 2);
        }
    }
    return "unknown";
}

}  // namespace

Machine this_machine() {
    utsname system{};
    uname(&system);
    return {.cpu = cpu_model(),
            .cores = static_cast<int>(std::thread::hardware_concurrency()),
            .memory_bytes = sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE),
            .kernel = system.release};
}

}  // namespace tarn::cli
