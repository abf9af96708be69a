// Gives the interoperability tests tables that src/iceberg/table has changed in every way:
//   table_probe FOLDER VERSION   makes a table; prints one JSON a line for each change that was
//                                made, with the metadata file and the ids of the rows it has then
//
//   table_probe FOLDER VERSION equality-deletes
//                                the same with one change more, which PyIceberg does not read
//
// The table has an id and a day by which it is partitioned. In s3://BUCKET/FOLDER, at the endpoint
// and with the keys of AWS's variables, it is one of a folder catalog.
#include <fmt/format.h>

#include <boost/json.hpp>

#include <iostream>

#include "base/clock.hpp"
#include "columns/parquet_writer.hpp"
#include "iceberg/catalog/catalog.hpp"
#include "iceberg/catalog/folder_catalog.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "iceberg/format/column_bounds.hpp"
#include "iceberg/format/deletion_vector.hpp"
#include "iceberg/format/position_deletes.hpp"
#include "iceberg/table/cherry_pick.hpp"
#include "iceberg/table/committers.hpp"
#include "iceberg/table/ref_changes.hpp"
#include "probe_s3.hpp"
#include "storage/arrow_io.hpp"

namespace {

using namespace tarn;
using namespace tarn::iceberg;
namespace json = boost::json;

using Ids = std::vector<int64_t>;

class Story {
public:
    Story(const std::string& folder, const std::string& version)
        : disk_(storage::open_file_system(folder, library_, s3_of_environment())),
          is_v3_(version == "3"),
          files_({disk_.get()}, 1 << 20),
          committers_({catalog_, files_, clock_, random_, {}}) {
        catalog_.create_namespace({"db"}, {});
        auto schema =
            Schema::make(0, {{.id = 1, .name = "id", .is_required = true, .type = TypeKind::Long},
                             {.id = 2, .name = "day", .type = TypeKind::Int}});
        catalog_.create_table({.name = name_,
                               .schema = schema,
                               .spec = {.fields = {{2, 1000, "day", Transform::identity()}}},
                               .properties = {{"format-version", version},
                                              {"write.wap.enabled", "true"},
                                              {"commit.manifest.min-count-to-merge", "4"}}});
        data_ = catalog_.load_table(name_).metadata().location + "/data";
    }

    void tell() {
        DataFile one = rows(1, {1, 2, 3});
        DataFile two = rows(2, {4, 5, 6});
        step("append", append({one, two}), {1, 2, 3, 4, 5, 6});
        auto first = head();
        step("fast append", fast_append({rows(1, {7}), rows(3, {8})}), {1, 2, 3, 4, 5, 6, 7, 8});
        step("row delta", row_delta({rows(3, {9})}, {deletes(one, {0, 2})}, {.since = head()->id}),
             {2, 4, 5, 6, 7, 8, 9});
        DataFile small = rows(4, {10});
        step("append", append({small}), {2, 4, 5, 6, 7, 8, 9, 10});
        step("merging append", append({rows(4, {11})}), {2, 4, 5, 6, 7, 8, 9, 10, 11});
        step("rewrite", rewrite_files({two}, {rows(2, {6, 5, 4})}, *head()),
             {2, 4, 5, 6, 7, 8, 9, 10, 11});
        step("delete files", delete_files({small}), {2, 4, 5, 6, 7, 8, 9, 11});
        step("overwrite partitions", overwrite_partitions({rows(1, {12})}),
             {4, 5, 6, 8, 9, 11, 12});
        auto is_of_day_2 = [](const DataFile& file) {
            return file.partition[0] == Value(2) ? Match::All : Match::None;
        };
        step("overwrite where", overwrite_where(is_of_day_2, {rows(2, {13})}), {8, 9, 11, 12, 13});
        FileChanges staged = append({rows(5, {14})});
        staged.wap_id = "w1";
        step("staged append", std::move(staged), {8, 9, 11, 12, 13});
        step("append", append({rows(5, {15})}), {8, 9, 11, 12, 13, 15});
        step("publish", CherryPick::staged("w1"), {8, 9, 11, 12, 13, 14, 15});
        step("tag", create_tag("first", first->id), {8, 9, 11, 12, 13, 14, 15});
        FileChanges to_branch = append({rows(5, {16})});
        to_branch.branch = "dev";
        step("append to a branch", std::move(to_branch), {8, 9, 11, 12, 13, 14, 15});
        step("roll back", roll_back_to(first->id), {1, 2, 3, 4, 5, 6});
        step("append", append({rows(5, {17})}), {1, 2, 3, 4, 5, 6, 17});
    }

