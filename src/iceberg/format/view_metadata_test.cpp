#include "iceberg/format/view_metadata.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include "base/error.hpp"
#include "iceberg/format/json_object.hpp"
#include "iceberg/format/metadata_builder.hpp"

namespace tarn::iceberg {
namespace {

constexpr int64_t Now = 1'763'717'400'000;

class ViewTest : public testing::Test {
protected:
    static ViewVersion version(const std::string& sql, const char* dialect = "spark") {
        return {.schema_id = LastAdded,
                .timestamp_ms = Now,
                .default_namespace = {"db"},
                .representations = {
                    boost::json::object{{"type", "sql"}, {"sql", sql}, {"dialect", dialect}}}};
    }
    static SchemaPtr columns() {
        return Schema::make(7, {{.id = 1, .name = "n", .type = TypeKind::Long}});
    }
    static ViewMetadata view() {
        ViewBuilder builder(Now);
        builder.assign_uuid("u");
        builder.set_location("file:///w/v");
        builder.add_schema(*columns());
        builder.add_version(version("select 1"));
        builder.set_current_version(LastAdded);
        return builder.finish();
    }
    static ViewMetadata replaced(const ViewMetadata& base, ViewVersion next) {
        ViewBuilder builder(base, Now + 1);
        builder.add_schema(*columns());
        builder.add_version(std::move(next));
        builder.set_current_version(LastAdded);
        return builder.finish();
    }
    static std::vector<int32_t> logged(const ViewMetadata& view) {
        std::vector<int32_t> ids;
        for (const auto& entry : view.version_log) ids.push_back(entry.version_id);
        return ids;
    }
};

TEST_F(ViewTest, is_the_json_that_it_came_from) {
    auto json = boost::json::value(to_json(view()));
    EXPECT_EQ(boost::json::value(to_json(view_from_json(json, "view"))), json);
    EXPECT_EQ(view().current_version().schema_id, 0);
    EXPECT_EQ(view().current_version_id, 1);
}

TEST_F(ViewTest, goes_from_version_to_version_and_back) {
    ViewMetadata second = replaced(view(), version("select 2"));
    EXPECT_EQ(second.current_version_id, 2);
    ViewMetadata back = replaced(second, version("select 1"));
    EXPECT_EQ(back.current_version_id, 1);
    EXPECT_THAT(logged(back), testing::ElementsAre(1, 2, 1));
}

TEST_F(ViewTest, keeps_as_many_versions_as_the_property_says) {
    ViewBuilder builder(view(), Now);
    builder.set_properties({{"version.history.num-entries", "2"}});
    ViewMetadata kept = builder.finish();
    for (int n = 2; n <= 5; ++n) kept = replaced(kept, version("select " + std::to_string(n)));
    EXPECT_EQ(kept.versions.size(), 2U);
    EXPECT_EQ(kept.current_version_id, 5);
    EXPECT_THAT(logged(kept), testing::ElementsAre(4, 5));
}

TEST_F(ViewTest, does_not_lose_a_dialect_unless_that_is_allowed) {
    EXPECT_THROW(replaced(view(), version("select 2", "trino")), Error);
    ViewBuilder builder(view(), Now);
    builder.set_properties({{"replace.drop-dialect.allowed", "true"}});
    EXPECT_NO_THROW(replaced(builder.finish(), version("select 2", "trino")));
}

TEST_F(ViewTest, refuses_two_queries_of_one_dialect_and_none_at_all) {
    ViewVersion twice = version("select 1");
    twice.representations.push_back(version("select 2", "SPARK").representations[0]);
    EXPECT_THROW(replaced(view(), twice), Error);
    ViewVersion none = version("select 1");
    none.representations.clear();
    EXPECT_THROW(replaced(view(), none), Error);
}

TEST_F(ViewTest, knows_when_it_is_another_one) {
    auto json = boost::json::parse(R"({"type": "assert-view-uuid", "uuid": "other"})");
    EXPECT_THROW(check_requirement(JsonObject(json, "requirement"), view()), Error);
}

}  // namespace
}  // namespace tarn::iceberg
