// A REST catalog elsewhere. What it says of itself (its prefix, how it parts the levels of a
// namespace, which requests it knows) is asked for once, when it is opened. Tables are kept with
// their tags, so that loading one again that did not change moves nothing.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "iceberg/catalog/any_catalog.hpp"
#include "iceberg/remote/remote_server.hpp"

namespace tarn::iceberg {

class RemoteCatalog : public AnyCatalog {
public:
    // Throws Unavailable when nobody answers, Unauthorized when we are not let in.
    static std::unique_ptr<RemoteCatalog> open(RemoteSettings settings, const Clock& clock);

    std::vector<Namespace> namespaces_in(const Namespace& parent) override;
    void create_namespace(const Namespace& space, const Properties& properties) override;
    Properties namespace_properties(const Namespace& space) override;
    void change_properties(const Namespace& space, const Properties& set,
                           std::span<const std::string> remove) override;
    void drop_namespace(const Namespace& space) override;

    // Views of a server that does not know any: none.
    std::vector<std::string> names_in(const Namespace& space, EntryKind kind) override;
    LoadedTable create_table(const CreateTable& request) override;
    LoadedTable load_table(const TableName& name) override;
    LoadedTable register_table(const TableName& name, const std::string& metadata_location,
                               bool replaces) override;
    LoadedTable commit(const TableCommit& change) override;
    void rename(const TableName& from, const TableName& to, EntryKind kind) override;
    void drop_table(const TableName& name, DroppedFiles files) override;

    LoadedView load_view(const TableName& name) override;
    void drop_view(const TableName& name) override;

    // What the server wants of its clients, ours and its own together.
    const Properties& properties() const { return properties_; }

private:
    RemoteCatalog(RemoteSettings settings, const Clock& clock);

    void configure();
    std::string path_of(const Namespace& space) const;
    std::string path_of(const TableName& name, EntryKind kind) const;
    std::string joined(const Namespace& space) const;

    boost::json::value get(const std::string& url);
    boost::json::value post(const std::string& url, const boost::json::object& body,
                            Purpose purpose);
    void remove(const std::string& url);
    void for_each(const std::string& url, std::string_view member,
                  const std::function<void(const boost::json::value&)>& take);

    RemoteSettings settings_;
    RemoteServer server_;
    Properties properties_;
    std::string base_;  // what paths begin with
    std::string separator_;
    bool has_views_ = false;

    struct Kept {
        std::string tag;
        LoadedTable table;
    };
    std::mutex mutex_;
    std::map<TableName, Kept> kept_;
};

}  // namespace tarn::iceberg
