// The XML that S3 speaks: elements with text or with elements in them. Reading is bounded, since
// the text comes from outside: no document types, so no entities that grow, and a limit on depth
// and number of elements. Attributes and prefixes of names are passed over.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tarn::s3 {

struct XmlElement {
    std::string name;
    std::string text;  // all of it, with references resolved
    std::vector<XmlElement> children;

    // The first child of this name; null when there is none.
    const XmlElement* child(std::string_view wanted) const;
    // Its text; empty without it.
    std::string_view text_of(std::string_view wanted) const;

    bool operator==(const XmlElement&) const = default;
};

struct XmlLimits {
    int depth_max = 8;
    int elements_max = 100'000;
};

// The root element. Throws Refusal(MalformedXml).
XmlElement parse_xml(std::string_view text, XmlLimits limits = {});

// Makes a document from start to end.
class XmlWriter {
public:
    enum class Namespace { S3, None };
    explicit XmlWriter(std::string_view root, Namespace space = Namespace::S3);

    XmlWriter& open(std::string_view name);
    XmlWriter& close();
    XmlWriter& add(std::string_view name, std::string_view text);
    // Into the element that is open.
    XmlWriter& add_text(std::string_view text);

    // Closes what is open.
    std::string finish() &&;

private:
    std::string text_;
    std::vector<std::string> open_;
};

}  // namespace tarn::s3
