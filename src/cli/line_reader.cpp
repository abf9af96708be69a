#include "cli/line_reader.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace tarn::cli {

std::optional<std::string> LineReader::next() {
    size_t searched = begin_;
    while (true) {
        size_t end = ahead_.find('\n', searched);
        if (end == std::string::npos) {
            searched = ahead_.size() - begin_;
            if (read_more()) continue;
            if (begin_ == ahead_.size()) return std::nullopt;
            end = ahead_.size();
        }
        std::string line = ahead_.substr(begin_, end - begin_);
        begin_ = std::min(end + 1, ahead_.size());
        if (line.ends_with('\r')) line.pop_back();
        return line;
    }
}

bool LineReader::would_wait() const {
    if (has_ended_ || ahead_.find('\n', begin_) != std::string::npos) return false;
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    return poll(&input, 1, 0) == 0;
}

bool LineReader::read_more() {
    ahead_.erase(0, begin_);
    begin_ = 0;
    std::array<char, 65536> room;
    while (!has_ended_) {
        ssize_t got = read(STDIN_FILENO, room.data(), room.size());
        if (got > 0) {
            ahead_.append(room.data(), static_cast<size_t>(got));
            return true;
        }
        if (got == 0 || errno != EINTR) has_ended_ = true;
    }
    return false;
}

}  // namespace tarn::cli
