// A Confluent schema registry: schemas of records by number, and numbers for schemas that records
// are written with. What was asked for once is kept, since a number means the same for ever.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "columns/avro_schema.hpp"
#include "connectors/formats/option_values.hpp"
#include "http/waiting_client.hpp"

namespace tarn::connectors {

struct RegistrySettings {
    std::string url;            // without a slash at its end
    std::string authorization;  // the header of that name; empty: none
};

// Of the options that say where the registry is and who we are. Throws InvalidInput for those that
// Tarn has no way to do.
RegistrySettings registry_settings(const OptionValues& options);

class SchemaRegistry {
public:
    explicit SchemaRegistry(RegistrySettings settings);

    // Throws NotFound for a number that the registry does not have, Corrupt for a schema that we
    // have no way to read, Unavailable when nobody answers. The schema lives as long as this.
    const columns::AvroSchema& schema(int32_t id);

    // The number of that schema under the subject, a new one when it is not there yet. Throws
    // Conflict when the registry does not take it, for its rules of compatibility.
    int32_t id_of(const std::string& subject, const columns::AvroSchema& schema);

private:
    boost::json::value asked(http::ClientRequest request, const std::string& what);

    RegistrySettings settings_;
    http::WaitingClient client_;
    std::map<int32_t, columns::AvroSchema> schemas_;
    std::map<std::string, int32_t> ids_;  // by subject and text
};

}  // namespace tarn::connectors
