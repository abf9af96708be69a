#include "columns/json_index.hpp"

#include <simdjson.h>

#include <algorithm>

#include "base/assert.hpp"

namespace tarn::columns {

struct JsonIndex::Stage {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
    size_t capacity = 0;
    uint32_t empty = 0;
    bool is_empty = true;
};

JsonIndex::JsonIndex() : stage_(std::make_unique<Stage>()) {}
JsonIndex::~JsonIndex() = default;

const char* JsonIndex::build(std::string_view text) {
    Stage& stage = *stage_;
    if (text.size() > stage.capacity || !stage.parser) {
        constexpr size_t capacity_min = 64 * 1024;
        constexpr size_t depth_unused = 1;
        stage.capacity = std::max(text.size() + text.size() / 2, capacity_min);
        auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(
            stage.capacity, depth_unused, stage.parser);
        TARN_ASSERT(error == simdjson::SUCCESS);
    }
    auto error = stage.parser->stage1(reinterpret_cast<const uint8_t*>(text.data()), text.size(),
                                      simdjson::stage1_mode::regular);
    stage.is_empty = error == simdjson::EMPTY;
    stage.empty = static_cast<uint32_t>(text.size());
    switch (error) {
        case simdjson::SUCCESS:
        case simdjson::EMPTY:
            return nullptr;
        case simdjson::UTF8_ERROR:
            return "it is not valid UTF-8";
        case simdjson::UNCLOSED_STRING:
            return "a string does not end";
        case simdjson::UNESCAPED_CHARS:
            return "a string holds a raw control character";
        default:
            return "it cannot be taken apart";
    }
}

const uint32_t* JsonIndex::positions() const {
    return stage_->is_empty ? &stage_->empty : stage_->parser->structural_indexes.get();
}

size_t JsonIndex::padding() {
    return simdjson::SIMDJSON_PADDING;
}

}  // namespace tarn::columns
