#include "server/process_metrics.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace tarn::server {
namespace {

namespace fs = std::filesystem;

// The fields of /proc/self/stat behind the name of the program, which may itself hold spaces.
struct ProcessStat {
    double threads;
    double started_after_boot_seconds;
    double virtual_bytes;
    double resident_bytes;
};

ProcessStat read_stat() {
    std::ifstream file("/proc/self/stat");
    std::string text(std::istreambuf_iterator<char>(file), {});
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    double field[25] = {};  // numbered as in proc(5), where 3 is the state
    std::string state;
    fields >> state;
    for (int number = 4; number <= 24; ++number) fields >> field[number];
    auto ticks_per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
    auto page_bytes = static_cast<double>(sysconf(_SC_PAGESIZE));
    return {.threads = field[20],
            .started_after_boot_seconds = field[22] / ticks_per_second,
            .virtual_bytes = field[23],
            .resident_bytes = field[24] * page_bytes};
}

// By the clock, since /proc counts in hundredths of a second.
double cpu_seconds() {
    timespec spent{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) / 1e9;
}

double boot_time_seconds() {
    std::ifstream file("/proc/uptime");
    double uptime = 0;
    file >> uptime;
    auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration<double>(now).count() - uptime;
}

}  // namespace

ProcessMetrics::ProcessMetrics(Metrics& metrics)
    : cpu_seconds_(metrics.counter("process_cpu_seconds_total", "CPU time, user and system")),
      resident_bytes_(metrics.gauge("process_resident_memory_bytes", "Memory that is in RAM")),
      virtual_bytes_(metrics.gauge("process_virtual_memory_bytes", "Address space in use")),
      threads_(metrics.gauge("process_threads", "Threads")),
      open_files_(metrics.gauge("process_open_fds", "Open file descriptors")),
      open_files_max_(metrics.gauge("process_max_fds", "How many may be open")),
      started_seconds_(metrics.gauge("process_start_time_seconds", "When the process started")) {
    started_seconds_.Set(boot_time_seconds() + read_stat().started_after_boot_seconds);
}

void ProcessMetrics::refresh() {
    std::lock_guard lock(mutex_);
    ProcessStat stat = read_stat();
    cpu_seconds_.Increment(cpu_seconds() - cpu_seconds_.Value());
    resident_bytes_.Set(stat.resident_bytes);
    virtual_bytes_.Set(stat.virtual_bytes);
    threads_.Set(stat.threads);
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    open_files_max_.Set(static_cast<double>(limit.rlim_cur));
    std::error_code ignored;
    open_files_.Set(static_cast<double>(
        std::distance(fs::directory_iterator("/proc/self/fd", ignored), fs::directory_iterator())));
}

}  // namespace tarn::server
