#include "s3/xml.hpp"

#include <gtest/gtest.h>

#include "s3/testing/refused.hpp"

namespace tarn::s3 {
namespace {

using testing::refused_as;

TEST(Xml, reads_what_clients_send) {
    XmlElement root = parse_xml(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- x -->\n"
        "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\n"
        "  <Quiet>true</Quiet><Object><Key>a&amp;b&#x41;&#66;</Key></Object>"
        "<s:Object><Key><![CDATA[<c>]]></Key><VersionId/></s:Object></Delete>");

    EXPECT_EQ(root.name, "Delete");
    EXPECT_EQ(root.text_of("Quiet"), "true");
    ASSERT_EQ(root.children.size(), 3u);
    EXPECT_EQ(root.children[1].text_of("Key"), "a&bAB");
    EXPECT_EQ(root.children[2].name, "Object");
    EXPECT_EQ(root.children[2].text_of("Key"), "<c>");
}

TEST(Xml, refuses_what_could_grow_or_is_broken) {
    std::string deep;
    for (int i = 0; i < 50; ++i) deep += "<a>";
    for (const std::string& text :
         {std::string(""), std::string("<a>"), std::string("<a></b>"), std::string("<a/>x"),
          std::string("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"), std::string("<a>&b;</a>"),
          std::string("<a>&#0;</a>"), std::string("<a>&#xD800;</a>"), std::string("<a b=c/>"),
          std::string("<a><![CDATA[x</a>"), deep}) {
        EXPECT_EQ(refused_as([&] { parse_xml(text); }), "MalformedXML") << text;
    }
    std::string many = "<a>";
    for (int i = 0; i < 100; ++i) many += "<b/>";
    many += "</a>";
    EXPECT_EQ(refused_as([&] { parse_xml(many, {.depth_max = 8, .elements_max = 100}); }),
              "MalformedXML");
    EXPECT_EQ(refused_as([&] { parse_xml(many, {.depth_max = 8, .elements_max = 101}); }), "");
}

TEST(Xml, reads_back_what_it_writes) {
    XmlWriter xml("Root");
    xml.open("Item").add("Key", "<a> & \"b\"\r\n'c'").close().add("Empty", "");

    XmlElement root = parse_xml(std::move(xml).finish());

    EXPECT_EQ(root.children[0].text_of("Key"), "<a> & \"b\"\r\n'c'");
    EXPECT_EQ(root.text_of("Empty"), "");
}

}  // namespace
}  // namespace tarn::s3
