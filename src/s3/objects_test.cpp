// Objects, listings and uploads over a real folder.
#include "s3/objects.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "s3/listing.hpp"
#include "s3/testing/refused.hpp"
#include "s3/uploads.hpp"
#include "storage/local_disk.hpp"
#include "storage/testing/temp_folder.hpp"

namespace tarn::s3 {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::refused_as;

class ObjectsTest : public ::testing::Test {
protected:
    ObjectsTest() { objects_.make_bucket("lake"); }

    ObjectInfo put(const std::string& key, const std::string& content,
                   const WriteConditions& conditions = {}) {
        ObjectName name{"lake", key};
        auto writer = objects_.begin_write(name);
        writer->write(as_bytes(content));
        ObjectNote note{.size = content.size(),
                        .etag = to_hex(hash_of(HashKind::Md5, as_bytes(content)))};
        return objects_.commit(name, std::move(writer), note, conditions);
    }

    std::string get(const std::string& key) const {
        auto opened = objects_.open({"lake", key});
        if (!opened) return "(none)";
        return std::string(as_text(opened->reader->read_at(0, opened->info.size)));
    }

    // "a b/ | c": objects and folded prefixes of one page, then what the next goes on after.
    std::vector<std::string> keys(ListingWish wish) {
        wish.bucket = "lake";
        Listing page = list_objects(objects_, wish);
        std::vector<std::string> found;
        for (const auto& object : page.objects) found.push_back(object.key);
        for (const auto& prefix : page.common_prefixes) found.push_back("(" + prefix + ")");
        if (page.is_truncated) found.push_back("... " + page.last);
        return found;
    }

    storage::testing::TempFolder folder_;
    std::unique_ptr<storage::LocalDisk> disk_ = storage::LocalDisk::open(folder_.uri());
    Objects objects_{*disk_};
    SystemRandom random_;
    Uploads uploads_{objects_, random_};
};

TEST_F(ObjectsTest, serves_files_that_others_wrote_with_a_tag_that_changes_with_them) {
    disk_->write("lake/db/a.parquet", as_bytes("one"));
    auto first = objects_.find({"lake", "db/a.parquet"});
    auto again = objects_.find({"lake", "db/a.parquet"});
    disk_->write("lake/db/a.parquet", as_bytes("three"));
    auto other = objects_.find({"lake", "db/a.parquet"});

    EXPECT_EQ(first->note.etag, again->note.etag);
    EXPECT_NE(first->note.etag, other->note.etag);
    EXPECT_EQ(get("db/a.parquet"), "three");
}

TEST_F(ObjectsTest, forgets_the_recorded_tag_of_a_file_that_grew_in_place) {
    put("a", "one");
    disk_->open_file("lake/a")->append(as_bytes("!"));

    EXPECT_NE(objects_.find({"lake", "a"})->note.etag,
              to_hex(hash_of(HashKind::Md5, as_bytes("one"))));
    EXPECT_EQ(objects_.find({"lake", "a"})->size, 4);
}

TEST_F(ObjectsTest, writes_only_if_the_conditions_hold) {
    ObjectInfo first = put("a", "one", {.if_absent = true});

    EXPECT_EQ(refused_as([&] { put("a", "two", {.if_absent = true}); }), "PreconditionFailed");
    EXPECT_EQ(refused_as([&] { put("a", "two", {.if_match = "\"x\""}); }), "PreconditionFailed");
    EXPECT_EQ(refused_as([&] { put("b", "two", {.if_match = "\"x\""}); }), "NoSuchKey");
    EXPECT_EQ(get("a"), "one");
    put("a", "two", {.if_match = first.quoted_etag()});
    EXPECT_EQ(get("a"), "two");
}

TEST_F(ObjectsTest, leaves_nothing_of_a_write_that_is_given_up) {
    objects_.begin_write({"lake", "a"})->write(as_bytes("half"));

    EXPECT_EQ(get("a"), "(none)");
    EXPECT_THAT(keys({}), IsEmpty());
}

TEST_F(ObjectsTest, refuses_to_write_keys_that_no_file_can_have) {
    for (const char* key : {"/a", "a//b", ".", "..", "a/../../b", "a/./b", ".tarn-s3/x",
                            "a/.tarn-folder", "a\nb", "a\xff"}) {
        EXPECT_EQ(refused_as([&] { put(key, "x"); }), "InvalidArgument") << key;
        EXPECT_EQ(get(key), "(none)") << key;
    }
    EXPECT_EQ(refused_as([&] { put(std::string(256, 'a'), "x"); }), "InvalidArgument");
    EXPECT_EQ(refused_as([&] { put(std::string(1025, 'a'), "x"); }), "KeyTooLongError");
    put(std::string(255, 'a') + "/" + std::string(255, 'b'), "x");
}

TEST_F(ObjectsTest, says_when_an_object_is_where_a_folder_would_have_to_be) {
    put("a", "x");
    put("b/c", "x");

    EXPECT_EQ(refused_as([&] { put("a/b", "x"); }), "ObjectParentIsFile");
    EXPECT_EQ(refused_as([&] { put("b", "x"); }), "ExistingObjectIsDirectory");
    objects_.remove({"lake", "b/c"});
    put("b", "y");
    EXPECT_EQ(get("b"), "y");
}

TEST_F(ObjectsTest, keeps_folder_markers_apart_from_what_lies_in_them) {
    put("a/", "");
    put("a/b", "x");

    EXPECT_THAT(keys({}), ElementsAre("a/", "a/b"));
    objects_.remove({"lake", "a/b"});
    EXPECT_THAT(keys({}), ElementsAre("a/"));
    objects_.remove({"lake", "a/"});
    EXPECT_THAT(keys({}), IsEmpty());
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "lake/a"));
}

