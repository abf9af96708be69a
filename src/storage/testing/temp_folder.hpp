// A folder for one test, gone with it.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

#include "base/assert.hpp"
#include "storage/uri.hpp"

namespace tarn::storage::testing {

class TempFolder {
public:
    TempFolder() {
        std::string pattern = std::filesystem::temp_directory_path() / "tarn-test-XXXXXX";
        TARN_ASSERT(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    ~TempFolder() { std::filesystem::remove_all(path_); }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    Uri uri() const { return Uri::parse(path_.native()); }

private:
    std::filesystem::path path_;
};

}  // namespace tarn::storage::testing
