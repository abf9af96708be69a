// How `tarn topic consume` shows a record: by a pattern that the user gives, or as a line of JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kafka/client/consumer.hpp"

namespace tarn::cli {

// "%k %v": %t topic, %p partition, %o offset, %T milliseconds since 1970, %k key, %v value,
// %h headers as a=b,c=d and %% a percent sign; \n, \t and \\ as usual. What is null is empty.
class RecordFormat {
public:
    // Throws InvalidInput for any other letter.
    static RecordFormat parse(std::string_view pattern);

    // Ends with a line break, whether the pattern has one or not.
    void append_to(std::string& out, const kafka::client::ReceivedRecord& record) const;

private:
    // A letter after %, or text.
    struct Part {
        char letter = 0;
        std::string text;
    };

    std::vector<Part> parts_;
};

// {"topic":…,"partition":0,"offset":"42","timestamp":"2026-11-21T09:30:00.000Z","key":…,"value":…},
// and headers where there are some. Key and value are text or null.
void append_as_json(std::string& out, const kafka::client::ReceivedRecord& record);

}  // namespace tarn::cli
