// Lines of standard input, and whether more are there already: a producer sends what it has before
// it waits for a person to type.
#pragma once

#include <optional>
#include <string>

namespace tarn::cli {

class LineReader {
public:
    // Without its line break; a '\r' before that is dropped, too. Nothing at the end. Waits.
    std::optional<std::string> next();

    // Whether next() would have to wait.
    bool would_wait() const;

private:
    // False at the end of the input.
    bool read_more();

    std::string ahead_;
    size_t begin_ = 0;
    bool has_ended_ = false;
};

}  // namespace tarn::cli
