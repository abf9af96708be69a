// The rules about the metadata file itself.
#pragma once

#include <boost/json/object.hpp>

#include <string>

#include "iceberg/format/table_metadata.hpp"
#include "iceberg/lint/findings.hpp"

namespace tarn::iceberg {

// Of the text as it is, also where it cannot be understood.
void check_metadata_json(const boost::json::object& metadata, const std::string& place,
                         LintFindings& findings);

// Of what it means.
void check_metadata(const TableMetadata& table, const std::string& place, LintFindings& findings);

// "file:///a/b" and "s3://bucket/a" are fine; "/a/b", "file:/a" and "s3a://" are not.
void check_location(const std::string& location, const std::string& place, LintFindings& findings);

}  // namespace tarn::iceberg
