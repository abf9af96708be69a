#include "columns/csv_decoder.hpp"

#include <arrow/util/utf8.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"

namespace tarn::columns {
namespace {

bool is_utf8(std::string_view text) {
    static const bool is_ready = (arrow::util::InitializeUTF8(), true);
    return is_ready && arrow::util::ValidateUTF8(reinterpret_cast<const uint8_t*>(text.data()),
                                                 static_cast<int64_t>(text.size()));
}

// The text up to 40 bytes, cut between characters.
std::string_view excerpt(std::string_view text) {
    size_t size = std::min<size_t>(text.size(), 40);
    while (size > 0 && size < text.size() && (static_cast<uint8_t>(text[size]) & 0xC0) == 0x80) {
        --size;
    }
    return text.substr(0, size);
}

}  // namespace

CsvDecoder::CsvDecoder(std::shared_ptr<arrow::Schema> schema, CsvOptions options)
    : schema_(std::move(schema)),
      options_(std::move(options)),
      rules_{options_.timestamps, options_.excess_digits},
      rows_(make_row_builder(*schema_)) {
    for (const auto& field : schema_->fields()) {
        if (field->type()->num_fields() > 0) {
            throw Error(ErrorCode::InvalidInput, "column '{}': {} has no form in CSV",
                        field->name(), field->type()->ToString());
        }
    }
    if (options_.header == CsvOptions::Header::None) {
        column_of_field_.emplace();
        for (int i = 0; i < schema_->num_fields(); ++i) column_of_field_->push_back(i);
    }
}

void CsvDecoder::append(std::string_view text) {
    int64_t batch_end = input_begin_ + static_cast<int64_t>(pending_.size() + text.size());
    if (batch_end > batch_bytes_max) {
        throw Error(ErrorCode::TooLarge, "more than {} bytes of CSV for one batch",
                    batch_bytes_max);
    }
    pending_ += text;
    decode_pending(false);
}

void CsvDecoder::append_end() {
    decode_pending(true);
}

void CsvDecoder::decode_pending(bool is_end) {
    std::string_view rest = pending_;
    while (!rest.empty()) {
        if (skips_line_) {
            size_t newline = rest.find('\n');
            size_t skipped = std::min(newline, rest.size() - 1) + 1;
            skips_line_ = newline == rest.npos;
            rest.remove_prefix(skipped);
            input_begin_ += static_cast<int64_t>(skipped);
            continue;
        }
        Scan scan = scan_record(rest, is_end);
        if (scan.outcome == Scan::Outcome::Incomplete) break;
        std::string_view bytes = rest.substr(0, scan.end);
        scan.outcome == Scan::Outcome::Bad ? reject(bytes, scan.reason) : take_record(bytes);
        ++record_count_;
        rest.remove_prefix(scan.next);
        input_begin_ += static_cast<int64_t>(scan.next);
    }
    pending_.erase(0, pending_.size() - rest.size());
}

CsvDecoder::Scan CsvDecoder::scan_record(std::string_view text, bool is_end) {
    using Outcome = Scan::Outcome;
    // No more is looked at than a record may have, or where the text is cut would show.
    size_t size_max = size_t{options_.record_bytes_max} + 1;
    if (text.size() > size_max) {
        text = text.substr(0, size_max);
        is_end = false;
    }
    bool is_too_long = text.size() == size_max;
    // A record that is given up ends at its first newline, or one with a lost quote would take all
    // that follow along.
    auto first_line = [&](const char* reason) {
        size_t end = text.find('\n');
        if (end != text.npos) return Scan{Outcome::Bad, end, end + 1, reason};
        if (!is_end && !is_too_long) return Scan{Outcome::Incomplete, 0, 0, nullptr};
        skips_line_ = !is_end;
        return Scan{Outcome::Bad, text.size(), text.size(), reason};
    };
    field_count_ = 0;
    for (size_t at = 0;;) {
        if (field_count_ == fields_.size()) fields_.emplace_back();
        Field& field = fields_[field_count_++];
        field.text.clear();
        field.is_quoted = at < text.size() && text[at] == options_.quote;
        const char* problem = nullptr;
        if (field.is_quoted) {
            Scan quoted = scan_quoted(text, at + 1, field);
            at = quoted.end;
            if (quoted.outcome == Outcome::Incomplete) {
                if (is_end) return first_line("a quoted field does not end");
                if (is_too_long) return first_line("it is too long");
                return quoted;
            }
        }
        size_t end = at;
        while (end < text.size() && text[end] != options_.delimiter && text[end] != '\n') ++end;
        bool is_line_end = end < text.size() && text[end] == '\n';
        if (end == text.size() && !is_end) {
            if (is_too_long) return first_line("it is too long");
            return {Outcome::Incomplete, 0, 0, nullptr};
        }
        std::string_view plain = text.substr(at, end - at);
        if (is_line_end && plain.ends_with('\r')) plain.remove_suffix(1);
        if (field.is_quoted && !plain.empty()) problem = "text follows a closing quote";
        if (!field.is_quoted && options_.quote && plain.find(*options_.quote) != plain.npos)
            problem = "a quote inside a field";
        if (problem) return first_line(problem);
        field.text += plain;
        if (is_line_end || end == text.size()) {
            if (end >= size_max) return first_line("it is too long");
            return {Outcome::Record, end, std::min(end + 1, text.size()), nullptr};
        }
        at = end + 1;
    }
}

// Reads from behind the opening quote to behind the closing one.
CsvDecoder::Scan CsvDecoder::scan_quoted(std::string_view text, size_t at, Field& field) const {
    for (;;) {
        size_t quote = text.find(*options_.quote, at);
        // A quote at the very end may be the first of two.
        if (quote == text.npos)
            return {Scan::Outcome::Incomplete, text.size(), text.size(), nullptr};
        field.text += text.substr(at, quote - at);
        if (quote + 1 >= text.size() || text[quote + 1] != options_.quote) {
            return {Scan::Outcome::Record, quote + 1, quote + 1, nullptr};
        }
        field.text.push_back(*options_.quote);
        at = quote + 2;
    }
}

void CsvDecoder::take_record(std::string_view bytes) {
    if (bytes.ends_with('\r')) bytes.remove_suffix(1);
    if (!is_utf8(bytes)) return reject(bytes, "it is not valid UTF-8");
    if (!column_of_field_) return take_header();
    // A blank line is no row, unless it is the only way to write one.
    if (bytes.empty() && column_of_field_->size() > 1) return;
    int64_t row = rows_->length();
    int64_t nulled_cells = decoded_.nulled_cells;
    std::string reason;
    if (read_row(reason)) {
        rows_->append_valid();
        decoded_.record_of_row.push_back(record_count_);
    } else {
        rows_->truncate(row);
        decoded_.nulled_cells = nulled_cells;
        reject(bytes, std::move(reason));
    }
}

void CsvDecoder::take_header() {
    column_of_field_.emplace();
    for (size_t i = 0; i < field_count_; ++i) {
        std::string_view name = fields_[i].text;
        // Files from spreadsheets open with a byte order mark.
        if (i == 0 && name.starts_with("\xEF\xBB\xBF")) name.remove_prefix(3);
        int column = schema_->GetFieldIndex(std::string(name));
        bool is_again = column >= 0 && std::ranges::count(*column_of_field_, column) > 0;
        if (is_again) {
            throw Error(ErrorCode::InvalidInput, "csv: the header names '{}' twice", name);
        }
        column_of_field_->push_back(column);
    }
    for (int column = 0; column < schema_->num_fields(); ++column) {
        bool is_there = std::ranges::count(*column_of_field_, column) > 0;
        if (!is_there && !schema_->field(column)->nullable()) {
            throw Error(ErrorCode::InvalidInput, "csv: the header has no '{}'",
                        schema_->field(column)->name());
        }
    }
}

bool CsvDecoder::read_row(std::string& reason) {
    int64_t row = rows_->length();
    if (field_count_ != column_of_field_->size()) {
        reason = fmt::format("it has {} fields, not {}", field_count_, column_of_field_->size());
        return false;
    }
    for (size_t i = 0; i < field_count_; ++i) {
        int column = (*column_of_field_)[i];
        if (column >= 0 && !read_field(column, fields_[i], reason)) return false;
    }
    for (size_t i = 0; i < rows_->child_count(); ++i) {
        if (rows_->child(i).length() == row) rows_->child(i).append_null();
    }
    return true;
}

bool CsvDecoder::read_field(int column, const Field& field, std::string& reason) {
    ColumnBuilder& builder = rows_->child(column);
    bool is_nullable = schema_->field(column)->nullable();
    bool is_null = !field.is_quoted && field.text == options_.null_literal;
    if (!is_null && append_text(builder, field.text, rules_)) return true;
    if (is_nullable && (is_null || options_.wrong_value == WrongValue::Null)) {
        decoded_.nulled_cells += !is_null;
        builder.append_null();
        return true;
    }
    const std::string& name = schema_->field(column)->name();
    reason = is_null ? fmt::format("{}: it must not be null", name)
                     : fmt::format("{}: \"{}\" is no {}", name, excerpt(field.text),
                                   builder.type()->ToString());
    return false;
}

void CsvDecoder::reject(std::string_view bytes, std::string reason) {
    int64_t size = static_cast<int64_t>(bytes.size());
    decoded_.errors.push_back(
        {record_count_, input_begin_, input_begin_ + size, std::move(reason)});
}

DecodedRows CsvDecoder::finish() {
    decoded_.batch = finish_batch(*rows_, schema_);
    record_count_ = 0;
    input_begin_ = 0;
    return std::exchange(decoded_, {});
}

}  // namespace tarn::columns
