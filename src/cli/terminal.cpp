#include "cli/terminal.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace tarn::cli {
namespace {

std::string_view code_of(Color color) {
    switch (color) {
        case Color::Plain:
            return "0";
        case Color::Green:
            return "32";
        case Color::Yellow:
            return "33";
        case Color::Red:
            return "31";
        case Color::Bold:
            return "1";
        case Color::Dim:
            return "2";
    }
    return "0";
}

// The conventions of no-color.org and of terminals that say they are dumb.
bool shows_color() {
    const char* no_color = std::getenv("NO_COLOR");
    const char* kind = std::getenv("TERM");
    if (no_color && *no_color) return false;
    if (kind && std::string_view(kind) == "dumb") return false;
    return isatty(STDOUT_FILENO) && isatty(STDERR_FILENO);
}

}  // namespace

Terminal::Terminal(std::string_view when)
    : has_color_(when == "always" || (when == "auto" && shows_color())),
      is_watched_(isatty(STDERR_FILENO)) {}

void Terminal::error(std::string_view message, std::string_view hint) {
    note(colored("error", Color::Red) + ": " + std::string(message));
    if (!hint.empty()) note("  " + std::string(hint));
}

void Terminal::table(const std::vector<std::string>& header,
                     const std::vector<std::vector<std::string>>& rows) {
    std::vector<size_t> widths;
    for (const std::string& cell : header) widths.push_back(width_of(cell));
    for (const auto& row : rows) {
        for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
    }
    auto line_of = [&](const std::vector<std::string>& row) {
        std::string line;
        for (size_t i = 0; i < row.size(); ++i) {
            line += row[i];
            if (i + 1 < row.size()) line.append(widths[i] - width_of(row[i]) + 2, ' ');
        }
        return line;
    };
    print_line(colored(line_of(header), Color::Dim));
    for (const auto& row : rows) print_line(line_of(row));
}

std::string Terminal::colored(std::string_view text, Color color) const {
    if (!has_color_ || color == Color::Plain) return std::string(text);
    return "\x1b[" + std::string(code_of(color)) + "m" + std::string(text) + "\x1b[0m";
}

void Terminal::write(std::FILE* stream, std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stream);
    std::fflush(stream);
}

size_t width_of(std::string_view text) {
    size_t width = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\x1b') {
            i = std::min(text.find('m', i), text.size());
        } else if ((static_cast<uint8_t>(text[i]) & 0xC0) != 0x80) {
            ++width;
        }
    }
    return width;
}

}  // namespace tarn::cli
