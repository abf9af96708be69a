// What the cluster knows besides its records: topics, users, access rules, the producer ids given
// out. A durable map from names to JSON documents, small enough to live in memory, kept in one file
// of framed entries (docs/formats/log.md). A change is on the disk when put() or remove() returns;
// the last entry of a crash in mid-write is cut off.
//
// Names have a kind before the slash: "topic/trades", "user/alice". One caller at a time; calls
// that change something block.
#pragma once

#include <boost/json/value.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "storage/file_system.hpp"

namespace tarn::log {

class Registry {
public:
    using Entries = std::map<std::string, boost::json::value, std::less<>>;

    // Opens the file at `path` or starts one. Throws Corrupt when it is damaged before its end.
    Registry(storage::Disk& disk, std::string path);

    std::optional<boost::json::value> find(std::string_view name) const;
    // All whose name starts with "kind/", the names without it.
    Entries of_kind(std::string_view kind) const;

    // Throws InvalidInput for text that is no UTF-8.
    void put(std::string name, boost::json::value document);
    void remove(std::string_view name);

private:
    void read_all();
    void append(std::string_view name, const boost::json::value* document);
    // Writes the file anew once most of it is out of date.
    void rewrite_if_worthwhile();

    storage::Disk& disk_;
    std::string path_;
    mutable std::mutex mutex_;
    std::unique_ptr<storage::File> file_;
    Entries entries_;
    int entries_in_file_ = 0;
};

}  // namespace tarn::log
