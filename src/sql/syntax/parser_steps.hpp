// The steps of the parser, a function for each piece of the grammar. They are spread over
// name_parser.cpp, expression_parser.cpp, call_parser.cpp, type_parser.cpp, query_parser.cpp,
// table_parser.cpp, match_parser.cpp, definition_parser.cpp, alter_parser.cpp and
// statement_parser.cpp.
#pragma once

#include "sql/syntax/parser.hpp"
#include "sql/syntax/token_cursor.hpp"

namespace tarn::sql {

class Parser : public TokenCursor {
public:
    using TokenCursor::TokenCursor;

    // --- statements
    Statement statement();
    bool at_statement_end() { return at(";") || at_end(); }

    // --- expressions
    Expression expression();
    std::vector<Expression> expressions();  // one or more, with commas between
    std::vector<SortItem> sort_items();
    WindowSpec window_spec();

    // --- queries
    QueryPtr query();

private:
    // Counts how deep the steps stand in one another.
    class Level {
    public:
        explicit Level(Parser& parser);
        ~Level() { --parser_.depth_; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;

    private:
        Parser& parser_;
    };

    // --- names and literals
    Identifier identifier();
    Identifier any_word();
    std::vector<Identifier> identifiers_in_brackets();
    Name name();
    Token text_token();
    std::string text();
    int integer();
    std::string decoded_text(const Token& token);
    template <typename Read>
    auto list_in_brackets(Read read) {
        std::vector<decltype(read())> all;
        expect("(");
        do all.push_back(read());
        while (accept(","));
        expect(")");
        return all;
    }

    // --- expressions
    Expression expression(int level);
    Expression prefixed();
    Expression with_access(Expression value);
    Expression primary();
    std::optional<Expression> number_or_text();
    std::optional<Expression> typed_literal();
    std::optional<Expression> constructor();
    bool at_query_in_brackets();
    Expression in_brackets();
    Expression case_expression();
    Expression cast();
    Expression interval();
    bool at_interval_unit();
    IntervalUnits interval_units();
    Expression time_difference(const std::vector<Expression>& inside, uint32_t begin);
    Expression name_or_call();
    Expression right_of(Expression left, Operator op, int level);
    std::vector<Expression> choices();
    Expression any_or_all(bool is_all);
    Expression postfix_test(Expression left);
    Expression range_or_match(Expression left, bool is_negated);
    FrameBound frame_bound();
    ExpressionPtr shared(Expression expression);
    Expression made(uint32_t begin, decltype(Expression::node) node);

    // --- calls
    bool at_special_call();
    Expression special_call();
    Expression call(Name name, uint32_t begin);
    void null_treatment(FunctionCall& call);
    void rest_of_call(FunctionCall& call);
    Expression argument();
    std::optional<Expression> table_argument();
    std::optional<Expression> star();
    Expression symbol(std::initializer_list<std::string_view> words);
    Expression unit();
    void from_for(FunctionCall& call);
    void trim(FunctionCall& call);
    void json_call(FunctionCall& call);
    Expression json_pair();
    bool json_clause(FunctionCall& call);

    // --- types
    TypeName type();
    TypeName type_without_nullability();
    void type_sizes(TypeName& type, size_t max);
    void time_zone(TypeName& type);
    std::vector<TypeName::Field> type_fields(std::string_view end);

    // --- queries
    QueryPtr query_in_brackets();
    QueryPtr set_operations(int level);
    QueryPtr query_term();
    Query select();
    std::vector<SelectItem> select_items();
    SelectItem select_item();
    std::vector<GroupItem> group_items();
    GroupItem group_item();
    std::vector<NamedWindow> named_windows();
    void order_and_limit(Query& query);
    ExpressionPtr row_count();
    std::vector<Hint> hints();
    Hint hint();

    // --- tables of a query
    TableReference table_reference();
    TableReference joined_table();
    TableReference simple_table();
    TableReference named_table();
    TableReference table_in_brackets();
    std::optional<TimeTravel> time_travel();
    void alias(TableReference& table);
    bool at_alias();
    std::optional<Identifier> optional_alias();
    std::optional<Join::Kind> join_kind();
    MatchRecognize match_recognize(TableReference input);
    std::vector<MatchRecognize::Definition> definitions(bool name_first);
    RowPattern row_pattern();
    RowPattern pattern_sequence();
    RowPattern pattern_factor();
    std::string pattern_quantifier();

    // --- statements
    Statement statement_without_span();
    Statement create();
    CreateTable create_table(bool or_replace);
    void table_element(CreateTable& table);
    ColumnDefinition column_definition();
    Watermark watermark();
    std::optional<PrimaryKey> table_constraint();
    Distribution distribution();
    LikeClause like_clause();
    CreateView create_view(bool or_replace);
    CreateCatalog create_catalog();
    CreateDatabase create_database();
    std::optional<std::string> comment();
    Options options();
    Option option(std::string_view what);
    std::vector<std::string> option_keys();
    bool if_not_exists() { return accept_all({"IF", "NOT", "EXISTS"}); }
    bool if_exists() { return accept_all({"IF", "EXISTS"}); }
    Statement drop();
    Statement alter();
    AlterTable alter_table();
    ChangeColumns change_columns(bool is_new);
    void changed_element(ChangeColumns& change);
    decltype(AlterTable::change) drop_from_table();
    AlterView alter_view();
    Insert insert();
    Delete delete_rows();
    Update update();
    Assignment assignment();
    Statement use();
    Show show();
    Describe describe();
    Explain explain();
    Statement execute();
    StatementSet statement_set();
    SetSetting set_setting();
    StopJob stop_job();
    // Reads up to the end of the statement.
    Refused refused(std::string what, std::string because, uint32_t begin);
    template <typename Node>
    Statement statement_of(Node node) {
        return {.node = std::move(node)};
    }

    int depth_ = 0;
};

}  // namespace tarn::sql
