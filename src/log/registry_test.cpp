#include "log/registry.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::log {
namespace {

class RegistryTest : public testing::Test {
protected:
    Registry open() { return Registry(disk_, "log/cluster.log"); }

    SystemClock clock_;
    storage::MemoryDisk disk_{storage::Uri::parse("/data"), clock_};
};

TEST_F(RegistryTest, remembers_after_a_loss_of_power) {
    {
        Registry registry = open();
        registry.put("topic/a", {{"partitions", 3}});
        registry.put("topic/b", 1);
        registry.put("topic/b", 2);
        registry.put("user/x", nullptr);
        registry.remove("topic/a");
    }
    disk_.lose_power();

    Registry registry = open();
    EXPECT_FALSE(registry.find("topic/a"));
    EXPECT_EQ(registry.find("topic/b")->as_int64(), 2);
    EXPECT_EQ(registry.of_kind("topic").size(), 1u);
    EXPECT_EQ(registry.of_kind("user").count("x"), 1u);
}

TEST_F(RegistryTest, cuts_off_an_entry_that_was_being_written) {
    open().put("topic/a", 1);
    Bytes whole = disk_.read("log/cluster.log");
    open().put("topic/b", 2);
    Bytes both = disk_.read("log/cluster.log");
    for (size_t size = whole.size(); size < both.size(); ++size) {
        disk_.write("log/cluster.log", BytesView(both).first(size));
        Registry registry = open();
        EXPECT_TRUE(registry.find("topic/a")) << size;
        EXPECT_FALSE(registry.find("topic/b")) << size;
        registry.put("topic/c", 3);
        EXPECT_TRUE(open().find("topic/c")) << size;
    }
}

TEST_F(RegistryTest, refuses_to_forget_what_stands_behind_a_damaged_entry) {
    Registry first = open();
    first.put("topic/a", 1);
    first.put("topic/b", 2);
    Bytes content = disk_.read("log/cluster.log");
    content[12] ^= std::byte{1};
    disk_.write("log/cluster.log", content);

    EXPECT_THROW(open(), Error);
}

TEST_F(RegistryTest, writes_its_file_anew_when_most_of_it_is_out_of_date) {
    Registry registry = open();
    for (int i = 0; i < 2000; ++i) registry.put("cluster/count", i);

    EXPECT_LT(disk_.read("log/cluster.log").size(), 20'000u);
    EXPECT_EQ(open().find("cluster/count")->as_int64(), 1999);
}

}  // namespace
}  // namespace tarn::log
