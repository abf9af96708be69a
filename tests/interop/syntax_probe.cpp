// Gives the interoperability tests a hold on src/sql/syntax: a statement a line comes in, and for
// each "+" with our text of it goes out, or "-" with what is wrong.
#include <iostream>

#include "sql/syntax/parser.hpp"
#include "sql/syntax/text.hpp"

int main() {
    using namespace tarn::sql;
    for (std::string line; std::getline(std::cin, line);) {
        try {
            Statement statement = parse_statement(Source("line", line));
            bool is_refused = std::holds_alternative<Refused>(statement.node);
            std::cout << (is_refused ? "-" : "+") << text_of(statement) << "\n";
        } catch (const SqlError& error) {
            std::cout << "-" << error.what() << "\n";
        }
    }
}
