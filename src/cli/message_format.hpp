// How kafka-console-consumer prints a record: the fields that its print.* properties ask for, with
// the separators of its other properties between them.
#pragma once

#include <map>
#include <string>

#include "kafka/client/consumer.hpp"

namespace tarn::cli {

class MessageFormat {
public:
    using Properties = std::map<std::string, std::string, std::less<>>;

    // Throws InvalidInput for a deserializer that is not known. Properties of other names are of
    // no effect, as with Apache's tool.
    static MessageFormat of(const Properties& properties);

    void append_to(std::string& out, const kafka::client::ReceivedRecord& record) const;

private:
    enum class Decoding { Text, Int16, Int32, Int64, Float64 };

    static Decoding decoding_of(const Properties& properties, std::string_view name);
    void append_bytes(std::string& out, std::optional<BytesView> bytes, Decoding decoding) const;

    bool shows_time_ = false;
    bool shows_partition_ = false;
    bool shows_offset_ = false;
    bool shows_headers_ = false;
    bool shows_key_ = false;
    bool shows_value_ = true;
    std::string key_separator_ = "\t";
    std::string line_separator_ = "\n";
    std::string headers_separator_ = ",";
    std::string null_text_ = "null";
    Decoding key_decoding_ = Decoding::Text;
    Decoding value_decoding_ = Decoding::Text;
};

}  // namespace tarn::cli
