// Ids that cannot be mixed up: an Offset is not a PartitionId although both are numbers.
#pragma once

#include <fmt/format.h>

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"

namespace tarn {

// using Offset = Id<struct OffsetTag, int64_t>;
template <typename Tag, typename Number>
class Id {
public:
    constexpr Id() = default;
    constexpr explicit Id(Number value) : value_(value) {}

    constexpr Number value() const { return value_; }
    constexpr auto operator<=>(const Id&) const = default;

private:
    Number value_{};
};

// A random (version 4) UUID, or one read from its text.
class Uuid {
public:
    static Uuid random(Random& random);
    // 36 characters, either case; nothing when the text is no UUID.
    static std::optional<Uuid> parse(std::string_view text);

    // All zeros, which no random one is.
    Uuid() = default;
    explicit Uuid(std::array<uint8_t, 16> bytes) : bytes_(bytes) {}

    const std::array<uint8_t, 16>& bytes() const { return bytes_; }
    std::string text() const;
    auto operator<=>(const Uuid&) const = default;

private:
    std::array<uint8_t, 16> bytes_{};
};

}  // namespace tarn

template <typename Tag, typename Number>
struct std::hash<tarn::Id<Tag, Number>> {
    size_t operator()(tarn::Id<Tag, Number> id) const { return std::hash<Number>()(id.value()); }
};

template <typename Tag, typename Number>
struct fmt::formatter<tarn::Id<Tag, Number>> : fmt::formatter<Number> {
    auto format(tarn::Id<Tag, Number> id, fmt::format_context& context) const {
        return fmt::formatter<Number>::format(id.value(), context);
    }
};
