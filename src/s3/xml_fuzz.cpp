// Any bytes either are XML or are refused; what was read reads the same once it is written.
#include "base/assert.hpp"
#include "s3/refusal.hpp"
#include "s3/xml.hpp"

namespace {

void write(tarn::s3::XmlWriter& xml, const tarn::s3::XmlElement& element) {
    xml.add_text(element.text);
    for (const auto& child : element.children) {
        xml.open(child.name);
        write(xml, child);
        xml.close();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace tarn::s3;
    try {
        XmlElement root = parse_xml({reinterpret_cast<const char*>(data), size});
        XmlWriter xml(root.name);
        write(xml, root);
        TARN_ASSERT(parse_xml(std::move(xml).finish()) == root);
    } catch (const Refusal&) {
    }
    return 0;
}
