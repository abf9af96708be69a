#include "s3/xml.hpp"

#include <algorithm>
#include <charconv>

#include "base/assert.hpp"
#include "s3/refusal.hpp"

namespace tarn::s3 {
namespace {

constexpr std::string_view Blanks = " \t\r\n";

[[noreturn]] void refuse() {
    throw Refusal(Code::MalformedXml);
}

bool is_name_character(char c) {
    bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_letter || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == ':';
}

void append_utf8(std::string& out, uint32_t point) {
    if (point < 0x80) {
        out += static_cast<char>(point);
    } else if (point < 0x800) {
        out += static_cast<char>(0xc0 | point >> 6);
        out += static_cast<char>(0x80 | (point & 0x3f));
    } else if (point < 0x10000) {
        out += static_cast<char>(0xe0 | point >> 12);
        out += static_cast<char>(0x80 | (point >> 6 & 0x3f));
        out += static_cast<char>(0x80 | (point & 0x3f));
    } else {
        out += static_cast<char>(0xf0 | point >> 18);
        out += static_cast<char>(0x80 | (point >> 12 & 0x3f));
        out += static_cast<char>(0x80 | (point >> 6 & 0x3f));
        out += static_cast<char>(0x80 | (point & 0x3f));
    }
}

// "&lt;" without its ends, or "#x41".
void append_reference(std::string& out, std::string_view name) {
    if (name == "lt") {
        out += '<';
    } else if (name == "gt") {
        out += '>';
    } else if (name == "amp") {
        out += '&';
    } else if (name == "quot") {
        out += '"';
    } else if (name == "apos") {
        out += '\'';
    } else if (name.starts_with('#')) {
        bool is_hex = name.starts_with("#x");
        name.remove_prefix(is_hex ? 2 : 1);
        uint32_t point = 0;
        auto [end, failure] =
            std::from_chars(name.data(), name.data() + name.size(), point, is_hex ? 16 : 10);
        bool is_number = failure == std::errc() && end == name.data() + name.size();
        bool is_surrogate = point >= 0xd800 && point < 0xe000;
        if (!is_number || point == 0 || point > 0x10ffff || is_surrogate) refuse();
        append_utf8(out, point);
    } else {
        refuse();
    }
}

class Reader {
public:
    Reader(std::string_view text, XmlLimits limits) : rest_(text), limits_(limits) {}

    XmlElement document() {
        if (rest_.starts_with("\xef\xbb\xbf")) rest_.remove_prefix(3);
        skip_between();
        XmlElement root = element(1);
        skip_between();
        if (!rest_.empty()) refuse();
        return root;
    }

private:
    // Blanks, comments and instructions such as <?xml ... ?>.
    void skip_between() {
        while (true) {
            rest_.remove_prefix(std::min(rest_.find_first_not_of(Blanks), rest_.size()));
            if (rest_.starts_with("<?")) {
                skip_past("?>");
            } else if (rest_.starts_with("<!--")) {
                skip_past("-->");
            } else {
                return;
            }
        }
    }

    void skip_past(std::string_view end) {
        size_t found = rest_.find(end);
        if (found == std::string_view::npos) refuse();
        rest_.remove_prefix(found + end.size());
    }

    bool take(std::string_view word) {
        if (!rest_.starts_with(word)) return false;
        rest_.remove_prefix(word.size());
        return true;
    }

    // Without its prefix: clients differ in whether they write one.
    std::string name() {
        auto end = std::ranges::find_if_not(rest_, is_name_character);
        auto size = static_cast<size_t>(end - rest_.begin());
        std::string_view whole = rest_.substr(0, size);
        rest_.remove_prefix(size);
        size_t colon = whole.rfind(':');
        std::string_view local = colon == std::string_view::npos ? whole : whole.substr(colon + 1);
        if (local.empty()) refuse();
        return std::string(local);
    }

    void skip_blanks() {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(Blanks), rest_.size()));
    }

    // Up to and with the tag's end; whether that was "/>".
    bool attributes_are_all() {
        while (true) {
            skip_blanks();
            if (take("/>")) return true;
            if (take(">")) return false;
            name();
            skip_blanks();
            if (!take("=")) refuse();
            skip_blanks();
            if (rest_.empty() || (rest_[0] != '"' && rest_[0] != '\'')) refuse();
            std::string_view quote = rest_.substr(0, 1);
            rest_.remove_prefix(1);
            skip_past(quote);
        }
    }

    XmlElement element(int depth) {
        if (depth > limits_.depth_max || ++elements_ > limits_.elements_max) refuse();
        if (!take("<")) refuse();
        XmlElement found{.name = name(), .text = {}, .children = {}};
        if (attributes_are_all()) return found;
        while (!take("</")) {
            if (rest_.empty()) refuse();
            if (take("<![CDATA[")) {
                size_t end = rest_.find("]]>");
                if (end == std::string_view::npos) refuse();
                found.text += rest_.substr(0, end);
                rest_.remove_prefix(end + 3);
            } else if (rest_.starts_with("<!--")) {
                skip_past("-->");
            } else if (rest_.starts_with("<?")) {
                skip_past("?>");
            } else if (rest_.starts_with('<')) {
                found.children.push_back(element(depth + 1));
            } else {
                add_text(found.text);
            }
        }
        if (name() != found.name) refuse();
        skip_blanks();
        if (!take(">")) refuse();
        return found;
    }

    void add_text(std::string& text) {
        if (take("&")) {
            size_t end = rest_.substr(0, 12).find(';');
            if (end == std::string_view::npos) refuse();
            append_reference(text, rest_.substr(0, end));
            rest_.remove_prefix(end + 1);
            return;
        }
        size_t end = std::min(rest_.find_first_of("<&"), rest_.size());
        text += rest_.substr(0, end);
        rest_.remove_prefix(end);
    }

    std::string_view rest_;
    XmlLimits limits_;
    int elements_ = 0;
};

void append_escaped(std::string& out, std::string_view text) {
    for (char c : text) {
        switch (c) {
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '&':
                out += "&amp;";
                break;
            case '"':
                out += "&#34;";
                break;
            case '\r':
                out += "&#xD;";  // a reader would make a line feed of it
                break;
            default:
                out += c;
        }
    }
}

}  // namespace

const XmlElement* XmlElement::child(std::string_view wanted) const {
    auto found = std::ranges::find(children, wanted, &XmlElement::name);
    return found == children.end() ? nullptr : &*found;
}

std::string_view XmlElement::text_of(std::string_view wanted) const {
    const XmlElement* found = child(wanted);
    return found ? std::string_view(found->text) : std::string_view();
}

XmlElement parse_xml(std::string_view text, XmlLimits limits) {
    return Reader(text, limits).document();
}

XmlWriter::XmlWriter(std::string_view root, Namespace space) {
    text_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<" + std::string(root);
    if (space == Namespace::S3) text_ += " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";
    text_ += '>';
    open_.emplace_back(root);
}

XmlWriter& XmlWriter::open(std::string_view name) {
    text_.append("<").append(name).append(">");
    open_.emplace_back(name);
    return *this;
}

XmlWriter& XmlWriter::close() {
    TARN_ASSERT(!open_.empty());
    text_.append("</").append(open_.back()).append(">");
    open_.pop_back();
    return *this;
}

XmlWriter& XmlWriter::add(std::string_view name, std::string_view text) {
    return open(name).add_text(text).close();
}

XmlWriter& XmlWriter::add_text(std::string_view text) {
    append_escaped(text_, text);
    return *this;
}

std::string XmlWriter::finish() && {
    while (!open_.empty()) close();
    return std::move(text_);
}

}  // namespace tarn::s3
