// The catalog: which tables there are, and the one way in which each goes from one metadata file to
// the next. A commit takes effect when the store's entry is swapped, and at no other moment;
// whoever is killed before leaves at most a file that nobody names.
//
// Calls block and may come from several threads. Commits to one table are done one after the other,
// so that writers of this process never conflict over the swap.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "iceberg/catalog/any_catalog.hpp"
#include "iceberg/catalog/catalog_store.hpp"
#include "iceberg/format/metadata_builder.hpp"

namespace tarn::iceberg {

// The name of the file that comes after `previous`; that is empty for the first.
std::string next_metadata_location(const std::string& folder, const std::string& previous,
                                   bool is_packed, Random& random);

class Catalog : public AnyCatalog {
public:
    struct Parts {
        CatalogStore& store;
        TableFiles& files;
        Clock& clock;
        Random& random;
    };
    // `warehouse` is where tables lie that nobody chose a place for; it is below a root of the
    // files.
    Catalog(Parts parts, std::string warehouse);

    Parts& parts() { return parts_; }
    CatalogStore& store() { return parts_.store; }
    const std::string& warehouse() const { return warehouse_; }

    std::vector<Namespace> namespaces_in(const Namespace& parent) override;
    void create_namespace(const Namespace& space, const Properties& properties) override;
    // With the `location` of its tables, also when nobody chose one: Trino makes no tables in a
    // namespace without.
    Properties namespace_properties(const Namespace& space) override;
    void change_properties(const Namespace& space, const Properties& set,
                           std::span<const std::string> remove) override;
    void drop_namespace(const Namespace& space) override;
    // Throws NoSuchNamespace unless it is there.
    void check_namespace(const Namespace& space);

    std::vector<std::string> names_in(const Namespace& space, EntryKind kind) override;
    LoadedTable create_table(const CreateTable& request) override;
    // The metadata that the table would have. Nothing is kept of it.
    LoadedTable stage_table(const CreateTable& request);
    LoadedTable load_table(const TableName& name) override;
    bool has_table(const TableName& name);
    LoadedTable register_table(const TableName& name, const std::string& metadata_location,
                               bool replaces) override;
    void rename(const TableName& from, const TableName& to, EntryKind kind) override;
    void drop_table(const TableName& name, DroppedFiles files) override;

    LoadedView load_view(const TableName& name) override;
    void drop_view(const TableName& name) override;

    // A folder for a table or view where nothing lies yet.
    std::string free_location(const TableName& name);

    LoadedTable commit(const TableCommit& change) override;
    // All of them or none.
    void commit_all(std::span<const TableCommit> changes);

private:
    struct Prepared {
        EntryChange change;
        StoredMetadataPtr before;
        LoadedTable after;
        bool changes_nothing = false;
    };

    Prepared prepare(const TableCommit& change);
    LoadedTable take_out(const TableName& name);
    MetadataBuilder builder_for(const CreateTable& request);
    bool swap(std::span<const EntryChange> changes);
    void discard(std::span<const Prepared> prepared);
    void forget_old_metadata(const Prepared& done);
    std::optional<Entry> find_table(const TableName& name);
    std::mutex& lock_of(const TableName& name);

    Parts parts_;
    std::string warehouse_;
    // By the hash of the name.
    std::array<std::mutex, 64> locks_;
};

}  // namespace tarn::iceberg
