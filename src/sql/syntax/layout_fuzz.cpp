// Laying out changes neither words nor comments, and what is laid out stays as it is; only comments
// in odd places may still move.

#include <string>

#include "base/assert.hpp"
#include "sql/syntax/layout.hpp"
#include "sql/syntax/lexer.hpp"

using namespace tarn;
using namespace tarn::sql;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    Source source("input", std::string(reinterpret_cast<const char*>(data), size));
    try {
        Source laid("laid", laid_out(source));
        Tokens before = tokens_of(source);
        Tokens after = tokens_of(laid);
        TARN_ASSERT(before.all.size() == after.all.size());
        for (size_t i = 0; i < before.all.size(); ++i) {
            TARN_ASSERT(before.all[i].kind == after.all[i].kind);
            TARN_ASSERT(before.all[i].key == after.all[i].key);
            bool is_keyword = !before.all[i].key.empty();
            TARN_ASSERT(is_keyword || before.all[i].text == after.all[i].text);
        }
        TARN_ASSERT(before.comments.size() == after.comments.size());
        if (before.comments.empty()) TARN_ASSERT(laid_out(laid) == laid.text());
    } catch (const SqlError&) {
    }
    return 0;
}
