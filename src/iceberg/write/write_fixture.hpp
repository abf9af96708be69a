// Tables in memory for the tests of this folder, and their files read back.
#pragma once

#include <arrow/io/memory.h>
#include <arrow/scalar.h>
#include <arrow/table.h>
#include <arrow/util/key_value_metadata.h>
#include <gtest/gtest.h>
#include <parquet/arrow/reader.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "columns/arrow_result.hpp"
#include "columns/json_decoder.hpp"
#include "iceberg/catalog/table_files.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "iceberg/format/new_table.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::iceberg {

class WriteTest : public testing::Test {
protected:
    static constexpr int64_t Now = 1'763'717'400'000;
    static constexpr const char* Location = "file:///w/t";

    // id long, ts timestamptz, name string.
    static SchemaPtr trades() {
        return Schema::make(0,
                            {{.id = 1, .name = "id", .is_required = true, .type = TypeKind::Long},
                             {.id = 2, .name = "ts", .type = TypeKind::TimestampTz},
                             {.id = 3, .name = "name", .type = TypeKind::String}});
    }

    static TableMetadata table(NewTable wanted) {
        wanted.location = Location;
        return new_table(wanted, "9c12d441-03fe-4693-9a96-a0705ddf69c1", Now).finish(std::nullopt);
    }
    static TableMetadata table(std::map<std::string, std::string> properties = {}) {
        return table({.schema = trades(), .location = {}, .properties = std::move(properties)});
    }
    static TableMetadata table_by(int32_t source_id, Transform transform,
                                  std::map<std::string, std::string> properties = {}) {
        return table({.schema = trades(),
                      .spec = {.fields = {{source_id, 1000, "part", std::move(transform)}}},
                      .location = {},
                      .properties = std::move(properties)});
    }

    static std::shared_ptr<arrow::RecordBatch> rows(const TableMetadata& table,
                                                    std::string_view json_lines) {
        columns::JsonDecoder decoder(arrow_schema(table.schema().fields()));
        decoder.append_lines(json_lines);
        auto decoded = decoder.finish();
        EXPECT_TRUE(decoded.errors.empty()) << decoded.errors[0].reason;
        return decoded.batch;
    }

    std::shared_ptr<arrow::Table> read(const std::string& location) const {
        auto place = files_.at(location);
        Bytes bytes = place.files->read(place.path);
        auto buffer = arrow::Buffer::FromString(std::string(as_text(bytes)));
        auto reader = columns::or_throw(parquet::arrow::OpenFile(
            std::make_shared<arrow::io::BufferReader>(buffer), arrow::default_memory_pool()));
        return columns::or_throw(reader->ReadTable());
    }

    // A column of a file as text: "1 2 null".
    std::string column(const std::string& location, const std::string& name) const {
        auto values = read(location)->GetColumnByName(name);
        std::string text;
        for (int64_t row = 0; row < values->length(); ++row) {
            if (row > 0) text += ' ';
            text += columns::or_throw(values->GetScalar(row))->ToString();
        }
        return text;
    }

    std::vector<std::string> paths_on_disk() const {
        std::vector<std::string> paths;
        for (const auto& entry : disk_.list("", storage::Depth::AllBelow)) {
            paths.push_back(entry.path);
        }
        return paths;
    }

    template <typename Work>
    static std::string refusal_of(const Work& work) {
        try {
            work();
        } catch (const Error& error) {
            return error.full_text();
        }
        return "nothing was refused";
    }

    SystemClock clock_;
    SeededRandom random_{7};
    storage::MemoryDisk disk_{storage::Uri::parse("file:///w"), clock_};
    TableFiles files_{{&disk_}, 0};
};

}  // namespace tarn::iceberg
