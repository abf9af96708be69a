#include "sql/expressions/scope.hpp"

#include <algorithm>

#include "base/suggest.hpp"

namespace tarn::sql {
namespace {

std::string dotted(const Name& name) {
    std::string text;
    for (const Identifier& part : name) text += (text.empty() ? "" : ".") + part.text;
    return text;
}

std::vector<Identifier> after(const Name& name, size_t parts) {
    return {name.begin() + static_cast<std::ptrdiff_t>(parts), name.end()};
}

}  // namespace

// An empty table stands for any.
std::optional<size_t> Scope::find(std::string_view table, const Identifier& column) const {
    std::optional<size_t> found;
    for (size_t i = 0; i < columns_.size(); ++i) {
        if (columns_[i].name != column.text) continue;
        if (table.empty() ? columns_[i].is_merged : columns_[i].table != table) continue;
        if (found) {
            refuse(column.span,
                   fmt::format("'{}' is a column of '{}' and of '{}'", column.text,
                               columns_[*found].table, columns_[i].table),
                   "say which with the table's name before it");
        }
        found = i;
    }
    return found;
}

bool Scope::has_column(std::string_view name) const {
    return std::ranges::find(columns_, name, &ScopeColumn::name) != columns_.end();
}

bool Scope::knows(const Name& name) const {
    if (has_column(name[0].text)) return true;
    bool has_table_and_column =
        name.size() > 1 && std::ranges::any_of(columns_, [&](const ScopeColumn& column) {
            return column.table == name[0].text && column.name == name[1].text;
        });
    return has_table_and_column || find_at_home(name).has_value();
}

bool Scope::has_table(std::string_view name) const {
    return std::ranges::any_of(columns_,
                               [&](const ScopeColumn& column) { return column.table == name; });
}

// database.table.column, or with the catalog before it.
std::optional<ResolvedName> Scope::find_at_home(const Name& name) const {
    for (size_t i = 0; i < columns_.size(); ++i) {
        const std::vector<std::string>& home = columns_[i].home;
        for (size_t skipped = 0; skipped < home.size(); ++skipped) {
            size_t table = home.size() - skipped;
            bool fits =
                name.size() > table + 1 && name[table].text == columns_[i].table &&
                name[table + 1].text == columns_[i].name &&
                std::equal(home.begin() + static_cast<std::ptrdiff_t>(skipped), home.end(),
                           name.begin(), [](const std::string& part, const Identifier& said) {
                               return part == said.text;
                           });
            if (fits) return ResolvedName{i, after(name, table + 2)};
        }
    }
    return std::nullopt;
}

ResolvedName Scope::resolve(const Name& name) const {
    if (name.size() > 1) {
        if (auto place = find(name[0].text, name[1])) return {*place, after(name, 2)};
    }
    if (auto place = find({}, name[0])) return {*place, after(name, 1)};
    if (auto found = find_at_home(name)) return *found;
    refuse_unknown(name);
}

void Scope::refuse_unknown(const Name& name) const {
    bool is_table = name.size() > 1 && has_table(name[0].text);
    const Identifier& unknown = is_table ? name[1] : name[0];
    std::vector<std::string> known;
    for (const ScopeColumn& column : columns_) {
        if (!is_table || column.table == name[0].text) known.push_back(column.name);
    }
    refuse(unknown.span, fmt::format("there is no column '{}'", dotted(name)),
           known.empty() ? "nothing here has columns" : name_hint(unknown.text, known));
}

}  // namespace tarn::sql
