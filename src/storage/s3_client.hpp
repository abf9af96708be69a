// Whole objects of one bucket, each by one signed request. Keys are as S3 knows them, unencoded.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "storage/file_system.hpp"
#include "storage/s3_http.hpp"

namespace tarn::storage {

class S3Client {
public:
    S3Client(const S3Settings& settings, std::string bucket,
             std::function<S3Credentials()> credentials);

    // Throws NotFound, or Forbidden, when the bucket cannot be used.
    void check_bucket();
    // A bucket of ours that is there already is fine.
    void make_bucket();

    Bytes get(std::string_view key, std::optional<Range> range);
    std::optional<Entry> head(std::string_view key);
    void put(std::string_view key, BytesView content);

    // Answers whether this call created the object; see FileSystem::create.
    bool put_if_absent(std::string_view key, BytesView content);

    // Missing ones are no error.
    void remove(std::span<const std::string> keys);

private:
    void remove_one(const std::string& key);
    void remove_together(std::span<const std::string> keys);
    bool is_other_content(std::string_view key, BytesView content);
    std::string where(std::string_view key) const;
    Error error_of(const S3Answer& answer, std::string_view doing, std::string_view key) const;

    S3Settings settings_;
    std::string bucket_;
    S3Http http_;
};

}  // namespace tarn::storage
