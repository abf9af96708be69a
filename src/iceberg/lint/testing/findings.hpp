// For tests that make tables: EXPECT_EQ(lint_findings(files, location), "").
#pragma once

#include <string>

#include "iceberg/catalog/table_files.hpp"
#include "iceberg/lint/lint.hpp"

namespace tarn::iceberg {

inline std::string lint_findings(const TableFiles& files, const std::string& metadata_location,
                                 LintOptions options = {}) {
    OpenLocation open = [&](const std::string& location) {
        TableFiles::Place place = files.at(location);
        return place.files->open_reader(place.path);
    };
    return to_text(lint(metadata_location, open, options));
}

}  // namespace tarn::iceberg
