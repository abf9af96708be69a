// Gives the interoperability tests a hold on src/iceberg/scan. Tables lie in files of this machine,
// or in a bucket at the endpoint and with the keys of AWS's variables; what is asked for comes as
// JSON on stdin, rows go to stdout as a stream of Arrow:
//   scan_probe rows METADATA        {"filter", "columns", "snapshot-id", "ref", "as-of-ms"}
//   scan_probe table METADATA NAME  one of the tables about the table
//   scan_probe plan METADATA        the same request; statistics as JSON
#include <arrow/io/memory.h>
#include <arrow/ipc/writer.h>

#include <boost/json.hpp>

#include <iostream>
#include <iterator>

#include "columns/arrow_result.hpp"
#include "iceberg/scan/metadata_tables.hpp"
#include "iceberg/scan/task_reader.hpp"
#include "probe_s3.hpp"

namespace {

using namespace tarn;
using namespace tarn::iceberg;
namespace json = boost::json;

class Probe {
public:
    explicit Probe(std::string metadata)
        : disk_(storage::open_file_system(root_of(metadata), library_, s3_of_environment())),
          files_({disk_.get()}, 0),
          cache_(files_),
          location_(std::move(metadata)),
          stored_(files_.metadata(location_)) {}

    void rows() {
        JsonObject asked(request_, "request");
        ScanPlan planned = plan(stored_->metadata, cache_, scan_request());
        ScanReader scan(stored_->metadata, files_, planned,
                        {.columns = select_columns(*planned.schema, asked.text_list("columns"))});
        arrow::RecordBatchVector batches;
        for (const FileTask& task : planned.tasks) {
            TaskReader reader = scan.open(task);
            while (auto batch = reader.next()) batches.push_back(batch);
        }
        print(scan.schema(), batches);
    }

    void table(const std::string& name) {
        auto rows =
            metadata_table(stored_->metadata, cache_,
                           {.name = name, .at = scan_request().at, .metadata_location = location_});
        print(rows->schema(), {rows});
    }

    void statistics() {
        ScanPlan planned = plan(stored_->metadata, cache_, scan_request());
        const PlanStatistics& counts = planned.statistics;
        json::object shown{{"manifests-read", counts.manifests_read},
                           {"manifests-skipped", counts.manifests_skipped},
                           {"files-taken", counts.files_taken},
                           {"files-skipped", counts.files_skipped},
                           {"delete-files", counts.delete_files_taken}};
        std::cout << json::serialize(shown) << "\n";
    }

private:
    static std::string root_of(const std::string& location) {
        storage::Uri uri = storage::Uri::parse(location);
        return uri.scheme() == storage::Scheme::S3 ? "s3://" + uri.bucket() : "file:///";
    }

    ScanRequest scan_request() const {
        JsonObject asked(request_, "request");
        ScanRequest request{.at = {.snapshot_id = asked.find_number("snapshot-id"),
                                   .ref = asked.find_text("ref"),
                                   .as_of_ms = asked.find_number("as-of-ms")}};
        if (const json::value* filter = asked.find("filter"); filter && !filter->is_null()) {
            request.filter = expression_from_json(*filter, "filter");
        }
        return request;
    }

    static void print(const std::shared_ptr<arrow::Schema>& schema,
                      const arrow::RecordBatchVector& batches) {
        auto out = columns::or_throw(arrow::io::BufferOutputStream::Create());
        auto writer = columns::or_throw(arrow::ipc::MakeStreamWriter(out, schema));
        for (const auto& batch : batches) columns::or_throw(writer->WriteRecordBatch(*batch));
        columns::or_throw(writer->Close());
        auto bytes = columns::or_throw(out->Finish());
        std::cout.write(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    }

    json::value request_ = [] {
        std::string text(std::istreambuf_iterator<char>(std::cin), {});
        return text.empty() ? json::value(json::object()) : json::parse(text);
    }();
    storage::S3Library library_;
    std::unique_ptr<storage::FileSystem> disk_;
    TableFiles files_;
    ManifestCache cache_;
    std::string location_;
    StoredMetadataPtr stored_;
};

}  // namespace

int main(int count, char** arguments) {
    std::vector<std::string> words(arguments + 1, arguments + count);
    try {
        if (words.size() == 2 && words[0] == "rows") return Probe(words[1]).rows(), 0;
        if (words.size() == 3 && words[0] == "table") return Probe(words[1]).table(words[2]), 0;
        if (words.size() == 2 && words[0] == "plan") return Probe(words[1]).statistics(), 0;
        std::cerr << "scan_probe rows METADATA | table METADATA NAME | plan METADATA\n";
    } catch (const tarn::Error& error) {
        std::cerr << error.full_text() << "\n";
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
    }
    return 1;
}
