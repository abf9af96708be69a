#include "iceberg/scan/name_mapping.hpp"

#include <boost/json/parse.hpp>

#include "base/error.hpp"
#include "iceberg/format/json_object.hpp"
#include "iceberg/format/schema.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

namespace {

// Several names on many levels multiply.
constexpr size_t PathsMax = 100'000;

}  // namespace

NameMapping NameMapping::parse(std::string_view text) {
    boost::system::error_code failure;
    json::value value = json::parse(json::string_view(text.data(), text.size()), failure);
    if (failure || !value.is_array()) {
        throw Error(ErrorCode::InvalidInput, "{}: a list of fields is expected",
                    NameMappingProperty);
    }
    NameMapping mapping;
    mapping.add(value, {{}}, 0);
    return mapping;
}

void NameMapping::add(const json::value& json, const std::vector<Path>& parents, int depth) {
    if (depth > NestingMax || !json.is_array()) {
        throw Error(ErrorCode::InvalidInput, "{}: a list of fields is expected",
                    NameMappingProperty);
    }
    for (const json::value& each : json.get_array()) {
        JsonObject field(each, std::string(NameMappingProperty));
        std::vector<Path> paths;
        for (const std::string& name : field.text_list("names")) {
            for (Path path : parents) {
                path.push_back(name);
                paths.push_back(std::move(path));
            }
        }
        if (ids_.size() + paths.size() > PathsMax) field.refuse("names", "there are too many");
        if (auto id = field.find_small_number("field-id")) {
            for (const Path& path : paths) ids_.emplace(path, *id);
        }
        if (const json::value* children = field.find("fields")) add(*children, paths, depth + 1);
    }
}

std::optional<int32_t> NameMapping::find(const Path& path) const {
    auto found = ids_.find(path);
    if (found == ids_.end()) return std::nullopt;
    return found->second;
}

}  // namespace tarn::iceberg
