// The one message of SASL/PLAIN (RFC 4616): who the client wants to be, who it is, its password.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace tarn::kafka {

// Borrows from the message.
struct PlainMessage {
    std::string_view acts_as;  // empty: as itself
    std::string_view user;
    std::string_view password;
};

// Nothing for what is no such message, or names nobody.
std::optional<PlainMessage> parse_plain(BytesView message);

std::string plain_message(std::string_view user, std::string_view password);

}  // namespace tarn::kafka
