// Opens what a table stands for: where its rows come from and where they go, by the connector that
// its options name.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "connectors/consoles/print_sink.hpp"
#include "connectors/files/file_place.hpp"
#include "connectors/http/patient_client.hpp"
#include "connectors/iceberg_tables/open_catalog.hpp"
#include "connectors/kafka/open_topics.hpp"
#include "engine/job/sink.hpp"
#include "engine/job/source.hpp"
#include "engine/operators/lookup.hpp"

namespace tarn::connectors {

// What connectors need of the world. Clock, random and streams outlive all that is opened.
struct Surroundings {
    const Clock& clock;
    Random& random;
    Consoles consoles;
    FileAccess files;
    // Tells a sink from those of all jobs, and is the same when its job starts again: part of the
    // names that it gives.
    std::string writer;
    IcebergAccess iceberg = {};
    // The topics of the Tarn that runs the job; empty where it has none.
    OwnTopics own_topics = nullptr;
    sql::TimeZone zone = {};  // of the session
    // Records that are no rows go to open_rejects() where their table does not say otherwise;
    // without it they end the query.
    bool has_rejects = false;
    // Once it is set, sinks wait for no server any more. Null where nobody can cancel.
    CancelFlag is_cancelled = nullptr;
};

// What CREATE CATALOG names; null for catalogs that nothing is to be opened for.
std::shared_ptr<sql::Catalog> open_catalog(const std::string& name, const sql::Options& options,
                                           const Surroundings& surroundings);

// These throw InvalidInput for a connector that there is not, or that cannot do this.
// Null for a share of what one alone reads, but for the first.
engine::SourcePtr open_source(const sql::stream::TableSource& table,
                              const Surroundings& surroundings, engine::SourceShare share = {});
// Where a job puts what it cannot use of a table; null where it does not. `job` is told with it.
engine::RejectsPtr open_rejects(const sql::stream::TableSource& table, const std::string& job,
                                const Surroundings& surroundings);
engine::SinkPtr open_sink(const sql::stream::Sink& table, const Surroundings& surroundings);
// With a cache where the options say so. `key` names the columns of the source that it is asked by.
engine::LookupPtr open_lookup(const sql::stream::TableSource& table, const std::vector<size_t>& key,
                              const Surroundings& surroundings);

}  // namespace tarn::connectors
