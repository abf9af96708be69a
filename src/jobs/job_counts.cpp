#include "jobs/job_counts.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <array>

namespace tarn::jobs {
namespace {

struct Count {
    std::string_view name;
    int64_t engine::JobCounts::* count;
    std::string_view text;  // behind the number
};

constexpr auto Counts = std::to_array<Count>({
    {"rows_read", &engine::JobCounts::rows_read, "rows read"},
    {"rows_late", &engine::JobCounts::rows_late, "late rows left out"},
    {"rows_without_time", &engine::JobCounts::rows_without_time, "rows without a time left out"},
    {"records_rejected", &engine::JobCounts::records_rejected, "records that are no rows"},
});

}  // namespace

void put_counts(boost::json::object& object, const engine::JobCounts& counts) {
    for (const Count& each : Counts) object[each.name] = counts.*each.count;
}

engine::JobCounts counts_in(const boost::json::object& object) {
    engine::JobCounts counts;
    for (const Count& each : Counts) {
        const auto* value = object.if_contains(each.name);
        if (value) counts.*each.count = boost::json::value_to<int64_t>(*value);
    }
    return counts;
}

std::string text_of(const engine::JobCounts& counts) {
    std::string text;
    for (const Count& each : Counts) {
        int64_t count = counts.*each.count;
        bool is_first = text.empty();
        if (is_first || count > 0) {
            text += fmt::format("{}{} {}", is_first ? "" : ", ", count, each.text);
        }
    }
    return text;
}

}  // namespace tarn::jobs