    void tell_of_equality_deletes() {
        DataFile deletes = rows(1, {2, 17});
        deletes.content = FileContent::EqualityDeletes;
        deletes.equality_ids = {1};
        // The 17 lies in another partition.
        step("equality deletes", row_delta({}, {deletes}, {.since = head()->id}),
             {1, 3, 4, 5, 6, 17});
    }

private:
    SnapshotPtr head() { return catalog_.load_table(name_).metadata().current_snapshot(); }

    void step(const std::string& what, FileChanges changes, const Ids& left) {
        print(what, committers_.commit(name_, std::move(changes)), left);
    }
    void step(const std::string& what, TableChange&& change, const Ids& left) {
        print(what, committers_.commit(name_, change), left);
    }
    static void print(const std::string& what, const LoadedTable& table, const Ids& left) {
        auto place = storage::Uri::parse(table.metadata_location);
        bool is_here = place.scheme() == storage::Scheme::File;
        json::object line{{"change", what},
                          {"metadata", is_here ? place.path() : place.text()},
                          {"ids", json::value_from(left)}};
        std::cout << json::serialize(line) << std::endl;
    }

    DataFile new_file(const std::string& ending) {
        DataFile file;
        file.path = fmt::format("{}/{}.{}", data_, ++file_count_, ending);
        return file;
    }

    DataFile rows(int32_t day, const Ids& ids) {
        auto schema = catalog_.load_table(name_).metadata().find_schema(0);
        auto columns = arrow_schema(schema->fields());
        auto builder = columns::make_row_builder(*columns);
        for (int64_t id : ids) {
            append_value(builder->child(0), Value(id));
            append_value(builder->child(1), Value(day));
            builder->append_valid();
        }
        DataFile file = new_file("parquet");
        file.partition = {day};
        return written(std::move(file), *columns::finish_batch(*builder, columns), *schema);
    }

    DataFile written(DataFile file, const arrow::RecordBatch& rows, const Schema& schema) {
        auto stream = storage::arrow_output(disk_->open_writer(disk_->path_of(file.path)));
        auto writer = columns::ParquetWriter::open(stream, rows.schema());
        writer.append(rows);
        auto metrics = writer.finish();
        if (!stream->Close().ok()) throw Error(ErrorCode::Internal, "{}: not closed", file.path);
        file.record_count = metrics.row_count;
        file.file_bytes = metrics.file_bytes;
        file.split_offsets = metrics.split_offsets;
        file.metrics = column_metrics(metrics, schema, MetricsModes::full());
        return file;
    }

    DataFile deletes(const DataFile& data, const Ids& positions) {
        PositionBitmap bitmap;
        for (int64_t position : positions) bitmap.add(position);
        DataFile file = new_file(is_v3_ ? "puffin" : "parquet");
        file.content = FileContent::PositionDeletes;
        file.partition = data.partition;
        file.referenced_data_file = data.path;
        if (!is_v3_) {
            return written(std::move(file), *position_delete_rows({{data.path, bitmap}}),
                           *position_delete_schema());
        }
        PuffinWriter puffin;
        PuffinBlob blob = add_deletion_vector(puffin, data.path, bitmap);
        Bytes bytes = puffin.finish({{"created-by", "table_probe"}});
        disk_->write(disk_->path_of(file.path), bytes);
        file.format = FileFormat::Puffin;
        file.record_count = bitmap.cardinality();
        file.file_bytes = std::ssize(bytes);
        file.content_offset = blob.offset;
        file.content_bytes = blob.length;
        return file;
    }

    std::unique_ptr<AnyCatalog> open_catalog() {
        if (disk_->root().scheme() == storage::Scheme::S3) {
            return std::make_unique<FolderCatalog>(*disk_, clock_, random_);
        }
        return std::make_unique<Catalog>(Catalog::Parts{store_, files_, clock_, random_},
                                         disk_->uri_of("warehouse"));
    }

    storage::S3Library library_;
    std::unique_ptr<storage::FileSystem> disk_;
    bool is_v3_;
    SystemClock clock_;
    SystemRandom random_;
    CatalogStore store_{open_sqlite(":memory:"), "tarn"};
    TableFiles files_;
    std::unique_ptr<AnyCatalog> opened_ = open_catalog();
    AnyCatalog& catalog_ = *opened_;
    Committers committers_;
    TableName name_{{"db"}, "t"};
    std::string data_;
    int file_count_ = 0;
};

}  // namespace

int main(int count, char** arguments) {
    std::vector<std::string> words(arguments + 1, arguments + count);
    bool has_equality_deletes = words.size() == 3 && words[2] == "equality-deletes";
    if (words.size() != 2 && !has_equality_deletes) {
        std::cerr << "table_probe FOLDER VERSION [equality-deletes]\n";
        return 1;
    }
    try {
        Story story(words[0], words[1]);
        story.tell();
        if (has_equality_deletes) story.tell_of_equality_deletes();
        return 0;
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
    }
    return 1;
}
