#include "cli/table_places.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/error.hpp"
#include "cli/s3_settings.hpp"
#include "cli/settings.hpp"
#include "storage/testing/free_port.hpp"
#include "storage/testing/temp_folder.hpp"

namespace tarn::cli {
namespace {

using storage::testing::free_port;
using storage::testing::TempFolder;

Config config_with(std::vector<std::string> assignments) {
    Config config(all_settings());
    for (const std::string& assignment : assignments) config.set_from_option(assignment);
    return config;
}

// What is said of settings that cannot be used.
std::string places_refused(std::vector<std::string> assignments) {
    TempFolder data;
    storage::S3Library library;
    try {
        TablePlaces places(config_with(std::move(assignments)), data.path(), library);
    } catch (const Error& error) {
        return fmt::format("{}: {}", name_of(error.code()), error.full_text());
    }
    return "";
}

class VariableForTest {
public:
    VariableForTest(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
    ~VariableForTest() { ::unsetenv(name_); }

private:
    const char* name_;
};

TEST(TablePlaces, are_folders_that_the_s3_face_knows_as_buckets) {
    TempFolder data;
    storage::S3Library library;
    TablePlaces places(config_with({"iceberg.warehouse=s3://lake/tables",
                                    "iceberg.locations=" + (data.path() / "else").string()}),
                       data.path(), library);
    EXPECT_EQ(places.warehouse_name(), "s3://lake/tables");
    EXPECT_FALSE(places.server());
    ASSERT_EQ(places.all().size(), 2u);
    EXPECT_EQ(places.all()[0]->root().path(), data.path() / "warehouse" / "lake" / "tables");
    ASSERT_EQ(places.names_in_s3().size(), 1u);
    EXPECT_EQ(places.names_in_s3()[0].name.text(), "s3://lake/tables");
}

TEST(TablePlaces, that_nobody_set_are_a_folder_of_the_data) {
    TempFolder data;
    storage::S3Library library;
    TablePlaces places(config_with({}), data.path(), library);
    EXPECT_EQ(places.all()[0]->root().path(), data.path() / "warehouse" / "iceberg");
    EXPECT_EQ(places.warehouse_name(), places.all()[0]->root().text());
}

TEST(TablePlaces, elsewhere_say_which_setting_cannot_be_used) {
    std::string away = fmt::format("http://127.0.0.1:{}", free_port());
    std::string keys = "iceberg.warehouse-access-key=who";
    EXPECT_EQ(
        places_refused({"iceberg.warehouse-endpoint=" + away}),
        "invalid_input: --set: iceberg.warehouse-endpoint names a server, and no bucket there "
        "is named; set iceberg.warehouse to s3://BUCKET as well");
    EXPECT_EQ(places_refused({"iceberg.warehouse-endpoint=minio"}),
              "invalid_input: --set: iceberg.warehouse-endpoint: 'minio' is no usable S3 endpoint; "
              "write scheme, host and port only: http://127.0.0.1:9000");
    EXPECT_EQ(places_refused({"iceberg.warehouse-endpoint=" + away, keys}),
              "invalid_input: --set: iceberg.warehouse-endpoint: S3 needs both an access key and a "
              "secret key");
    std::string refusal =
        places_refused({"iceberg.warehouse-endpoint=" + away, "iceberg.warehouse=s3://lake", keys,
                        "iceberg.warehouse-secret-key=secret"});
    EXPECT_TRUE(refusal.starts_with("unavailable: --set: iceberg.warehouse has s3://lake at " +
                                    away + ": no answer from " + away))
        << refusal;
    EXPECT_TRUE(
        refusal.ends_with("; check iceberg.warehouse-endpoint, and whether its server runs"))
        << refusal;
}

TEST(OutsideS3Settings, come_from_settings_then_from_the_variables_of_aws) {
    EXPECT_FALSE(outside_s3_settings(config_with({})));
    VariableForTest key("AWS_ACCESS_KEY_ID", "variable");
    VariableForTest secret("AWS_SECRET_ACCESS_KEY", "its secret");
    VariableForTest token("AWS_SESSION_TOKEN", "its token");
    VariableForTest region("AWS_REGION", "eu-central-1");
    // That there is another server is said by a setting only.
    VariableForTest endpoint("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9000");
    EXPECT_FALSE(outside_s3_settings(config_with({})));

    std::string there = "iceberg.warehouse-endpoint=https://s3.eu-central-1.amazonaws.com";
    auto settings = outside_s3_settings(config_with({there}));
    EXPECT_EQ(settings->endpoint, "https://s3.eu-central-1.amazonaws.com");
    EXPECT_EQ(settings->region, "eu-central-1");
    EXPECT_EQ(settings->access_key, "variable");
    EXPECT_EQ(settings->secret_key, "its secret");
    EXPECT_EQ(settings->session_token, "its token");

    settings = outside_s3_settings(
        config_with({there, "iceberg.warehouse-region=us-west-2",
                     "iceberg.warehouse-access-key=set", "iceberg.warehouse-secret-key=set too"}));
    EXPECT_EQ(settings->region, "us-west-2");
    EXPECT_EQ(settings->access_key, "set");
    EXPECT_EQ(settings->secret_key, "set too");
    EXPECT_EQ(settings->session_token, "");
}

}  // namespace
}  // namespace tarn::cli
