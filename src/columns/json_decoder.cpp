#include "columns/json_decoder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/error.hpp"

namespace tarn::columns {
namespace {

constexpr size_t window_bytes = 256 * 1024;

bool is_blank(std::string_view text) {
    for (char c : text) {
        if (!JsonCursor::is_space(c)) return false;
    }
    return true;
}

}  // namespace

JsonDecoder::JsonDecoder(std::shared_ptr<arrow::Schema> schema, JsonOptions options)
    : schema_(std::move(schema)),
      options_(std::make_unique<JsonOptions>(options)),
      rows_(make_row_builder(*schema_)),
      root_(*rows_, *options_),
      window_(window_bytes + JsonIndex::padding()) {}

void JsonDecoder::append_lines(std::string_view text) {
    int64_t input_begin = input_bytes_;
    count_input(text);
    while (!text.empty()) {
        // As many whole lines as a window takes, or one line that is longer.
        size_t size = text.size();
        if (size > window_bytes) {
            size = text.rfind('\n', window_bytes - 1) + 1;
            if (size == 0) size = std::min(text.find('\n', window_bytes), text.size() - 1) + 1;
        }
        bool is_one_line = size > window_bytes;
        if (is_one_line && size > record_bytes_max()) {
            reject_long(size - text.substr(0, size).ends_with('\n'), input_begin);
        } else {
            gather_lines(text.substr(0, size), input_begin);
        }
        text.remove_prefix(size);
        input_begin += size;
    }
}

void JsonDecoder::gather_lines(std::string_view text, int64_t input_begin) {
    uint32_t begin = 0;
    uint32_t window_begin = add_to_window(text);
    while (begin < text.size()) {
        uint32_t end = std::min(text.find('\n', begin), text.size());
        if (end - begin > record_bytes_max()) {
            reject_long(end - begin, input_begin + begin);
        } else {
            records_.push_back(
                {window_begin + begin, window_begin + end, record_count_++, input_begin + begin});
        }
        begin = end + 1;
    }
}

void JsonDecoder::append_record(std::string_view text) {
    int64_t input_begin = input_bytes_;
    count_input(text);
    uint32_t size = text.size();
    if (size > record_bytes_max()) return reject_long(size, input_begin);
    if (is_blank(text)) return reject({0, size, record_count_++, input_begin}, "it is empty");
    uint32_t begin = add_to_window(text);
    records_.push_back({begin, begin + size, record_count_++, input_begin});
}

void JsonDecoder::count_input(std::string_view text) {
    input_bytes_ += text.size();
    if (input_bytes_ > batch_bytes_max) {
        throw Error(ErrorCode::TooLarge, "more than {} bytes of JSON for one batch",
                    batch_bytes_max);
    }
}

// Gives where in the window the text now stands, with a newline behind it.
uint32_t JsonDecoder::add_to_window(std::string_view text) {
    if (window_used_ + text.size() + 1 > window_bytes) decode_window();
    size_t size_needed = window_used_ + text.size() + 1 + JsonIndex::padding();
    if (size_needed > window_.size()) window_.resize(size_needed);
    uint32_t begin = window_used_;
    std::memcpy(window_.data() + begin, text.data(), text.size());
    window_used_ += text.size();
    window_[window_used_++] = '\n';
    return begin;
}

void JsonDecoder::decode_window() {
    if (records_.empty()) return;
    if (index_.build({window_.data(), window_used_}) == nullptr) {
        const uint32_t* positions = index_.positions();
        for (const Record& record : records_) positions = decode_record(record, positions);
    } else {
        decode_one_by_one();
    }
    records_.clear();
    window_used_ = 0;
}

// Some record of the window is not even text, and the index does not say which.
void JsonDecoder::decode_one_by_one() {
    for (const Record& record : records_) {
        size_t size = record.end - record.begin;
        // The index may read a little past the text, which here is the next record: it does no
        // harm, being neither changed nor understood.
        const char* problem = index_.build({window_.data() + record.begin, size});
        if (problem) {
            reject(record, problem);
            continue;
        }
        std::vector<uint32_t> positions;
        const uint32_t* position = index_.positions();
        for (; *position < size; ++position) positions.push_back(*position + record.begin);
        positions.push_back(record.end);
        decode_record(record, positions.data());
    }
}

const uint32_t* JsonDecoder::decode_record(const Record& record, const uint32_t* positions) {
    // Of records that were refused at once the tokens are still there.
    while (*positions < record.begin) ++positions;
    JsonCursor in(window_.data(), positions, record.end, options_->depth_max);
    if (!in.is_at_end()) {
        int64_t row = rows_->length();
        if (read_rows(in, record.number)) {
            decoded_.nulled_cells += in.nulled_cells();
        } else {
            rows_->truncate(row);
            decoded_.record_of_row.resize(row);
            reject(record, in.take_reason());
        }
    }
    return in.mark();
}

bool JsonDecoder::read_rows(JsonCursor& in, int64_t record) {
    bool is_array = options_->top_level_array == TopLevelArray::RowPerElement && in.accept('[');
    if (!is_array) {
        if (!read_row(in, record)) return false;
    } else if (!in.accept(']')) {
        for (;;) {
            if (!read_row(in, record)) return false;
            if (in.accept(']')) break;
            if (!in.accept(',')) return in.fail_syntax("',' or ']'");
        }
    }
    if (in.is_at_end() || options_->after_value == Extra::Ignore) return true;
    return in.fail_syntax("the end of the record");
}

bool JsonDecoder::read_row(JsonCursor& in, int64_t record) {
    if (!root_.read(in)) return false;
    decoded_.record_of_row.push_back(record);
    return true;
}

void JsonDecoder::reject_long(uint32_t size, int64_t input_begin) {
    reject({0, size, record_count_++, input_begin},
           fmt::format("it is {} bytes long, the limit is {}", size, record_bytes_max()));
}

void JsonDecoder::reject(const Record& record, std::string reason) {
    int64_t size = record.end - record.begin;
    decoded_.errors.push_back(
        {record.number, record.input_begin, record.input_begin + size, std::move(reason)});
}

DecodedRows JsonDecoder::finish() {
    decode_window();
    // What is refused before it is decoded is reported ahead of its turn.
    std::sort(decoded_.errors.begin(), decoded_.errors.end(),
              [](const RowError& a, const RowError& b) { return a.record < b.record; });
    decoded_.batch = finish_batch(*rows_, schema_);
    record_count_ = 0;
    input_bytes_ = 0;
    return std::exchange(decoded_, {});
}

}  // namespace tarn::columns