TEST_F(ObjectsTest, lists_in_the_order_of_bytes_although_folders_come_between) {
    for (const char* key : {"a0", "a/b", "a.b", "a/b-c/d", "a-b"}) put(key, "x");

    EXPECT_THAT(keys({}), ElementsAre("a-b", "a.b", "a/b", "a/b-c/d", "a0"));
}

TEST_F(ObjectsTest, lists_by_prefix_and_folds_at_the_delimiter) {
    for (const char* key : {"a/1", "a/2/x", "a/2/y", "ab", "b/1"}) put(key, "x");

    EXPECT_THAT(keys({.delimiter = "/"}), ElementsAre("ab", "(a/)", "(b/)"));
    EXPECT_THAT(keys({.prefix = "a/", .delimiter = "/"}), ElementsAre("a/1", "(a/2/)"));
    EXPECT_THAT(keys({.prefix = "a"}), ElementsAre("a/1", "a/2/x", "a/2/y", "ab"));
    EXPECT_THAT(keys({.prefix = "a/2/", .after = "a/2/x"}), ElementsAre("a/2/y"));
    EXPECT_THAT(keys({.prefix = "../"}), IsEmpty());
    EXPECT_THAT(keys({.delimiter = "2"}), ElementsAre("a/1", "ab", "b/1", "(a/2)"));
}

TEST_F(ObjectsTest, pages_give_every_key_once) {
    std::vector<std::string> expected;
    for (int i = 0; i < 37; ++i) {
        std::string key = fmt::format("{}/{}", i % 5, i);
        put(key, "x");
        expected.push_back(key);
    }
    std::ranges::sort(expected);
    for (size_t page_size : {1u, 2u, 7u, 36u, 37u}) {
        std::vector<std::string> found;
        ListingWish wish{.bucket = "lake", .keys_max = page_size};
        Listing page;
        do {
            page = list_objects(objects_, wish);
            for (const auto& object : page.objects) found.push_back(object.key);
            wish.after = page.last;
        } while (page.is_truncated);
        EXPECT_EQ(found, expected);
        std::vector<std::string> folded;
        wish = {.bucket = "lake", .delimiter = "/", .keys_max = page_size};
        do {
            page = list_objects(objects_, wish);
            for (const auto& prefix : page.common_prefixes) folded.push_back(prefix);
            wish.after = page.last;
        } while (page.is_truncated);
        EXPECT_THAT(folded, ElementsAre("0/", "1/", "2/", "3/", "4/"));
    }
}

TEST_F(ObjectsTest, deletes_only_empty_buckets_and_hides_its_own_folder) {
    put("a/b", "x");
    uploads_.begin({.name = {"lake", "c"}, .checksum = {}, .headers = {}});

    ASSERT_EQ(objects_.buckets().size(), 1u);
    EXPECT_FALSE(objects_.has_bucket(".tarn-s3"));
    EXPECT_FALSE(objects_.has_bucket(".."));
    EXPECT_EQ(refused_as([&] { objects_.remove_bucket("lake"); }), "BucketNotEmpty");
    objects_.remove({"lake", "a/b"});
    objects_.remove_bucket("lake");
    EXPECT_THAT(objects_.buckets(), IsEmpty());
}

TEST_F(ObjectsTest, takes_a_folder_of_others_for_a_bucket) {
    disk_->write("db_of_engine/t/data.parquet", as_bytes("x"));

    EXPECT_TRUE(objects_.has_bucket("db_of_engine"));
    EXPECT_EQ(refused_as([&] { objects_.make_bucket("db_of_engine"); }), "InvalidBucketName");
}

class UploadsTest : public ObjectsTest {
protected:
    Upload begin(const std::string& key, std::optional<HashKind> checksum = {}) {
        return uploads_.begin(
            {.name = {"lake", key}, .checksum = checksum, .headers = {{"content-type", "text/x"}}});
    }

