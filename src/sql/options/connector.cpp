#include "sql/options/connector.hpp"

#include <algorithm>
#include <iterator>

#include "sql/options/entries.hpp"

namespace tarn::sql {
namespace {

using enum OptionKind;

template <typename Entry>
void append(std::vector<Entry>& all, std::vector<Entry> some) {
    std::ranges::move(some, std::back_inserter(all));
}

template <typename Entry>
const Entry* find_in(const std::vector<Entry>& all, std::string_view name) {
    auto found = std::ranges::find(all, name, &Entry::name);
    return found == all.end() ? nullptr : &*found;
}

std::vector<Connector> every_connector() {
    std::vector<Connector> all = kafka_connectors();
    append(all, file_connectors());
    append(all, generator_connectors());
    append(all, console_connectors());
    append(all, database_connectors());
    append(all, http_connectors());
    append(all, iceberg_connectors());
    return all;
}

std::vector<Format> every_format() {
    std::vector<Format> all = text_formats();
    append(all, binary_formats());
    return all;
}

std::vector<CatalogKind> every_catalog_kind() {
    return {
        {.name = "generic_in_memory",
         .text = "Tables for as long as the session lasts.",
         .takes = {.options = {{"default-database", SomeText, "The database it begins with.",
                                "default"},
                               {"property-version", Integer, "Accepted, without effect.", "1"}}}},
        {.name = "iceberg",
         .text = "Iceberg tables, those of Tarn itself or of another catalog. What is not listed "
                 "here is handed to the catalog as it stands.",
         .takes = {.options = iceberg_catalog_options(),
                   .clauses = {{{"catalog-type", "rest"}, Clause::Then::Needs, {"uri"}},
                               {{"catalog-type", "hadoop"}, Clause::Then::Needs, {"warehouse"}},
                               {{"catalog-type"}, Clause::Then::Excludes, {"catalog-impl"}}},
                   .passed = {""}}},
        {.name = "jdbc",
         .text = "The tables of a PostgreSQL or MySQL server.",
         .takes = {
             .options = {
                 {.key = "base-url",
                  .kind = SomeText,
                  .text = "The server alone: jdbc:postgresql://host:port.",
                  .is_required = true},
                 {.key = "default-database",
                  .kind = SomeText,
                  .text = "The database to connect to.",
                  .is_required = true},
                 {.key = "username",
                  .kind = SomeText,
                  .text = "Who connects.",
                  .is_required = true},
                 {.key = "password", .text = "The password of that user.", .is_required = true}}}}};
}

}  // namespace

const std::vector<Connector>& all_connectors() {
    static const std::vector<Connector> All = every_connector();
    return All;
}

const std::vector<Format>& all_formats() {
    static const std::vector<Format> All = every_format();
    return All;
}

const std::vector<CatalogKind>& all_catalog_kinds() {
    static const std::vector<CatalogKind> All = every_catalog_kind();
    return All;
}

const Connector* find_connector(std::string_view name) {
    return find_in(all_connectors(), name);
}

const Format* find_format(std::string_view name) {
    return find_in(all_formats(), name);
}

const CatalogKind* find_catalog_kind(std::string_view name) {
    return find_in(all_catalog_kinds(), name);
}

const OptionSet& options_of_tables() {
    static const OptionSet All{
        .options = {
            {"connector", SomeText, "What the table stands for: kafka, filesystem, datagen, …"},
            {"property-version", Integer, "Accepted, without effect.", "1"},
            {"tarn.partition-by", SomeText,
             "How files are grouped, with Iceberg's transforms: hour(ts), bucket(16, id)."},
            {.key = "tarn.schema-evolution",
             .kind = Choice,
             .text = "Whether columns that are new in the records are added to the table.",
             .fallback = "none",
             .choices = {"none", "add-columns"}}}};
    return All;
}

const OptionSet& options_of_sources() {
    static const OptionSet All{
        .options = {{.key = "scan.watermark.emit.strategy",
                     .kind = Choice,
                     .text = "When watermarks are sent on: from time to time, or after rows.",
                     .fallback = "on-periodic",
                     .choices = {"on-periodic", "on-event"}},
                    {"scan.watermark.emit.on-event.gap", Positive,
                     "After how many rows, with the strategy on-event.", "1"},
                    {"scan.watermark.idle-timeout", Duration,
                     "How long a partition may be silent before it is waited for no more."},
                    {"scan.watermark.alignment.group", SomeText,
                     "Sources of one group wait for each other."},
                    {"scan.watermark.alignment.max-drift", Duration,
                     "How far one source of a group may be ahead of the others."},
                    {"scan.watermark.alignment.update-interval", Duration,
                     "How often the sources of a group compare their watermarks.", "1s"}},
        .clauses = {{{"scan.watermark.alignment.group"},
                     Clause::Then::Needs,
                     {"scan.watermark.alignment.max-drift"}},
                    {{"scan.watermark.alignment.max-drift"},
                     Clause::Then::Needs,
                     {"scan.watermark.alignment.group"}},
                    {{"scan.watermark.alignment.update-interval"},
                     Clause::Then::Needs,
                     {"scan.watermark.alignment.group"}}}};
    return All;
}

}  // namespace tarn::sql
