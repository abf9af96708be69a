#include "cli/settings.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/error.hpp"
#include "cli/data_folder.hpp"

namespace tarn::cli {
namespace {

namespace fs = std::filesystem;

class SettingsTest : public testing::Test {
protected:
    SettingsTest() {
        write_whole(file_,
                    "rest.port = 1\nrest.address = \"::1\"\n[profile.lab]\nports = \"auto\"\n");
        typed_.values["--config"] = {file_.string()};
    }
    ~SettingsTest() override { fs::remove(file_); }

    Config gather(std::vector<std::string> variables = {}) {
        std::vector<char*> environment;
        for (std::string& variable : variables) environment.push_back(variable.data());
        environment.push_back(nullptr);
        return gather_config(typed_, environment.data());
    }

    fs::path file_ = fs::temp_directory_path() / fmt::format("tarn-settings-{}.toml", getpid());
    Typed typed_;
};

TEST_F(SettingsTest, let_file_environment_and_options_each_override_the_one_before) {
    EXPECT_EQ(gather().integer("rest.port"), 1);
    EXPECT_EQ(gather({"TARN_REST_PORT=2"}).integer("rest.port"), 2);

    typed_.values["--set"] = {"rest.port=3"};
    EXPECT_EQ(gather({"TARN_REST_PORT=2"}).integer("rest.port"), 3);
}

TEST_F(SettingsTest, take_a_profile_by_name_and_refuse_one_that_is_not_there) {
    EXPECT_EQ(gather().text("ports"), "fixed");

    typed_.values["--profile"] = {"lab"};
    EXPECT_EQ(gather().text("ports"), "auto");

    typed_.values["--profile"] = {"lba"};
    EXPECT_THROW(gather(), Error);
}

TEST_F(SettingsTest, give_the_data_folder_an_option_of_its_own) {
    typed_.values["--data"] = {"elsewhere"};
    EXPECT_EQ(gather().text("data.folder"), "elsewhere");
    EXPECT_EQ(gather().value("data.folder").origin, "--data");
}

TEST_F(SettingsTest, refuse_a_settings_file_that_is_not_there) {
    typed_.values["--config"] = {"/nowhere/tarn.toml"};
    EXPECT_THROW(gather(), Error);
}

}  // namespace
}  // namespace tarn::cli
