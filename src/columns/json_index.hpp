// Where the tokens of a JSON text are: simdjson's first stage, which at several GB/s checks UTF-8
// and finds each bracket, colon, comma and the first byte of each value. What the tokens mean is
// for JsonCursor to say. simdjson's own on-demand front end is not used: it gives up on a whole
// block when one record in it is bad, and we must go on with the next.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace tarn::columns {

class JsonIndex {
public:
    JsonIndex();
    ~JsonIndex();

    // The text must be followed by padding() bytes that may be read. Gives null, or why the text
    // cannot be taken apart at all: not UTF-8, or a string that does not end.
    //
    // When it succeeds no string of the text holds a raw control character. So if texts are
    // joined by newlines, no string reaches from one into the next.
    const char* build(std::string_view text);

    // Positions in ascending order, and after them one more that is the size of the text.
    const uint32_t* positions() const;

    static size_t padding();

private:
    struct Stage;
    std::unique_ptr<Stage> stage_;
};

}  // namespace tarn::columns
