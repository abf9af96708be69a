// A filter of a JSON path: [?(@.price > 10 && @.name != 'x')], with the operators and the rules of
// Jayway's JsonPath, which is what Flink has. @ is the item that is looked at, $ the document.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sql/functions/json_path.hpp"
#include "sql/functions/pattern.hpp"

namespace tarn::sql {

class JsonFilter {
public:
    // Of what stands behind the question mark, brackets and all. Throws InvalidInput for what is no
    // filter. `depth` says in how many filters of filters it stands.
    static std::shared_ptr<const JsonFilter> parse(std::string_view text, int depth);

    bool accepts(JsonDocument& document, uint32_t item, JsonPath::Ways& ways) const;

private:
    enum class Operator {
        Equal,
        NotEqual,
        SameKindEqual,
        NotSameKindEqual,
        Less,
        LessEqual,
        Greater,
        GreaterEqual,
        Matches,
        In,
        NotIn,
        Contains,
        All,
        Size,
        Empty,
        SubsetOf,
        AnyOf,
        NoneOf,
        Unknowable,  // of Java classes and predicates, which no text can name
        Exists
    };
    struct JsonText {
        std::string text;
        JsonDocument document = {};
    };
    struct Operand {
        enum class Kind { Null, Boolean, Number, Text, Pattern, Json, Path };

        Kind kind = Kind::Null;
        bool is_true = false;
        std::string text = {};
        std::shared_ptr<Pattern> pattern = {};
        std::shared_ptr<const JsonText> json = {};
        std::shared_ptr<const JsonPath> path = {};
        bool is_negated = false;  // !@.a, which asks that nothing is there
    };
    struct Node {
        enum class Kind { Or, And, Not, Test };

        Kind kind = Kind::Test;
        std::vector<Node> of = {};
        Operator op = Operator::Exists;
        Operand left = {};
        Operand right = {};
    };
    struct Value;
    struct NamedOperator;
    class Parser;
    class Test;

    Node root_;
};

}  // namespace tarn::sql
