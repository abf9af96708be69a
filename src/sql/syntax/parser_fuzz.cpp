// Any bytes are statements or problems with a place in the text. A statement that is taken says the
// same when it is written and read again.

#include <string>

#include "base/assert.hpp"
#include "sql/syntax/parser.hpp"
#include "sql/syntax/text.hpp"

using namespace tarn;
using namespace tarn::sql;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    Source source("input", std::string(reinterpret_cast<const char*>(data), size));
    Parsed parsed = parse(source);
    for (const Problem& problem : parsed.problems) {
        TARN_ASSERT(problem.span.begin <= problem.span.end);
        TARN_ASSERT(!text_of(source, problem).empty());
    }
    for (const Statement& statement : parsed.statements) {
        Source written("written", text_of(statement));
        Statement again = parse_statement(written);
        TARN_ASSERT(text_of(again) == written.text());
    }
    return 0;
}
