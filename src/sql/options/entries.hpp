// The connectors by what they reach; connector.cpp joins them to the registry.
#pragma once

#include "sql/options/connector.hpp"

namespace tarn::sql {

std::vector<Connector> kafka_connectors();
std::vector<Connector> file_connectors();
std::vector<Connector> generator_connectors();
std::vector<Connector> console_connectors();
std::vector<Connector> database_connectors();
std::vector<Connector> http_connectors();
std::vector<Connector> iceberg_connectors();

std::vector<Format> text_formats();
std::vector<Format> binary_formats();

// What an Iceberg catalog takes, in CREATE CATALOG and in a table of its connector.
std::vector<OptionRule> iceberg_catalog_options();

}  // namespace tarn::sql
