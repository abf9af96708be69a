#include "kafka/client/jaas.hpp"

#include "base/error.hpp"

namespace tarn::kafka::client {
namespace {

[[noreturn]] void refuse(std::string_view what) {
    throw Error(ErrorCode::InvalidInput, "sasl.jaas.config: {}", what)
        .with_hint(
            "write org.apache.kafka.common.security.scram.ScramLoginModule required "
            "username=\"NAME\" password=\"PASSWORD\";");
}

bool is_of_a_word(char c) {
    bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    bool is_digit = c >= '0' && c <= '9';
    return is_letter || is_digit || std::string_view("._-$").find(c) != std::string_view::npos ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool is_octal(char c) {
    return c >= '0' && c <= '7';
}

// Words, quoted texts and single signs, as Java's StreamTokenizer cuts them for this purpose.
class Tokens {
public:
    explicit Tokens(std::string_view text) : rest_(text) { skip_blanks(); }

    bool are_over() const { return rest_.empty(); }

    bool take(char sign) {
        if (!rest_.starts_with(sign)) return false;
        rest_.remove_prefix(1);
        skip_blanks();
        return true;
    }

    // A word, or what stands between quotes.
    std::string text(std::string_view when_missing) {
        if (rest_.starts_with('"') || rest_.starts_with('\'')) return quoted();
        size_t size = 0;
        while (size < rest_.size() && is_of_a_word(rest_[size])) ++size;
        if (size == 0) refuse(when_missing);
        std::string word(rest_.substr(0, size));
        rest_.remove_prefix(size);
        skip_blanks();
        return word;
    }

private:
    std::string quoted() {
        char quote = taken();
        std::string value;
        while (!rest_.empty() && rest_[0] != quote) {
            char c = taken();
            value += c == '\\' && !rest_.empty() ? escaped() : c;
        }
        if (rest_.empty()) refuse("a quote is not closed");
        rest_.remove_prefix(1);
        skip_blanks();
        return value;
    }

    // What stands for the escape that follows: \n, \", \\ or \101.
    char escaped() {
        char c = taken();
        if (is_octal(c)) {
            int digits_max = c <= '3' ? 3 : 2;
            int code = c - '0';
            for (int i = 1; i < digits_max && !rest_.empty() && is_octal(rest_[0]); ++i) {
                code = code * 8 + (taken() - '0');
            }
            return static_cast<char>(code);
        }
        constexpr std::string_view Letters = "abfnrtv";
        size_t found = Letters.find(c);
        return found == Letters.npos ? c : "\a\b\f\n\r\t\v"[found];
    }

    char taken() {
        char c = rest_[0];
        rest_.remove_prefix(1);
        return c;
    }

    void skip_blanks() {
        while (!rest_.empty() && static_cast<unsigned char>(rest_[0]) <= ' ') {
            rest_.remove_prefix(1);
        }
    }

    std::string_view rest_;
};

}  // namespace

LoginModule parse_jaas(std::string_view text) {
    Tokens tokens(text);
    LoginModule module{.class_name = tokens.text("the login module is missing"), .options = {}};
    tokens.text("'required' is missing");
    while (!tokens.take(';')) {
        if (tokens.are_over()) refuse("the semicolon at its end is missing");
        std::string name = tokens.text("the name of an option is missing");
        if (!tokens.take('=')) refuse("an option has no value");
        module.options[name] = tokens.text("the value of an option is missing");
    }
    if (!tokens.are_over()) refuse("it holds more than one login module");
    return module;
}

}  // namespace tarn::kafka::client
