// Any text is either a condition, which then reads back from what it is written as and can be bound
// or refused, or is refused.
#include <boost/json/serialize.hpp>

#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "iceberg/format/filter.hpp"

namespace {

using namespace tarn::iceberg;

SchemaPtr columns() {
    return Schema::make(0, {{.id = 1, .name = "a", .type = TypeKind::Long},
                            {.id = 2, .name = "b", .type = TypeKind::String},
                            {.id = 3, .name = "c", .type = Type::decimal(9, 2)},
                            {.id = 4, .name = "d", .type = TypeKind::TimestampTz},
                            {.id = 5, .name = "e", .type = TypeKind::Float}});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static const SchemaPtr schema = columns();
    std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        Expression expression = parse_expression(text, "filter");
        auto written = boost::json::serialize(to_json(expression));
        TARN_ASSERT(boost::json::serialize(to_json(parse_expression(written, "again"))) == written);
        Filter filter = bind(expression, *schema);
        TARN_ASSERT(bind(to_expression(filter, *schema), *schema) == filter);
    } catch (const tarn::Error&) {
    }
    return 0;
}
