// Any body of a request is a change that the table takes whole, or is refused and changes nothing.
// What a table becomes can be written and read again.
#include <boost/json/parse.hpp>

#include "base/assert.hpp"
#include "http/json.hpp"
#include "iceberg/catalog/views.hpp"
#include "iceberg/format/schema_json.hpp"
#include "iceberg/rest/answer.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::iceberg {
namespace {

const TableName Trades{{"db"}, "trades"};

class Lake {
public:
    Lake() {
        catalog_.create_namespace({"db"}, {});
        auto schema = Schema::make(0, {{.id = 1, .name = "id", .type = TypeKind::Long},
                                       {.id = 2, .name = "day", .type = TypeKind::Int}});
        catalog_.create_table({.name = Trades, .schema = schema});
    }

    // Requests of all kinds, each made of the same body.
    void ask(const boost::json::value& body) {
        JsonObject json(body, "");
        attempt([&] { catalog_.commit(commit_from_json(Trades, json)); });
        attempt([&] { catalog_.commit(commit_from_json({{"db"}, "fresh"}, json)); });
        attempt([&] { Views(catalog_).replace(commit_from_json({{"db"}, "view"}, json)); });
        attempt([&] { table_name_from_json(json.object("destination")); });
        attempt([&] { schema_from_json(json.object("schema")); });
        attempt([&] { view_from(json); });
    }

    void ask(std::string_view path) {
        attempt([&] { catalog_.create_namespace(namespace_from_path(path), {}); });
        attempt([&] { catalog_.load_table({namespace_from_path(path), std::string(path)}); });
    }

private:
    template <typename Work>
    void attempt(const Work& work) {
        std::string before = text();
        try {
            work();
        } catch (const Error&) {
            TARN_ASSERT(text() == before);
            return;
        }
        std::string after = text();
        TARN_ASSERT(to_json_text(parse_metadata(after, "the table")) ==
                    to_json_text(catalog_.load_table(Trades).metadata()));
    }

    void view_from(const JsonObject& json) {
        Views(catalog_).create({.name = {{"db"}, "made"},
                                .schema = schema_from_json(json.object("schema")),
                                .version = view_version_from_json(json.object("view-version"))});
    }

    std::string text() { return catalog_.load_table(Trades).stored->text; }

    SystemClock clock_;
    SystemRandom random_;
    storage::MemoryDisk disk_{storage::Uri::parse("file:///lake"), clock_};
    TableFiles files_{{&disk_}, 0};
    CatalogStore store_{open_sqlite(":memory:"), "tarn"};
    Catalog catalog_{{store_, files_, clock_, random_}, "file:///lake/w"};
};

}  // namespace
}  // namespace tarn::iceberg

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace tarn;
    std::string_view text(reinterpret_cast<const char*>(data), size);
    iceberg::Lake lake;
    lake.ask(text);
    try {
        lake.ask(http::parse_json(text, "body"));
    } catch (const Error& error) {
        TARN_ASSERT(error.code() == ErrorCode::InvalidInput);
    }
    return 0;
}
