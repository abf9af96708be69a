// Syntax trees back to SQL, on one line. What it writes is read as the same tree: names are quoted
// where they have to be, and brackets stand where the operators would bind otherwise.
#pragma once

#include <string>

#include "sql/syntax/statement.hpp"

namespace tarn::sql {

std::string quoted_text(std::string_view text);
std::string text_of(const Identifier& identifier);
std::string text_of(const Name& name);
std::string text_of(const TypeName& type);
std::string text_of(const Expression& expression);
std::string text_of(const Query& query);
std::string text_of(const Statement& statement);

// With what binds less than `level` in brackets.
std::string text_of(const Expression& expression, int level);
std::string text_of(const SortItem& item);
std::string text_of(const WindowSpec& spec);
std::string text_of(const Hint& hint);
// " WHERE a = 1" of the words and what follows them, nothing where nothing follows.
std::string clause_text(std::string_view words, const ExpressionPtr& expression);

template <typename All>
std::string joined_texts(const All& all, std::string_view between = ", ") {
    std::string text;
    for (const auto& each : all) {
        if (!text.empty()) text += between;
        text += text_of(each);
    }
    return text;
}

}  // namespace tarn::sql
