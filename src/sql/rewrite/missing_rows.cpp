#include "sql/rewrite/missing_rows.hpp"

#include <algorithm>
#include <array>

namespace tarn::sql {
namespace {

// NULL when one of their arguments is.
bool gives_null_for_null(const BoundCall& call) {
    static constexpr auto Names = std::to_array<std::string_view>(
        {"=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "NOT", "LIKE", "CAST"});
    return std::ranges::find(Names, call.name) != Names.end() || call.name.starts_with('.');
}

// The columns from one place to before another one are NULL.
class MissingSide {
public:
    MissingSide(size_t first, size_t end) : first_(first), end_(end) {}

    bool is_refused_by(const Bound& condition) const {
        if (is_null(condition)) return true;
        if (const auto* logical = std::get_if<Logical>(&condition->node)) {
            auto refuses = [&](const Bound& each) { return is_refused_by(each); };
            return logical->is_and ? std::ranges::any_of(logical->operands, refuses)
                                   : std::ranges::all_of(logical->operands, refuses);
        }
        const auto* call = std::get_if<BoundCall>(&condition->node);
        if (call && call->name == "IS NOT NULL") return is_null(call->arguments[0]);
        return call && call->name == "IS TRUE" && is_refused_by(call->arguments[0]);
    }

private:
    bool is_null(const Bound& value) const {
        if (const auto* column = std::get_if<InputColumn>(&value->node)) {
            return column->place >= first_ && column->place < end_;
        }
        const auto* call = std::get_if<BoundCall>(&value->node);
        return call && gives_null_for_null(*call) &&
               std::ranges::any_of(call->arguments,
                                   [&](const Bound& argument) { return is_null(argument); });
    }

    size_t first_;
    size_t end_;
};

}  // namespace

JoinKind kind_below(const std::vector<Bound>& conditions, JoinKind kind, size_t left_columns) {
    using enum JoinKind;
    auto refuses = [&](const MissingSide& side) {
        return std::ranges::any_of(conditions,
                                   [&](const Bound& each) { return side.is_refused_by(each); });
    };
    bool has_left = refuses(MissingSide(0, left_columns));
    bool has_right = refuses(MissingSide(left_columns, SIZE_MAX));
    switch (kind) {
        case Left:
            return has_right ? Inner : Left;
        case Right:
            return has_left ? Inner : Right;
        case Full:
            if (has_left) return has_right ? Inner : Left;
            return has_right ? Right : Full;
        default:
            return kind;
    }
}

}  // namespace tarn::sql
