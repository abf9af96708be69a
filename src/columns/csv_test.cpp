#include <gtest/gtest.h>

#include "base/error.hpp"
#include "columns/csv_decoder.hpp"
#include "columns/csv_writer.hpp"

namespace tarn::columns {
namespace {

using arrow::field;
using Header = CsvOptions::Header;

const arrow::FieldVector trade = {field("symbol", arrow::utf8()), field("price", arrow::float64()),
                                  field("ts", arrow::timestamp(arrow::TimeUnit::MILLI))};

// The rows as CSV without a header, then a line per error.
std::string shown(const DecodedRows& decoded) {
    EXPECT_TRUE(decoded.batch->ValidateFull().ok());
    std::string text;
    append_csv(text, *decoded.batch);
    for (const RowError& error : decoded.errors) {
        text += fmt::format("#{} [{},{}) {}\n", error.record, error.begin, error.end, error.reason);
    }
    return text;
}

std::string decoded(arrow::FieldVector fields, std::string_view text, CsvOptions options = {}) {
    CsvDecoder decoder(arrow::schema(std::move(fields)), options);
    decoder.append(text);
    decoder.append_end();
    return shown(decoder.finish());
}

TEST(CsvDecoder, finds_columns_by_the_names_of_the_header) {
    EXPECT_EQ(
        decoded(trade, "ts,venue,price,symbol\r\n2024-01-02 03:04:05,X,1.5,BTC\r\n,,,ETH\r\n"),
        "BTC,1.5,2024-01-02 03:04:05\nETH,,\n");
    EXPECT_EQ(decoded(trade, "\xEF\xBB\xBFsymbol\nBTC"), "BTC,,\n");
}

TEST(CsvDecoder, takes_fields_in_order_without_a_header) {
    EXPECT_EQ(decoded(trade, "BTC;1.5;\nETH;;2024-01-02T00:00:00.5\n",
                      {.header = Header::None, .delimiter = ';'}),
              "BTC,1.5,\nETH,,2024-01-02 00:00:00.5\n");
}

TEST(CsvDecoder, reads_quoted_fields_with_whatever_is_in_them) {
    EXPECT_EQ(decoded({field("a", arrow::utf8()), field("b", arrow::utf8())},
                      "a,b\n\"x,\"\"y\"\"\nz\",\"\"\n,\"plain\"\n"),
              "\"x,\"\"y\"\"\nz\",\"\"\n,plain\n");
}

TEST(CsvDecoder, reads_the_same_however_the_text_is_cut) {
    std::string text = "symbol,price,ts\n\"B\"\"T,\nC\",1.5,\r\n\nETH,\"2\",2024-01-02 00:00:00\n";
    std::string whole = decoded(trade, text);

    for (size_t cut = 0; cut <= text.size(); ++cut) {
        CsvDecoder decoder(arrow::schema(trade));
        decoder.append(text.substr(0, cut));
        decoder.append(text.substr(cut));
        decoder.append_end();
        EXPECT_EQ(shown(decoder.finish()), whole) << cut;
    }
}

TEST(CsvDecoder, reports_a_bad_record_and_goes_on_with_the_next) {
    EXPECT_EQ(decoded(trade,
                      "symbol,price,ts\nA,1,\nB,dear,\nC,1\nD\"x\",1,\n\"E\"x,1,\n\xFF,1,\n"
                      "G,1,\n\"H,1,\nI,1,\n"),
              "A,1,\nG,1,\nI,1,\n"
              "#2 [21,28) price: \"dear\" is no double\n"
              "#3 [29,32) it has 2 fields, not 3\n"
              "#4 [33,40) a quote inside a field\n"
              "#5 [41,48) text follows a closing quote\n"
              "#6 [49,53) it is not valid UTF-8\n"
              "#8 [59,64) a quoted field does not end\n");
}

TEST(CsvDecoder, makes_wrong_values_null_when_asked_to) {
    CsvDecoder decoder(arrow::schema(trade), {.wrong_value = WrongValue::Null});
    decoder.append("symbol,price,ts\nA,dear,soon\n");
    DecodedRows rows = decoder.finish();
    EXPECT_EQ(shown(rows), "A,,\n");
    EXPECT_EQ(rows.nulled_cells, 2);
}

TEST(CsvDecoder, takes_another_quote_or_none) {
    arrow::FieldVector two = {field("a", arrow::utf8()), field("b", arrow::utf8())};

    EXPECT_EQ(decoded(two, "'x,''y',\"z\"\n", {.header = Header::None, .quote = '\''}),
              "\"x,'y\",\"\"\"z\"\"\"\n");
    EXPECT_EQ(decoded(two, "\"x\",y\"\n", {.header = Header::None, .quote = std::nullopt}),
              "\"\"\"x\"\"\",\"y\"\"\"\n");
}

TEST(CsvWriter, refuses_what_needs_quotes_when_there_are_none) {
    CsvDecoder decoder(arrow::schema({field("a", arrow::utf8())}), {.header = Header::None});
    decoder.append("\"x,y\"\n");
    auto rows = decoder.finish().batch;
    std::string text;

    append_csv(text, *rows, {.quote = '\''});
    EXPECT_EQ(text, "'x,y'\n");
    EXPECT_THROW(append_csv(text, *rows, {.quote = std::nullopt}), Error);
}

TEST(CsvDecoder, tells_the_null_literal_from_the_same_text_in_quotes) {
    CsvOptions options = {.header = Header::None, .null_literal = "NULL"};
    CsvDecoder decoder(arrow::schema({field("a", arrow::utf8()), field("b", arrow::utf8())}),
                       options);
    decoder.append("NULL,\"NULL\"\n,x\n");
    std::string text;
    append_csv(text, *decoder.finish().batch, options);
    EXPECT_EQ(text, "NULL,\"NULL\"\n,x\n");
}

TEST(CsvDecoder, refuses_a_header_it_cannot_use) {
    auto refusal = [](arrow::FieldVector fields, std::string_view text) {
        try {
            decoded(std::move(fields), text);
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_EQ(refusal({field("a", arrow::int32(), false)}, "b\n1\n"), "csv: the header has no 'a'");
    EXPECT_EQ(refusal({field("a", arrow::int32())}, "a,a\n"), "csv: the header names 'a' twice");
    EXPECT_EQ(refusal({field("a", arrow::list(arrow::int32()))}, ""),
              "column 'a': list<item: int32> has no form in CSV");
}

TEST(CsvDecoder, gives_up_a_record_that_grows_past_its_limit) {
    CsvDecoder decoder(arrow::schema({field("a", arrow::utf8())}),
                       {.header = Header::None, .record_bytes_max = 100});
    decoder.append("\"open\nnext\n");
    decoder.append(std::string(100, 'x') + "\n");
    EXPECT_EQ(shown(decoder.finish()),
              "next\n" + std::string(100, 'x') + "\n#0 [0,5) it is too long\n");
}

TEST(CsvDecoder, drops_the_whole_of_a_line_that_is_too_long) {
    CsvDecoder decoder(arrow::schema({field("a", arrow::utf8())}),
                       {.header = Header::None, .record_bytes_max = 100});
    for (int i = 0; i < 5; ++i) decoder.append(std::string(70, 'x'));
    decoder.append("y\nnext\n");
    EXPECT_EQ(shown(decoder.finish()), "next\n#0 [0,101) it is too long\n");
}

TEST(CsvWriter, writes_a_header_that_reads_back) {
    std::string text;
    append_csv_header(text,
                      *arrow::schema({field("a,b", arrow::utf8()), field("c", arrow::utf8())}));
    EXPECT_EQ(text, "\"a,b\",c\n");
}

}  // namespace
}  // namespace tarn::columns
