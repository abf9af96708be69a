// What `tarn doctor` looks at: each check says what it found and, where something is wrong, one
// thing to do about it.
#pragma once

#include <string>
#include <vector>

#include "base/config.hpp"

namespace tarn::cli {

enum class CheckState { Ok, Warn, Fail };

struct Check {
    std::string what;
    CheckState state;
    std::string found;
    std::string fix = {};
};

std::vector<Check> check_ports(const Config& config);
Check check_folder(const Config& config);
Check check_disk_space(const Config& config);
Check check_open_files();
Check check_clock();
Check check_libraries();

}  // namespace tarn::cli
