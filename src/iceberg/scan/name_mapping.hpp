// The property `schema.name-mapping.default`, by which columns are found in files that were written
// without field ids, such as those that were added to a table as they lay.
#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tarn::iceberg {

inline constexpr std::string_view NameMappingProperty = "schema.name-mapping.default";

class NameMapping {
public:
    // Throws InvalidInput.
    static NameMapping parse(std::string_view text);

    // Where a column lies in a file: its names from the outermost on. What is in a list is called
    // "element", in a map "key" and "value".
    using Path = std::vector<std::string>;
    std::optional<int32_t> find(const Path& path) const;

private:
    void add(const boost::json::value& json, const std::vector<Path>& parents, int depth);

    std::map<Path, int32_t> ids_;
};

}  // namespace tarn::iceberg
