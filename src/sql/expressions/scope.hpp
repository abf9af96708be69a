// The columns that an expression may name, in the order in which a batch brings them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sql/syntax/names.hpp"
#include "sql/types/type.hpp"

namespace tarn::sql {

// Times by which streams go on: that of the events, and that of the clock.
enum class TimeRole { None, Rowtime, Proctime };

struct ScopeColumn {
    std::string table;  // its table's name or alias; may be empty
    std::string name;
    Type type;
    TimeRole time = TimeRole::None;
    // Named only with its table, and not by *: those that USING has joined into one.
    bool is_merged = false;
    std::vector<std::string> home = {};  // catalog and database, of a table under its own name
};

// What a name of several parts comes to: a column, and the fields of it that the rest names.
struct ResolvedName {
    size_t place;
    std::vector<Identifier> fields;
};

class Scope {
public:
    Scope() = default;
    explicit Scope(std::vector<ScopeColumn> columns) : columns_(std::move(columns)) {}

    const std::vector<ScopeColumn>& columns() const { return columns_; }

    bool has_column(std::string_view name) const;

    // Whether it is the name of a column, or of several.
    bool knows(const Name& name) const;

    // Throws SqlError when no column has that name, or more than one.
    ResolvedName resolve(const Name& name) const;

private:
    std::optional<size_t> find(std::string_view table, const Identifier& column) const;
    std::optional<ResolvedName> find_at_home(const Name& name) const;
    bool has_table(std::string_view name) const;
    [[noreturn]] void refuse_unknown(const Name& name) const;

    std::vector<ScopeColumn> columns_;
};

}  // namespace tarn::sql
