#include "connectors/made_up/faker_expression.hpp"

#include "base/error.hpp"

namespace tarn::connectors {
namespace {

constexpr std::string_view CallBegin = "#{";

class ExpressionReader {
public:
    explicit ExpressionReader(std::string_view text) : text_(text), rest_(text) {}

    std::vector<FakerPiece> run() {
        std::vector<FakerPiece> pieces;
        while (!rest_.empty()) {
            std::string_view plain = taken(std::min(rest_.find(CallBegin), rest_.size()));
            if (!plain.empty()) pieces.emplace_back(std::string(plain));
            if (!rest_.empty()) pieces.emplace_back(call());
        }
        return pieces;
    }

private:
    FakerCall call() {
        taken(CallBegin.size());
        skip_blanks();
        FakerCall call{std::string(taken(std::min(rest_.find_first_of(" '}"), rest_.size()))), {}};
        while (true) {
            skip_blanks();
            if (begins_with('}')) break;
            if (!call.arguments.empty() && begins_with(',')) {
                taken(1);
                skip_blanks();
            }
            call.arguments.push_back(quoted());
        }
        taken(1);
        return call;
    }

    // A quote within is written twice.
    std::string quoted() {
        if (!begins_with('\'')) refuse();
        std::string value;
        do {
            taken(1);
            size_t end = rest_.find('\'');
            if (end == std::string_view::npos) refuse();
            value += taken(end);
            taken(1);
            if (begins_with('\'')) value += '\'';
        } while (begins_with('\''));
        return value;
    }

    bool begins_with(char c) const { return rest_.starts_with(c); }
    void skip_blanks() { taken(std::min(rest_.find_first_not_of(' '), rest_.size())); }

    std::string_view taken(size_t count) {
        std::string_view head = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return head;
    }

    [[noreturn]] void refuse() const {
        size_t place = text_.size() - rest_.size() + 1;
        throw Error(ErrorCode::InvalidInput, "'{}' is no expression, at character {}", text_, place)
            .with_hint("calls are written #{provider.method 'argument','argument'}");
    }

    std::string_view text_;
    std::string_view rest_;
};

}  // namespace

std::vector<FakerPiece> parse_faker_expression(std::string_view text) {
    return ExpressionReader(text).run();
}

}  // namespace tarn::connectors
