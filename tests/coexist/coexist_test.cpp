// All third-party libraries live in one process, and two of them with the same symbols inside can
// break each other without a word from the linker: Arrow's compute library and libre2 did. So this
// one program links them all and uses each once, in one process, and leaves in an orderly way.
#include <gtest/gtest.h>
#include <simdjson.h>
#include <spdlog/spdlog.h>

#include <boost/json.hpp>
#include <filesystem>

#include "base/metrics.hpp"
#include "runtime/awaitable.hpp"
#include "uses.hpp"

namespace tarn::coexist {
namespace {

TEST(ThirdParty, libraries_work_beside_each_other) {
    auto folder =
        std::filesystem::temp_directory_path() / ("tarn-coexist-" + std::to_string(getpid()));

    EXPECT_EQ(rows_through_parquet(), 3);
    EXPECT_EQ(through_duckdb(), 42);
    EXPECT_EQ(through_sqlite(), 42);
    EXPECT_EQ(through_rocksdb(folder), 42);
    EXPECT_NE(libpq_complaint_about_a_wrong_url(), "");
    EXPECT_NE(kafka_producer_name().find("rdkafka"), std::string::npos);
    EXPECT_EQ(through_codecs("tarn tarn tarn"), "tarn tarn tarn");
    EXPECT_EQ(sha256_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(curl_escaped("a b"), "a%20b");
    EXPECT_TRUE(loads_trusted_certificates());
    EXPECT_EQ(boost::json::parse("[1,42]").at(1).as_int64(), 42);

    simdjson::ondemand::parser parser;
    auto json = simdjson::padded_string(std::string_view(R"({"n":42})"));
    simdjson::ondemand::document document = parser.iterate(json);
    EXPECT_EQ(int64_t(document["n"]), 42);

    Metrics metrics;
    metrics.counter("answers", "how many").Increment(42);
    EXPECT_NE(metrics.text().find("answers 42"), std::string::npos);
    EXPECT_EQ(runtime::run([]() -> awaitable<int> { co_return 42; }()), 42);
    EXPECT_EQ(fmt::format("{}", 42), "42");

    // Once more after all the others have loaded what they load.
    EXPECT_EQ(rows_through_parquet(), 3);
    EXPECT_EQ(through_duckdb(), 42);
    start_and_stop_s3();
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tarn::coexist
