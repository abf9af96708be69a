#include <arrow/array/builder_binary.h>

#include "base/error.hpp"
#include "columns/arrow_result.hpp"
#include "connectors/made_up/makers.hpp"
#include "sql/values/arrow_types.hpp"

namespace tarn::connectors {
namespace {

using sql::TypeKind;

constexpr int64_t DefaultLength = 100;
constexpr int64_t LongTextMax = 16 << 20;

// STRING and BYTES are as long as is asked for, the others as their type says.
int64_t length_of(const MadeColumn& column) {
    auto asked = column.options.whole(column.key("length"));
    bool is_long = column.type.precision == sql::Type::LengthMax;
    bool is_of_one_length =
        column.type.kind == TypeKind::Char || column.type.kind == TypeKind::Binary;
    int64_t most = is_long ? LongTextMax : column.type.precision;
    int64_t length = asked.value_or(is_long ? DefaultLength : most);
    if (length < 0 || length > most || (is_of_one_length && length != most)) {
        throw Error(ErrorCode::InvalidInput, "the option 'fields.{}' is {}, and the column is {}",
                    column.key("length"), length, text_of(column.type));
    }
    return length;
}

class RandomText final : public ValueMaker {
public:
    explicit RandomText(const MadeColumn& column)
        : type_(sql::arrow_type(column.type)),
          random_(column.random),
          lengths_(column.random.other("length")),
          length_(length_of(column)),
          has_any_length_(column.options.is_on(column.key("var-len"))),
          is_text_(sql::is_text(column.type)) {}

    std::shared_ptr<arrow::Array> make(const RowRange& rows) const override {
        std::vector<int32_t> ends{0};
        std::string bytes;
        for (int64_t row = rows.begin; row < rows.begin + rows.count; ++row) {
            append(bytes, row);
            if (bytes.size() > std::numeric_limits<int32_t>::max()) {
                throw Error(ErrorCode::TooLarge, "made-up texts of one batch are over 2 GB")
                    .with_hint("make them shorter with 'fields.#.length'");
            }
            ends.push_back(static_cast<int32_t>(bytes.size()));
        }
        auto data = arrow::ArrayData::Make(type_, rows.count,
                                           {nullptr, arrow::Buffer::FromVector(std::move(ends)),
                                            arrow::Buffer::FromString(std::move(bytes))},
                                           0);
        return arrow::MakeArray(data);
    }

private:
    // Texts are hexadecimal digits, as in Flink.
    void append(std::string& bytes, int64_t row) const {
        constexpr std::string_view Digits = "0123456789abcdef";
        int64_t length = length_;
        if (has_any_length_ && length > 0) {
            length = 1 + static_cast<int64_t>(lengths_.below(row, static_cast<uint64_t>(length)));
        }
        RowRandom of_row(random_.bits(row));
        int bits_each = is_text_ ? 4 : 8;
        int in_a_word = 64 / bits_each;
        uint64_t word = 0;
        for (int64_t i = 0; i < length; ++i, word >>= bits_each) {
            if (i % in_a_word == 0) word = of_row.bits(i / in_a_word);
            bytes += is_text_ ? Digits[word & 0xF] : static_cast<char>(word & 0xFF);
        }
    }

    std::shared_ptr<arrow::DataType> type_;
    RowRandom random_;
    RowRandom lengths_;
    int64_t length_;
    bool has_any_length_;
    bool is_text_;
};

}  // namespace

ValueMakerPtr random_text(const MadeColumn& column) {
    return std::make_unique<RandomText>(column);
}

}  // namespace tarn::connectors
