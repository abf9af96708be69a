// Java's properties files, in which Kafka's clients are configured: `name=value` lines with
// comments, escapes and lines that go on in the next one (java.util.Properties.load).
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace tarn::kafka::client {

using Properties = std::map<std::string, std::string, std::less<>>;

// As Java does, takes each byte for a character of Latin-1; a \u escape writes any other. Throws
// InvalidInput for an escape that is none; `name` is the file's, for messages.
Properties parse_properties(std::string_view text, std::string_view name);

// Throws NotFound when the file cannot be read.
Properties read_properties(const std::string& path);

// Empty where it is not set.
std::string value_of(const Properties& properties, std::string_view name);

}  // namespace tarn::kafka::client