    WantedPart add(const Upload& upload, int number, const std::string& content) {
        std::string path;
        auto writer = uploads_.begin_part(upload, path);
        writer->write(as_bytes(content));
        Payload::Facts facts{.bytes = content.size(),
                             .md5 = hash_of(HashKind::Md5, as_bytes(content)),
                             .checksum = {}};
        if (upload.checksum) {
            facts.checksum =
                Checksum{.kind = *upload.checksum,
                         .value = to_base64(hash_of(*upload.checksum, as_bytes(content)))};
        }
        Part part = uploads_.commit_part(upload, number, std::move(writer), path, facts);
        return {.number = number, .etag = part.quoted_etag(), .checksum = part.checksum};
    }

    ObjectInfo complete(const Upload& upload, const std::vector<WantedPart>& parts,
                        const WriteConditions& conditions = {}) {
        auto assembly = uploads_.begin_complete(upload, parts);
        while (assembly->step()) {
        }
        ObjectInfo info = assembly->commit(conditions);
        uploads_.abort(upload);
        return info;
    }

    std::string large_ = std::string(PartBytesMin, 'l');
};

TEST_F(UploadsTest, make_one_object_of_their_parts_in_the_order_of_numbers) {
    Upload upload = begin("big", HashKind::Crc32);
    WantedPart last = add(upload, 7, "end");
    WantedPart first = add(upload, 2, large_);
    EXPECT_EQ(get("big"), "(none)");

    ObjectInfo info = complete(upload, {first, last});

    EXPECT_EQ(get("big"), large_ + "end");
    EXPECT_TRUE(info.note.etag.ends_with("-2"));
    EXPECT_TRUE(info.note.checksum->value.ends_with("-2"));
    EXPECT_EQ(info.note.headers.at(0).second, "text/x");
    EXPECT_EQ(refused_as([&] { uploads_.find({"lake", "big"}, upload.id); }), "NoSuchUpload");
}

TEST_F(UploadsTest, refuse_parts_that_are_not_as_the_client_says) {
    Upload upload = begin("big");
    WantedPart small = add(upload, 1, "small");
    WantedPart last = add(upload, 2, "end");
    WantedPart wrong = last;
    wrong.etag = "\"00\"";

    EXPECT_EQ(refused_as([&] { complete(upload, {small, last}); }), "EntityTooSmall");
    EXPECT_EQ(refused_as([&] { complete(upload, {last, small}); }), "InvalidPartOrder");
    EXPECT_EQ(refused_as([&] { complete(upload, {wrong}); }), "InvalidPart");
    EXPECT_EQ(
        refused_as([&] { complete(upload, {{.number = 3, .etag = last.etag, .checksum = {}}}); }),
        "InvalidPart");
    EXPECT_EQ(get("big"), "(none)");
}

TEST_F(UploadsTest, find_a_part_that_the_disk_has_damaged) {
    Upload upload = begin("big");
    WantedPart part = add(upload, 1, "content");
    disk_->open_file(uploads_.parts(upload).at(0).path)->truncate(3);

    EXPECT_EQ(refused_as([&] { complete(upload, {part}); }), "InvalidPart");
    EXPECT_EQ(get("big"), "(none)");
}

TEST_F(UploadsTest, take_the_later_of_two_parts_with_one_number) {
    Upload upload = begin("big");
    add(upload, 1, "old");
    WantedPart part = add(upload, 1, "new");

    complete(upload, {part});

    EXPECT_EQ(get("big"), "new");
}

TEST_F(UploadsTest, hold_to_conditions_when_they_complete) {
    put("big", "there");
    Upload upload = begin("big");
    WantedPart part = add(upload, 1, "x");

    EXPECT_EQ(refused_as([&] { complete(upload, {part}, {.if_absent = true}); }),
              "PreconditionFailed");
    EXPECT_EQ(get("big"), "there");
}

TEST_F(UploadsTest, go_once_nothing_has_moved_in_them_for_long) {
    Upload upload = begin("big");
    add(upload, 1, "x");
    SystemClock clock;

    EXPECT_EQ(uploads_.remove_abandoned(clock.now() - std::chrono::hours(1)), 0);
    EXPECT_EQ(uploads_.all("lake").size(), 1u);
    EXPECT_EQ(uploads_.remove_abandoned(clock.now() + std::chrono::hours(1)), 1);
    EXPECT_THAT(uploads_.all("lake"), IsEmpty());
}

TEST(ObjectNote, reads_what_it_writes_and_nothing_else) {
    ObjectNote note{.size = 7,
                    .etag = "abc-2",
                    .checksum = Checksum{.kind = HashKind::Crc32c, .value = "AAAA"},
                    .checksum_form = ChecksumForm::Composite,
                    .upload_id = "77",
                    .headers = {{"content-type", "text/plain; a b"}, {"x-amz-meta-a", ""}}};

    EXPECT_EQ(decode_note(encode(note)), note);
    EXPECT_EQ(decode_note(as_bytes("")), std::nullopt);
    EXPECT_EQ(decode_note(as_bytes("tarn-s3 1\nsize x\netag a\n")), std::nullopt);
    EXPECT_EQ(decode_note(as_bytes("tarn-s3 2\nsize 1\netag a\n")), std::nullopt);
}

}  // namespace
}  // namespace tarn::s3
