// Where a command prints: data to stdout, everything else to stderr. Colours mean a state, always
// come with a word, and appear only where someone can see them.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace tarn::cli {

enum class Color { Plain, Green, Yellow, Red, Bold, Dim };

class Terminal {
public:
    // `when` is auto, always or never; auto also respects NO_COLOR and TERM=dumb.
    explicit Terminal(std::string_view when = "auto");

    void print(std::string_view text) { write(stdout, text); }
    void print_line(std::string_view text) { write(stdout, std::string(text) + "\n"); }
    void note(std::string_view text) { write(stderr, std::string(text) + "\n"); }

    // "error: …" and below it what to do.
    void error(std::string_view message, std::string_view hint);

    // Columns as wide as their widest cell, two spaces apart, a dim header.
    void table(const std::vector<std::string>& header,
               const std::vector<std::vector<std::string>>& rows);

    std::string colored(std::string_view text, Color color) const;

    // Whether a person watches stderr, so that a bar may redraw itself.
    bool is_watched() const { return is_watched_; }

private:
    void write(std::FILE* stream, std::string_view text);

    bool has_color_;
    bool is_watched_;
};

// How many columns `text` takes, colour codes left out and UTF-8 counted by character.
size_t width_of(std::string_view text);

}  // namespace tarn::cli
