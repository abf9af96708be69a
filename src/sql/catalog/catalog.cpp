#include "sql/catalog/catalog.hpp"

#include <fmt/format.h>

namespace tarn::sql {

std::string text_of(const ObjectPath& path) {
    return fmt::format("{}.{}.{}", path.catalog, path.database, path.name);
}

const ObjectPath& path_of(const StoredObject& object) {
    return std::visit([](const auto& each) -> const ObjectPath& { return each->path; }, object);
}

std::vector<std::string> MemoryCatalog::databases() const {
    std::vector<std::string> names;
    for (const auto& [name, objects] : databases_) names.push_back(name);
    return names;
}

void MemoryCatalog::create_database(const std::string& name) {
    databases_.try_emplace(name);
}

void MemoryCatalog::drop_database(const std::string& name) {
    databases_.erase(name);
}

std::vector<std::string> MemoryCatalog::objects(const std::string& database) const {
    std::vector<std::string> names;
    for (const auto& [name, object] : databases_.at(database)) names.push_back(name);
    return names;
}

std::optional<StoredObject> MemoryCatalog::find(const std::string& database,
                                                const std::string& name) const {
    auto objects = databases_.find(database);
    if (objects == databases_.end()) return std::nullopt;
    auto found = objects->second.find(name);
    return found == objects->second.end() ? std::nullopt : std::optional(found->second);
}

void MemoryCatalog::put(const StoredObject& object) {
    const ObjectPath& path = path_of(object);
    // A database elsewhere may be there without anybody having said so.
    auto& objects = is_complete_ ? databases_.at(path.database) : databases_[path.database];
    objects.insert_or_assign(path.name, object);
}

void MemoryCatalog::drop(const std::string& database, const std::string& name) {
    databases_.at(database).erase(name);
}

}  // namespace tarn::sql
