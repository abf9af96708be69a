// A folder of tables without any catalog beside them, laid out as Hadoop's: namespaces are folders,
// a table is a folder with `metadata/v1.metadata.json`, `v2…` and so on in it, and its newest
// version is the one with the highest number. A commit is the creation of the next number's file,
// which of many writers only one can do; `version-hint.text` spares readers the search, and may be
// behind or missing.
//
// What such a folder cannot do throws InvalidInput: tables lie where their name says and nowhere
// else, so they are neither renamed nor registered, and dropping one removes its files. It has no
// views.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "iceberg/catalog/any_catalog.hpp"
#include "storage/file_system.hpp"

namespace tarn::iceberg {

class FolderCatalog : public AnyCatalog {
public:
    // All outlive this.
    FolderCatalog(storage::FileSystem& root, const Clock& clock, Random& random);

    std::vector<Namespace> namespaces_in(const Namespace& parent) override;
    void create_namespace(const Namespace& space, const Properties& properties) override;
    Properties namespace_properties(const Namespace& space) override;
    void change_properties(const Namespace& space, const Properties& set,
                           std::span<const std::string> remove) override;
    void drop_namespace(const Namespace& space) override;

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

private:
    // A metadata file: the number in its name, and its path.
    struct Version {
        int number = 0;
        std::string path;
    };

    bool is_folder(const std::string& path) const;
    bool is_table(const std::string& path) const;
    void check_namespace(const Namespace& space) const;
    Properties read_properties(const std::string& path) const;

    std::optional<Version> newest_version(const std::string& table) const;
    std::optional<Version> version_by_hint(const std::string& table) const;
    std::optional<Version> find_version(const std::string& table, int number) const;
    // Nothing when somebody else has made this version.
    std::optional<LoadedTable> write_version(const std::string& table, int number,
                                             TableMetadata metadata);

    storage::FileSystem& root_;
    const Clock& clock_;
    Random& random_;
    TableFiles files_;
};

}  // namespace tarn::iceberg
