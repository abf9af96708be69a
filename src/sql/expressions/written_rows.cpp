#include "sql/expressions/written_rows.hpp"

namespace tarn::sql {

const std::vector<Expression>* written_fields(const Expression& expression) {
    const auto* row = std::get_if<Constructor>(&expression.node);
    bool is_row = row && !row->query &&
                  (row->kind == Constructor::Kind::Tuple || row->kind == Constructor::Kind::Row);
    return is_row ? &row->items : nullptr;
}

bool are_written_rows(const Expression& left, const Expression& right) {
    const auto* fields = written_fields(left);
    const auto* others = written_fields(right);
    return fields && others && fields->size() == others->size();
}

}  // namespace tarn::sql
