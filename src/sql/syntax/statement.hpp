// The syntax tree of a statement.
#pragma once

#include "sql/syntax/query.hpp"

namespace tarn::sql {

struct Option {
    std::string key;
    std::string value;
    Span key_span = {};
    Span value_span = {};
};
using Options = std::vector<Option>;

// --- tables

struct PhysicalColumn {
    TypeName type;
    bool is_primary_key = false;
};

struct ComputedColumn {
    Expression expression;
};

struct MetadataColumn {
    TypeName type;
    std::optional<std::string> key = {};
    bool is_virtual = false;
};

struct ColumnDefinition {
    Name name;  // of several parts where ALTER TABLE reaches into a row
    std::variant<PhysicalColumn, ComputedColumn, MetadataColumn> kind;
    std::optional<std::string> comment = {};
};

struct Watermark {
    Name column;
    Expression expression;
    Span span = {};
};

struct PrimaryKey {
    std::optional<Identifier> name = {};
    std::vector<Identifier> columns = {};
    bool is_enforced = false;
    bool is_unique_only = false;
    Span span = {};
};

// DISTRIBUTED BY HASH(k) INTO 4 BUCKETS
struct Distribution {
    std::string kind = {};  // HASH, RANGE or nothing
    std::vector<Identifier> columns = {};
    std::optional<int> buckets = {};
};

// LIKE t (EXCLUDING OPTIONS …)
struct LikeClause {
    struct Rule {
        std::string merge;    // INCLUDING, EXCLUDING, OVERWRITING
        std::string feature;  // ALL, CONSTRAINTS, …
    };

    Name table;
    std::vector<Rule> rules = {};
};

struct CreateTable {
    Name name;
    bool is_temporary = false;
    bool if_not_exists = false;
    bool or_replace = false;
    bool is_replace = false;  // REPLACE TABLE
    std::vector<ColumnDefinition> columns = {};
    std::vector<Watermark> watermarks = {};
    std::vector<PrimaryKey> keys = {};  // besides what a column says of itself
    // The columns of CREATE TABLE t (a, b) AS SELECT …, which only says their order.
    std::vector<Identifier> column_order = {};
    std::optional<std::string> comment = {};
    std::optional<Distribution> distribution = {};
    // Columns, and the transforms of Iceberg: hour(ts), bucket(16, id).
    std::vector<Expression> partitioned_by = {};
    Options options = {};
    std::optional<LikeClause> like = {};
    QueryPtr as = {};
};

struct CreateView {
    Name name;
    bool is_temporary = false;
    bool if_not_exists = false;
    bool or_replace = false;
    std::vector<Identifier> columns = {};
    std::optional<std::string> comment = {};
    QueryPtr query = {};
};

struct CreateCatalog {
    Identifier name;
    bool if_not_exists = false;
    std::optional<std::string> comment = {};
    Options options = {};
};

struct CreateDatabase {
    Name name;
    bool if_not_exists = false;
    std::optional<std::string> comment = {};
    Options options = {};
};

struct Drop {
    enum class What { Catalog, Database, Table, View };

    What what;
    Name name;
    bool is_temporary = false;
    bool if_exists = false;
    bool is_cascade = false;
};

struct RenameTo {
    Name name;
};

struct RenameColumn {
    Name from;
    Name to;
};

struct SetOptions {
    Options options;
};

struct ResetOptions {
    std::vector<std::string> keys;
};

// ADD and MODIFY of columns, watermark and key; each column with its place.
struct ChangeColumns {
    struct Column {
        ColumnDefinition definition;
        bool is_first = false;
        Name after = {};
    };

    bool is_new;  // ADD, else MODIFY
    std::vector<Column> columns = {};
    std::vector<Watermark> watermarks = {};
    std::vector<PrimaryKey> keys = {};
    std::optional<Distribution> distribution = {};
};

struct DropColumns {
    std::vector<Name> columns;
};

struct DropPart {
    enum class What { PrimaryKey, Constraint, Watermark, Distribution };

    What what;
    std::optional<Identifier> name = {};
};

struct AlterTable {
    Name name;
    bool if_exists = false;
    std::variant<RenameTo, RenameColumn, SetOptions, ResetOptions, ChangeColumns, DropColumns,
                 DropPart>
        change;
};

struct AlterView {
    Name name;
    bool if_exists = false;
    std::variant<RenameTo, QueryPtr> change;
};

struct AlterDatabase {
    Name name;
    Options options;
};

struct AlterCatalog {
    Identifier name;
    std::variant<SetOptions, ResetOptions> change;
};

// --- rows

struct Assignment {
    Name column;
    Expression value;
};

struct Insert {
    Name table;
    std::vector<Hint> hints = {};
    bool is_overwrite = false;
    std::vector<Assignment> partition = {};
    std::vector<Name> columns = {};
    QueryPtr query = {};
};

struct Delete {
    Name table;
    std::optional<Identifier> alias = {};
    ExpressionPtr where = {};
};

struct Update {
    Name table;
    std::optional<Identifier> alias = {};
    std::vector<Assignment> set = {};
    ExpressionPtr where = {};
};

struct Truncate {
    Name table;
};

struct CallProcedure {
    Expression call;
};

// --- the session

struct UseCatalog {
    Identifier name;
};

struct UseDatabase {
    Name name;
};

// SHOW TABLES FROM d LIKE 'p%': the words after SHOW up to the name, in upper case.
struct Show {
    std::string what;
    std::optional<Name> of = {};
    std::vector<Assignment> partition = {};
    bool is_not_like = false;
    bool is_ilike = false;
    std::optional<std::string> like = {};
};

struct Describe {
    enum class What { Table, Catalog, Database, Job };

    What what;
    bool is_extended = false;
    Name name = {};
    std::string job = {};
};

// Both null: show all that is set.
struct SetSetting {
    std::optional<std::string> key = {};
    std::optional<std::string> value = {};
};

struct ResetSetting {
    std::optional<std::string> key = {};
};

// QUIT, EXIT, CLEAR, HELP: words to the one who types.
struct ClientCommand {
    std::string word;
};

// --- jobs

struct Statement;
using StatementPtr = std::shared_ptr<const Statement>;

// EXECUTE STATEMENT SET BEGIN … END
struct StatementSet {
    std::vector<Statement> statements;
};

// BEGIN STATEMENT SET; and the END; some statements later.
struct BeginStatementSet {};
struct EndStatementSet {};

struct Execute {
    StatementPtr statement;
};

struct Explain {
    std::vector<std::string> details = {};  // ESTIMATED_COST, CHANGELOG_MODE, …
    StatementPtr statement = {};
};

struct StopJob {
    std::string job;
    bool with_savepoint = false;
    bool with_drain = false;
};

// Flink takes it, Tarn does not; it is read to its end all the same, so that what follows is, too.
struct Refused {
    std::string what;     // "CREATE FUNCTION"
    std::string because;  // "functions in Java need a JVM"
    std::string text;
};

struct Statement {
    Span span = {};
    std::variant<QueryPtr, Insert, StatementSet, BeginStatementSet, EndStatementSet, Execute,
                 Explain, CreateTable, CreateView, CreateCatalog, CreateDatabase, Drop, AlterTable,
                 AlterView, AlterDatabase, AlterCatalog, Delete, Update, Truncate, CallProcedure,
                 UseCatalog, UseDatabase, Show, Describe, SetSetting, ResetSetting, ClientCommand,
                 StopJob, Refused>
        node;
};

}  // namespace tarn::sql
