// A line with a pattern, and then a text. Any pattern is taken or refused, any text is a time by it
// or none, and what is read can be written.

#include <string>

#include "base/error.hpp"
#include "sql/functions/simple_time_format.hpp"
#include "sql/functions/time_formatter.hpp"
#include "sql/values/time_text.hpp"

using namespace tarn;
using namespace tarn::sql;

namespace {

template <typename Use>
void unless_refused(Use use) {
    try {
        use();
    } catch (const Error&) {
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view input(reinterpret_cast<const char*>(data), size);
    size_t end = std::min(input.find('\n'), input.size());
    std::string_view pattern = input.substr(0, end);
    std::string_view text = input.substr(std::min(end + 1, input.size()));
    std::string out;
    unless_refused([&] {
        TimeFormatter formatter(pattern);
        auto time = formatter.read(text);
        formatter.write(time.value_or(WallTime{}), out);
    });
    unless_refused([&] {
        SimpleTimeFormat format(pattern, {});
        ZoneClock utc{TimeZone()};
        auto millis = format.read(text, utc);
        format.write({{millis.value_or(0), 0}}, utc, out);
    });
    if (auto day = parsed_day(text)) text_of(*day);
    if (auto time = parsed_time_of_day(text)) text_of(*time, 3);
    if (auto time = parsed_wall_time(text)) text_of(*time, 9);
    parsed_jdbc_time(text);
    return 0;
}
