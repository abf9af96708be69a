#include "connectors/registry/open.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "connectors/clickhouse/clickhouse_sink.hpp"
#include "connectors/files/file_sink.hpp"
#include "connectors/files/file_source.hpp"
#include "connectors/formats/option_values.hpp"
#include "connectors/http/http_sink.hpp"
#include "connectors/iceberg/iceberg_sink.hpp"
#include "connectors/iceberg/iceberg_source.hpp"
#include "connectors/iceberg/metadata_source.hpp"
#include "connectors/jdbc/jdbc_lookup.hpp"
#include "connectors/jdbc/jdbc_sink.hpp"
#include "connectors/jdbc/jdbc_source.hpp"
#include "connectors/kafka/dead_letter_sink.hpp"
#include "connectors/kafka/kafka_sink.hpp"
#include "connectors/kafka/kafka_source.hpp"
#include "connectors/made_up/faker_lookup.hpp"
#include "connectors/made_up/faker_values.hpp"
#include "connectors/made_up/made_up_source.hpp"
#include "connectors/nexmark/nexmark_source.hpp"
#include "connectors/registry/lookup_cache_options.hpp"
#include "engine/job/loaded_lookup.hpp"

namespace tarn::connectors {
namespace {

using sql::stream::TableSource;
using TableSink = sql::stream::Sink;

struct Opener {
    std::string_view connector;
    // Null for what it cannot do.
    engine::SourcePtr (*source)(const TableSource& table, const Surroundings& with,
                                engine::SourceShare share) = nullptr;
    engine::SinkPtr (*sink)(const TableSink& table, const Surroundings& with) = nullptr;
    // Null where all that is read is rows.
    engine::RejectsPtr (*rejects)(const TableSource& table, const std::string& job,
                                  const Surroundings& with) = nullptr;
    engine::LookupPtr (*lookup)(const TableSource& table, const std::vector<size_t>& key,
                                const Surroundings& with) = nullptr;
};

engine::SourcePtr file_source(const TableSource& table, const Surroundings& with,
                              engine::SourceShare share) {
    if (share.index > 0) return nullptr;
    return std::make_unique<FileSource>(table, with.files, with.clock);
}

engine::SinkPtr file_sink(const TableSink& table, const Surroundings& with) {
    return std::make_unique<FileSink>(table, with.files, with.writer, with.random);
}

engine::SourcePtr datagen_source(const TableSource& table, const Surroundings& with,
                                 engine::SourceShare share) {
    if (share.index > 0) return nullptr;
    return std::make_unique<MadeUpSource>(table, value_maker, with.clock, with.random);
}

engine::SourcePtr faker_source(const TableSource& table, const Surroundings& with,
                               engine::SourceShare share) {
    if (share.index > 0) return nullptr;
    return std::make_unique<MadeUpSource>(table, faker_values, with.clock, with.random);
}

engine::LookupPtr faker_lookup(const TableSource& table, const std::vector<size_t>& key,
                               const Surroundings& with) {
    return std::make_unique<FakerLookup>(table, key, with.clock, with.random);
}

engine::SourcePtr nexmark_source(const TableSource& table, const Surroundings& with,
                                 engine::SourceShare share) {
    return std::make_unique<NexmarkSource>(table, with.clock, share);
}

std::vector<sql::Type> types_of(const StoredColumns& columns) {
    std::vector<sql::Type> types;
    for (const sql::TableColumn& column : columns) types.push_back(column.type);
    return types;
}

CatalogParts catalog_parts(const Surroundings& with) {
    return {with.clock, with.random, with.files.base_folder, with.iceberg};
}

engine::SourcePtr iceberg_source(const TableSource& table, const Surroundings& with,
                                 engine::SourceShare share) {
    if (share.index > 0) return nullptr;
    if (auto telling = std::dynamic_pointer_cast<const MetadataTable>(table.table->handle)) {
        return std::make_unique<MetadataSource>(table, telling, with.zone);
    }
    return std::make_unique<IcebergSource>(
        table, open_table(*table.table, table.options, catalog_parts(with)), with.clock, with.zone);
}

// Its rows as they are now, whatever the table says of reading on.
engine::LookupPtr iceberg_lookup(const TableSource& table, const std::vector<size_t>& key,
                                 const Surroundings& with) {
    constexpr std::chrono::milliseconds AgeMax(60'000);
    auto age_max = OptionValues(table.options).duration("monitor-interval").value_or(AgeMax);
    TableSource once = table;
    std::erase_if(once.options, [](const sql::Option& option) {
        return option.key == "streaming" || option.key == "start-snapshot-id";
    });
    auto open = [once, with] { return iceberg_source(once, with, {}); };
    open();  // what is wrong with it is told before the first row
    return std::make_unique<engine::LoadedLookup>(open, types_of(asked_columns(table)), key,
                                                  age_max, with.clock);
}

engine::SinkPtr iceberg_sink(const TableSink& table, const Surroundings& with) {
    if (std::dynamic_pointer_cast<const MetadataTable>(table.table->handle)) {
        throw Error(ErrorCode::InvalidInput, "{} tells of another table, and is not written",
                    name_of(*table.table));
    }
    return std::make_unique<IcebergSink>(
        table, open_table(*table.table, table.options, catalog_parts(with)), with.writer,
        with.random);
}

BadRecords bad_records(const TableSource& table, const Surroundings& with) {
    auto wish = OptionValues(table.options).text("tarn.bad-records");
    if (wish) return *wish == "fail" ? BadRecords::Fail : BadRecords::AreRejected;
    return with.has_rejects ? BadRecords::AreRejected : BadRecords::Fail;
}

engine::SourcePtr kafka_source(const TableSource& table, const Surroundings& with,
                               engine::SourceShare share) {
    return std::make_unique<KafkaSource>(table, open_topics(table.options, with.own_topics),
                                         with.clock, with.zone, bad_records(table, with), share);
}

// A pattern says nothing of where they are from.
std::string topic_of_late_rows(const sql::Options& options) {
    std::vector<std::string> topics = scan_options(options).topics;
    return topics.empty() ? OptionValues(options).wanted_text("tarn.dead-letter-topic") : topics[0];
}

engine::RejectsPtr dead_letters(const TableSource& table, const std::string& job,
                                const Surroundings& with) {
    OptionValues options(table.options);
    bool are_late_wanted = options.text("tarn.late-rows") == "dead-letter";
    if (bad_records(table, with) == BadRecords::Fail && !are_late_wanted) return nullptr;
    DeadLetterSettings settings{
        .topic = options.text("tarn.dead-letter-topic"), .job = job, .writer = with.writer};
    if (are_late_wanted) settings.late_from = topic_of_late_rows(table.options);
    return std::make_unique<DeadLetterSink>(open_topics(table.options, with.own_topics),
                                            std::move(settings), with.clock);
}

engine::SinkPtr kafka_sink(const TableSink& table, const Surroundings& with) {
    return std::make_unique<KafkaSink>(table, open_topics(table.options, with.own_topics),
                                       with.writer, with.clock, with.zone);
}

engine::SourcePtr jdbc_source(const TableSource& table, const Surroundings& with,
                              engine::SourceShare share) {
    bool is_shared = OptionValues(table.options).has("scan.partition.column");
    if (share.index > 0 && !is_shared) return nullptr;
    return std::make_unique<JdbcSource>(table, with.zone, share);
}

engine::SinkPtr jdbc_sink(const TableSink& table, const Surroundings& with) {
    return std::make_unique<JdbcSink>(table, with.clock, with.zone);
}

engine::LookupPtr jdbc_lookup(const TableSource& table, const std::vector<size_t>& key,
                              const Surroundings& with) {
    return std::make_unique<JdbcLookup>(table, key, with.zone);
}

engine::SinkPtr http_sink(const TableSink& table, const Surroundings& with) {
    return std::make_unique<HttpSink>(table, with.writer, with.clock, with.random,
                                      with.is_cancelled);
}

engine::SinkPtr clickhouse_sink(const TableSink& table, const Surroundings& with) {
    return std::make_unique<ClickHouseSink>(table, with.writer, with.clock, with.random,
                                            with.is_cancelled);
}

engine::SinkPtr print_sink(const TableSink& table, const Surroundings& with) {
    return std::make_unique<PrintSink>(table, with.consoles);
}

engine::SinkPtr blackhole_sink(const TableSink&, const Surroundings&) {
    return std::make_unique<BlackholeSink>();
}

constexpr auto Openers = std::to_array<Opener>({
    {.connector = "kafka", .source = kafka_source, .sink = kafka_sink, .rejects = dead_letters},
    {.connector = "upsert-kafka",
     .source = kafka_source,
     .sink = kafka_sink,
     .rejects = dead_letters},
    {.connector = "filesystem", .source = file_source, .sink = file_sink},
    {.connector = "datagen", .source = datagen_source},
    {.connector = "faker", .source = faker_source, .lookup = faker_lookup},
    {.connector = "nexmark", .source = nexmark_source},
    {.connector = "iceberg",
     .source = iceberg_source,
     .sink = iceberg_sink,
     .lookup = iceberg_lookup},
    {.connector = "jdbc", .source = jdbc_source, .sink = jdbc_sink, .lookup = jdbc_lookup},
    {.connector = "http", .sink = http_sink},
    {.connector = "clickhouse", .sink = clickhouse_sink},
    {.connector = "print", .sink = print_sink},
    {.connector = "blackhole", .sink = blackhole_sink},
});

const Opener& opener_of(const sql::StoredTable& table, const sql::Options& options) {
    auto name = OptionValues(options).text("connector");
    // The tables of an Iceberg catalog need not say it.
    if (table.handle) name = "iceberg";
    if (!name) {
        throw Error(ErrorCode::InvalidInput, "{}: the option 'connector' is missing",
                    name_of(table));
    }
    auto found = std::ranges::find(Openers, *name, &Opener::connector);
    if (found != Openers.end()) return *found;
    std::vector<std::string> running;
    for (const Opener& each : Openers) running.emplace_back(each.connector);
    throw Error(ErrorCode::InvalidInput, "{}: there is no connector '{}'", name_of(table), *name)
        .with_hint(name_hint(*name, running));
}

[[noreturn]] void refuse_use(const sql::StoredTable& table, const Opener& opener,
                             std::string_view use) {
    throw Error(ErrorCode::InvalidInput, "{}: tables of the connector '{}' cannot be {}",
                name_of(table), opener.connector, use);
}

}  // namespace

std::shared_ptr<sql::Catalog> open_catalog(const std::string& name, const sql::Options& options,
                                           const Surroundings& surroundings) {
    return open_catalog(name, options, catalog_parts(surroundings));
}

engine::SourcePtr open_source(const TableSource& table, const Surroundings& surroundings,
                              engine::SourceShare share) {
    const Opener& opener = opener_of(*table.table, table.options);
    if (!opener.source) refuse_use(*table.table, opener, "read");
    return opener.source(table, surroundings, share);
}

engine::RejectsPtr open_rejects(const TableSource& table, const std::string& job,
                                const Surroundings& surroundings) {
    const Opener& opener = opener_of(*table.table, table.options);
    return opener.rejects ? opener.rejects(table, job, surroundings) : nullptr;
}

engine::SinkPtr open_sink(const TableSink& table, const Surroundings& surroundings) {
    const Opener& opener = opener_of(*table.table, table.options);
    if (!opener.sink) refuse_use(*table.table, opener, "written");
    return opener.sink(table, surroundings);
}

engine::LookupPtr open_lookup(const TableSource& table, const std::vector<size_t>& key,
                              const Surroundings& surroundings) {
    const Opener& opener = opener_of(*table.table, table.options);
    if (!opener.lookup) refuse_use(*table.table, opener, "looked up");
    auto cache = lookup_cache_settings(table.options);
    engine::LookupPtr lookup = opener.lookup(table, key, surroundings);
    if (!cache) return lookup;
    return std::make_unique<engine::CachedLookup>(std::move(lookup), types_of(asked_columns(table)),
                                                  *cache, surroundings.clock);
}

}  // namespace tarn::connectors
