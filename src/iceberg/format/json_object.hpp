// A JSON object that someone else wrote, read member by member. A member that is missing or of the
// wrong type throws InvalidInput and names its place ("snapshots[3].snapshot-id"). What nobody
// asked for is the rest, which whoever writes the object again must keep: it may be from a later
// version of the format.
#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace tarn::iceberg {

class JsonObject {
public:
    // `place` starts every message. The value is borrowed.
    JsonObject(const boost::json::value& value, std::string place);

    const std::string& place() const { return place_; }
    // Whether it is there, and not null.
    bool has(std::string_view name) const;

    int64_t number(std::string_view name) const;
    std::optional<int64_t> find_number(std::string_view name) const;
    int32_t small_number(std::string_view name) const;
    std::optional<int32_t> find_small_number(std::string_view name) const;
    std::string text(std::string_view name) const;
    std::optional<std::string> find_text(std::string_view name) const;
    bool flag(std::string_view name) const;
    std::optional<bool> find_flag(std::string_view name) const;
    // Absent is empty.
    std::map<std::string, std::string> texts(std::string_view name) const;
    std::vector<std::string> text_list(std::string_view name) const;
    std::vector<int64_t> numbers(std::string_view name) const;
    std::vector<int32_t> small_numbers(std::string_view name) const;

    JsonObject object(std::string_view name) const;
    std::optional<JsonObject> find_object(std::string_view name) const;
    // The objects of an array; absent is empty.
    std::vector<JsonObject> objects(std::string_view name) const;

    // Any value, null for an absent one, with its place for messages.
    const boost::json::value* find(std::string_view name) const;
    const boost::json::value& get(std::string_view name) const;
    std::string place_of(std::string_view name) const;

    std::vector<std::string> names() const;
    const boost::json::object& members() const { return *members_; }
    // The members that were not asked for.
    boost::json::object rest() const;

    template <typename... Args>
    [[noreturn]] void refuse(std::string_view name, fmt::format_string<Args...> text,
                             Args&&... args) const {
        throw Error(ErrorCode::InvalidInput, "{}: {}", place_of(name),
                    fmt::format(text, std::forward<Args>(args)...));
    }

private:
    template <typename T>
    T required(std::optional<T> found, std::string_view name) const {
        if (!found) refuse(name, "it is missing");
        return *std::move(found);
    }
    const boost::json::array* find_array(std::string_view name) const;

    const boost::json::object* members_;
    std::string place_;
    // By the position of the member.
    mutable std::vector<bool> is_asked_;
};

}  // namespace tarn::iceberg
