#include "sql/options/entries.hpp"

namespace tarn::sql {
namespace {

using enum OptionKind;
using enum Clause::Then;

// What all formats in JSON take.
std::vector<OptionRule> json_options(std::vector<OptionRule> more = {}) {
    std::vector<OptionRule> all = {
        {"ignore-parse-errors", Boolean,
         "Whether what cannot be read is NULL, or left out as a whole, instead of an error.",
         "false"},
        {.key = "timestamp-format.standard",
         .kind = Choice,
         .text = "How times are written: 2024-01-02 03:04:05 or with a T between.",
         .fallback = "SQL",
         .choices = {"SQL", "ISO-8601"}},
        {.key = "map-null-key.mode",
         .kind = Choice,
         .text = "What becomes of a map's NULL key when it is written.",
         .fallback = "FAIL",
         .choices = {"FAIL", "DROP", "LITERAL"}},
        {"map-null-key.literal", Text, "What stands for it in the mode LITERAL.", "null"},
        {"encode.decimal-as-plain-number", Boolean,
         "Whether a DECIMAL is written without an exponent.", "false"},
        {"encode.ignore-null-fields", Boolean, "Whether fields that are NULL are left out.",
         "false"}};
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

std::vector<Format> json_formats() {
    return {{.name = "json",
             .text = "An object in JSON for each row.",
             .takes = {.options = json_options(
                           {{"fail-on-missing-field", Boolean,
                             "Whether a field that is not there is an error.", "false"}}),
                       .clauses = {{{"ignore-parse-errors", "true"},
                                    Excludes,
                                    {"fail-on-missing-field", "true"}}}}},
            {.name = "debezium-json",
             .text = "The changes of a database as Debezium tells them.",
             .takes = {.options = json_options(
                           {{"schema-include", Boolean,
                             "Whether each record has its schema with it; only for reading.",
                             "false"}})},
             .has_changes = true},
            {.name = "canal-json",
             .text = "The changes of a MySQL database as Canal tells them.",
             .takes = {.options = json_options(
                           {{"database.include", Text,
                             "A regular expression for the databases whose changes are read."},
                            {"table.include", Text,
                             "A regular expression for the tables whose changes are read."}})},
             .has_changes = true},
            {.name = "maxwell-json",
             .text = "The changes of a MySQL database as Maxwell tells them.",
             .takes = {.options = json_options()},
             .has_changes = true}};
}

}  // namespace

std::vector<Format> text_formats() {
    std::vector<Format> all = json_formats();
    all.push_back(
        {.name = "csv",
         .text = "A line for each row, values with commas between them.",
         .takes = {
             .options = {{"field-delimiter", Text, "The character between values.", ","},
                         {"quote-character", Text, "What stands around a value.", "\""},
                         {"disable-quote-character", Boolean, "Whether nothing does.", "false"},
                         {"escape-character", Text, "What takes the meaning off the next one."},
                         {"null-literal", Text, "What stands for NULL."},
                         {"array-element-delimiter", Text, "What stands between items.", ";"},
                         {"allow-comments", Boolean, "Whether lines with a # are left out.",
                          "false"},
                         {"ignore-parse-errors", Boolean,
                          "Whether what cannot be read is NULL instead of an error.", "false"},
                         {"write-bigdecimal-in-scientific-notation", Boolean,
                          "Whether a DECIMAL is written with an exponent.", "true"}},
             .clauses = {{{"quote-character"}, Excludes, {"disable-quote-character", "true"}}}}});
    all.push_back({.name = "raw",
                   .text = "The bytes of the one column.",
                   .takes = {.options = {{"charset", SomeText, "How a text is written.", "UTF-8"},
                                         {.key = "endianness",
                                          .kind = Choice,
                                          .text = "Which byte of a number is first.",
                                          .fallback = "big-endian",
                                          .choices = {"big-endian", "little-endian"}}}}});
    return all;
}

}  // namespace tarn::sql
