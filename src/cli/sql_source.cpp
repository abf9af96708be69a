#include "cli/sql_source.hpp"

#include <fstream>
#include <iostream>
#include <iterator>

#include "base/error.hpp"

namespace tarn::cli {

Argument sql_file_argument() {
    return {"file", "with SQL statements; - for standard input"};
}

sql::Source sql_source(const Call& call) {
    std::string name = call.typed.value_or("file", "");
    if (name == "-") return {"stdin", std::string(std::istreambuf_iterator<char>(std::cin), {})};
    std::ifstream file(name, std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(file), {});
    if (!file) {
        throw Error(ErrorCode::NotFound, "cannot read {}", name)
            .with_hint("name a file with SQL statements, or - for standard input");
    }
    return {std::move(name), std::move(text)};
}

}  // namespace tarn::cli
