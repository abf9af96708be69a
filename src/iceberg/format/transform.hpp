// How the value of a partition (or a sort key) comes from the value of a column: "day",
// "bucket[16]".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "iceberg/format/type.hpp"
#include "iceberg/format/value.hpp"

namespace tarn::iceberg {

class Transform {
public:
    enum class Kind { Identity, Bucket, Truncate, Year, Month, Day, Hour, Void, Unknown };

    // A transform of a later version comes out as Unknown: tables that use it can be read, without
    // pruning by it, but not written. Throws InvalidInput for a bad width.
    static Transform parse(std::string_view text);
    static Transform identity() { return Transform(Kind::Identity, 0, "identity"); }
    static Transform bucket(int32_t count);
    static Transform truncate(int32_t width);
    static Transform year() { return Transform(Kind::Year, 0, "year"); }
    static Transform month() { return Transform(Kind::Month, 0, "month"); }
    static Transform day() { return Transform(Kind::Day, 0, "day"); }
    static Transform hour() { return Transform(Kind::Hour, 0, "hour"); }
    static Transform nothing() { return Transform(Kind::Void, 0, "void"); }

    Kind kind() const { return kind_; }
    // Of bucket and truncate.
    int32_t width() const { return width_; }
    const std::string& text() const { return text_; }
    // Year to hour: how the column's instants are counted.
    bool is_time() const { return kind_ >= Kind::Year && kind_ <= Kind::Hour; }

    bool can_transform(const Type& source) const;
    Type result_type(const Type& source) const;

    // Null stays null. The source must be one that can be transformed.
    OptionalValue apply(const OptionalValue& value, const Type& source) const;

    // A partition value as folders show it: "2026-11-20-13" for an hour, "null".
    std::string to_human(const OptionalValue& value, const Type& source) const;

    bool operator==(const Transform& other) const { return text_ == other.text_; }

private:
    Transform(Kind kind, int32_t width, std::string text)
        : kind_(kind), width_(width), text_(std::move(text)) {}

    Kind kind_;
    int32_t width_;
    std::string text_;
};

// What a bucket is drawn from.
int32_t bucket_hash(const Value& value, const Type& source);

}  // namespace tarn::iceberg
