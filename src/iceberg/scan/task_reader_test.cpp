#include "iceberg/scan/task_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "columns/parquet_writer.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "iceberg/format/single_value.hpp"
#include "iceberg/scan/scan_fixture.hpp"
#include "storage/arrow_io.hpp"

namespace tarn::iceberg {
namespace {

using testing::ElementsAre;

using Row = std::vector<OptionalValue>;

SchemaPtr trades() {
    return Schema::make(0, {{.id = 1, .name = "id", .type = TypeKind::Int},
                            {.id = 2, .name = "symbol", .type = TypeKind::String}});
}

Row row(int32_t id, std::optional<std::string> symbol) {
    Row values{id, std::nullopt};
    if (symbol) values[1] = *symbol;
    return values;
}

class TaskReading : public testing::Test {
protected:
    explicit TaskReading(int format_version = 2)
        : fixture_(trades(), {}, format_version), cache_(fixture_.files()) {}

    TableMetadata& table() { return fixture_.table(); }

    DataFile written(const std::string& path, const std::vector<Field>& fields,
                     const std::vector<Row>& rows, int64_t row_group_rows = 1000) {
        auto schema = arrow_schema(fields);
        auto builder = columns::make_row_builder(*schema);
        for (const Row& values : rows) {
            for (size_t i = 0; i < values.size(); ++i) append_value(builder->child(i), values[i]);
            builder->append_valid();
        }
        auto stream = storage::arrow_output(fixture_.disk().open_writer(path));
        auto writer =
            columns::ParquetWriter::open(stream, schema, {.row_group_rows_max = row_group_rows});
        writer.append(*columns::finish_batch(*builder, schema));
        DataFile file;
        file.file_bytes = writer.finish().file_bytes;
        EXPECT_TRUE(stream->Close().ok());
        file.path = fixture_.location(path);
        file.record_count = std::ssize(rows);
        return file;
    }
    DataFile data(const std::string& path, const std::vector<Row>& rows) {
        return written(path, table().schema().fields(), rows);
    }
    DataFile equality(const std::string& path, const std::vector<Field>& fields,
                      const std::vector<Row>& rows) {
        DataFile file = written(path, fields, rows);
        file.content = FileContent::EqualityDeletes;
        for (const Field& field : fields) file.equality_ids.push_back(field.id);
        return file;
    }

    // "1,a": values as text, null as "-".
    std::vector<std::string> rows(ScanRequest request = {},
                                  const std::vector<std::string>& names = {}) {
        ScanPlan planned = plan(table(), cache_, request);
        auto fields = select_columns(*planned.schema, names);
        ScanReader scan(table(), fixture_.files(), planned, {.columns = fields});
        std::vector<std::string> texts;
        for (const FileTask& task : planned.tasks) {
            TaskReader reader = scan.open(task);
            while (auto batch = reader.next()) {
                for (int64_t row = 0; row < batch->num_rows(); ++row) {
                    texts.push_back(text_of(*batch, fields, row));
                }
            }
        }
        return texts;
    }

    static std::string text_of(const arrow::RecordBatch& batch, const std::vector<Field>& fields,
                               int64_t row) {
        std::string text;
        for (size_t i = 0; i < fields.size(); ++i) {
            auto value = value_at(*batch.column(static_cast<int>(i)), row, fields[i].type);
            if (i > 0) text += ',';
            text += value ? to_text(*value, fields[i].type) : "-";
        }
        return text;
    }

