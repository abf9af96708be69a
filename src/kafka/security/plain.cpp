#include "kafka/security/plain.hpp"

namespace tarn::kafka {

std::optional<PlainMessage> parse_plain(BytesView message) {
    std::string_view text = as_text(message);
    size_t first = text.find('\0');
    if (first == text.npos) return std::nullopt;
    size_t second = text.find('\0', first + 1);
    if (second == text.npos || text.find('\0', second + 1) != text.npos) return std::nullopt;
    PlainMessage parsed{.acts_as = text.substr(0, first),
                        .user = text.substr(first + 1, second - first - 1),
                        .password = text.substr(second + 1)};
    if (parsed.user.empty() || parsed.password.empty()) return std::nullopt;
    return parsed;
}

std::string plain_message(std::string_view user, std::string_view password) {
    std::string message(1, '\0');
    message += user;
    message += '\0';
    message += password;
    return message;
}

}  // namespace tarn::kafka
