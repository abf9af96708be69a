// For tests of Iceberg tables in SQL: a catalog with its database and its files in memory, which
// can lose the answers of commits, and statements over it.
#pragma once

#include <gmock/gmock.h>

#include "connectors/formats/test_tables.hpp"
#include "connectors/iceberg_tables/iceberg_catalog.hpp"
#include "iceberg/catalog/catalog.hpp"
#include "iceberg/lint/testing/findings.hpp"
#include "sql/statements/definitions.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::connectors {

// The catalog's commits as one sees them through a network that fails.
class FailingAccess final : public iceberg::TableAccess {
public:
    explicit FailingAccess(iceberg::TableAccess& access) : access_(access) {}

    iceberg::LoadedTable load_table(const iceberg::TableName& name) override {
        if (is_cut_off) throw Error(ErrorCode::Unavailable, "nobody answers");
        return access_.load_table(name);
    }

    iceberg::LoadedTable commit(const iceberg::TableCommit& change) override {
        if (is_refusing) throw Error(ErrorCode::Unavailable, "the catalog is not there");
        auto done = access_.commit(change);
        if (!loses_answers) return done;
        is_cut_off = cuts_off;
        throw iceberg::CatalogError(iceberg::CatalogFault::CommitStateUnknown, "no answer came");
    }

    bool is_refusing = false;
    bool loses_answers = false;
    bool cuts_off = false;  // from the first answer that is lost
    bool is_cut_off = false;

private:
    iceberg::TableAccess& access_;
};

class TestConnection final : public CatalogConnection {
public:
    TestConnection(Clock& clock, Random& random)
        : disk(storage::Uri::parse("file:///lake"), clock),
          clock_(clock),
          random_(random),
          catalog_({store_, files, clock_, random_}, disk.uri_of("warehouse")),
          access(catalog_),
          committers_({access, files, clock, random, [](auto) {}}) {}

    iceberg::AnyCatalog& catalog() override { return catalog_; }
    iceberg::Committers& committers_of(const iceberg::LoadedTable&) override { return committers_; }

    storage::MemoryDisk disk;
    iceberg::TableFiles files{{&disk}, 0};

private:
    Clock& clock_;
    Random& random_;
    iceberg::CatalogStore store_{iceberg::open_sqlite(":memory:"), "tarn"};
    iceberg::Catalog catalog_;

public:
    FailingAccess access;

private:
    iceberg::Committers committers_;
};

class IcebergTest : public testing::Test {
protected:
    IcebergTest() {
        workspace.open_catalog = [this](const std::string& name, const sql::Options&) {
            return std::make_shared<IcebergCatalog>(name, connection, iceberg::Namespace{});
        };
        run("CREATE CATALOG lake WITH ('type' = 'iceberg', 'catalog-type' = 'rest', 'uri' = 'x')");
        run("CREATE DATABASE lake.db");
        run("USE lake.db");
    }

    // Throws what is wrong with it.
    void run(const std::string& text) {
        auto problems = sql::define(sql::parse_statement(sql::Source("test", text)), workspace);
        if (!problems.empty()) throw sql::SqlError(problems.front());
    }

    sql::StoredTablePtr table(const std::string& name) {
        return std::get<sql::StoredTablePtr>(workspace.names.find(sql::Name{{name}}));
    }
    IcebergTablePtr handle(const std::string& name) {
        return std::dynamic_pointer_cast<const IcebergTable>(table(name)->handle);
    }
    iceberg::TableMetadata metadata(const std::string& name) {
        return handle(name)->load().metadata();
    }

    std::string findings(const std::string& name) {
        return lint_findings(connection->files, handle(name)->load().metadata_location);
    }

    SystemClock clock;
    SeededRandom random{7};
    std::shared_ptr<TestConnection> connection = std::make_shared<TestConnection>(clock, random);
    sql::Workspace workspace;
};

}  // namespace tarn::connectors