    ScanFixture fixture_;
    ManifestCache cache_;
};

class TaskReadingOfVersion3 : public TaskReading {
protected:
    TaskReadingOfVersion3() : TaskReading(3) {}
};

TEST_F(TaskReading, leaves_out_rows_that_equal_deleted_ones) {
    fixture_.append({data("a", {row(1, "x"), row(2, "y"), row(3, std::nullopt), row(4, "y")})});
    fixture_.append({equality("d", {trades()->fields()[1]}, {{std::nullopt}, {std::string("x")}}),
                     equality("e", trades()->fields(), {row(4, "y")})});
    fixture_.append({data("b", {row(5, "x")})});

    EXPECT_THAT(rows(), ElementsAre("2,y", "5,x"));
    EXPECT_THAT(rows({}, {"id"}), ElementsAre("2", "5"));
}

TEST_F(TaskReading, compares_deleted_rows_by_columns_that_were_dropped_or_widened) {
    fixture_.append({data("a", {row(1, "x"), row(2, "y"), row(3, "z")})});
    fixture_.append({equality("d", {trades()->fields()[1]}, {{std::string("x")}}),
                     equality("e", {trades()->fields()[0]}, {{int32_t{3}}})});
    table().schemas.push_back(Schema::make(1, {{.id = 1, .name = "id", .type = TypeKind::Long}}));
    table().current_schema_id = 1;

    EXPECT_THAT(rows(), ElementsAre("2"));
}

TEST_F(TaskReading, passes_over_row_groups_without_a_row_to_find) {
    std::vector<Row> many;
    for (int32_t i = 0; i < 10; ++i) many.push_back(row(i, i < 5 ? "a" : "b"));
    DataFile file = written("a", trades()->fields(), many, 2);
    fixture_.append({file});
    Filter filter = bind(condition("id", Operation::Equal, {7}), *trades());
    DataReader reader(fixture_.files(), file, trades()->fields(), {.filter = filter});

    auto found = reader.next();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->first_position, 6);
    EXPECT_EQ(found->count, 2);
    EXPECT_FALSE(reader.next());
    EXPECT_EQ(reader.row_groups_skipped(), 4);
    EXPECT_THAT(rows({.filter = condition("id", Operation::Equal, {7})}, {"id", "_pos"}),
                ElementsAre("7,7"));
}

TEST_F(TaskReading, checks_columns_that_are_not_asked_for) {
    fixture_.append({data("a", {row(1, "x"), row(2, "y"), row(3, std::nullopt)})});

    EXPECT_THAT(rows({.filter = condition("symbol", Operation::NotEqual, {"x"})}, {"id"}),
                ElementsAre("2"));
}

TEST_F(TaskReading, fills_in_what_the_file_is_too_old_for) {
    fixture_.append({data("a", {row(1, "x")})});
    table().schemas.push_back(Schema::make(1, {{.id = 1, .name = "id", .type = TypeKind::Long},
                                               {.id = 3, .name = "none", .type = TypeKind::Date},
                                               {.id = 4,
                                                .name = "given",
                                                .is_required = true,
                                                .type = Type::decimal(9, 2),
                                                .initial_default = boost::json::value("1.50")}}));
    table().current_schema_id = 1;

    EXPECT_THAT(rows(), ElementsAre("1,-,1.50"));
    EXPECT_THAT(rows({.filter = condition("given", Operation::Greater, {2})}), ElementsAre());
}

TEST_F(TaskReading, takes_partition_columns_from_the_manifest_where_the_file_lacks_them) {
    table().specs[0].fields = {{2, 1000, "symbol", Transform::identity()}};
    DataFile file = written("a", {trades()->fields()[0]}, {{int32_t{1}}});
    file.partition = {std::string("x")};
    fixture_.append({file});

    EXPECT_THAT(rows(), ElementsAre("1,x"));
    EXPECT_THAT(rows({}, {"symbol", "_spec_id", "_file"}),
                ElementsAre("x,0," + fixture_.location("a")));
}

TEST_F(TaskReadingOfVersion3, numbers_rows_through_the_life_of_the_table) {
    fixture_.append({data("a", {row(1, "x"), row(2, "y")})});
    auto fields = trades()->fields();
    fields.push_back({.id = 2'147'483'540, .name = "_row_id", .type = TypeKind::Long});
    fixture_.append({written(
        "b", fields,
        {{int32_t{3}, std::nullopt, int64_t{0}}, {int32_t{4}, std::nullopt, std::nullopt}})});

    EXPECT_THAT(rows({}, {"id", "_row_id", "_last_updated_sequence_number"}),
                ElementsAre("1,0,1", "2,1,1", "3,0,2", "4,3,2"));
}

TEST_F(TaskReading, says_which_file_it_cannot_read) {
    DataFile file = data("a", {row(1, "x")});
    fixture_.append({file});
    fixture_.disk().write("a", as_bytes("this is no Parquet file, is it?"));
    auto refusal = [&] {
        try {
            rows();
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::Corrupt);
            return std::string(error.what());
        }
        return std::string("none");
    };
    EXPECT_THAT(refusal(), testing::StartsWith(fixture_.location("a") + ": "));

    table().schemas.push_back(Schema::make(1, {{.id = 2, .name = "n", .type = TypeKind::Long}}));
    table().current_schema_id = 1;
    data("a", {});
    auto text = written("a", trades()->fields(), {row(1, "x")});
    EXPECT_THROW(rows(), Error);
}

}  // namespace
}  // namespace tarn::iceberg
