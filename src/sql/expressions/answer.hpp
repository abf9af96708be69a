// For tests: what an expression without columns comes to.
#pragma once

#include "sql/expressions/binder.hpp"
#include "sql/expressions/evaluate.hpp"
#include "sql/syntax/parser.hpp"
#include "sql/values/value_text.hpp"

namespace tarn::sql {

inline Bound bound(const std::string& expression) {
    static const Scope nothing;
    static const Session session;
    return bind_expression(parse_expression(Source("test", expression)), nothing, session);
}

// Its value as value_text() has it; "refused" when it has no meaning, "error: …" when it fails.
inline std::string answer_to(const std::string& expression) {
    try {
        Bound meaning = bound(expression);
        Column value = evaluate(meaning, {{}, 1}, Session());
        return value_text(meaning->type, *value.values, 0);
    } catch (const SqlError&) {
        return "refused";
    } catch (const RowError& error) {
        return std::string("error: ") + error.what();
    }
}

inline std::string type_of_answer(const std::string& expression) {
    return text_of(bound(expression)->type);
}

}  // namespace tarn::sql
