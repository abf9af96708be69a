// Files of statements, and the statements that are not definitions.
#include "base/assert.hpp"
#include "sql/syntax/parser_steps.hpp"

namespace tarn::sql {

Parsed parse(const Source& source) {
    Parser parser(source);
    Parsed parsed;
    while (true) {
        while (parser.accept(";")) {
        }
        if (parser.at_end()) return parsed;
        try {
            Statement statement = parser.statement();
            if (!parser.at_statement_end()) parser.fail();
            parsed.statements.push_back(std::move(statement));
        } catch (const SqlError& error) {
            parsed.problems.push_back(error.problem());
            parser.skip_statement();
        }
    }
}

Statement parse_statement(const Source& source) {
    Parser parser(source);
    Statement statement = parser.statement();
    parser.accept(";");
    if (!parser.at_end()) parser.fail();
    return statement;
}

Expression parse_expression(const Source& source) {
    Parser parser(source);
    Expression expression = parser.expression();
    if (!parser.at_end()) parser.fail();
    return expression;
}

QueryPtr parse_query(const Source& source) {
    Parser parser(source);
    QueryPtr query = parser.query();
    if (!parser.at_end()) parser.fail();
    return query;
}

Statement Parser::statement() {
    Level inside(*this);
    uint32_t begin = this->begin();
    Statement statement = statement_without_span();
    statement.span = since(begin);
    return statement;
}

Statement Parser::statement_without_span() {
    uint32_t begin = this->begin();
    if (at("SELECT") || at("WITH") || at("VALUES") || at("(")) return statement_of(query());
    if (at("INSERT")) return statement_of(insert());
    if (at("CREATE") || at("REPLACE")) return create();
    if (at("DROP")) return drop();
    if (at("ALTER")) return alter();
    if (at("SET")) return statement_of(set_setting());
    if (accept("RESET")) {
        ResetSetting reset;
        if (!at_statement_end()) reset.key = text();
        return statement_of(std::move(reset));
    }
    if (at("USE")) return use();
    if (at("SHOW")) return statement_of(show());
    if (at("DESCRIBE") || at("DESC")) return statement_of(describe());
    if (at("EXPLAIN")) return statement_of(explain());
    if (at("EXECUTE")) return execute();
    if (accept("BEGIN")) {
        expect_all({"STATEMENT", "SET"});
        return statement_of(BeginStatementSet());
    }
    if (accept("END")) return statement_of(EndStatementSet());
    if (at("DELETE")) return statement_of(delete_rows());
    if (at("UPDATE")) return statement_of(update());
    if (accept_all({"TRUNCATE", "TABLE"})) return statement_of(Truncate{name()});
    if (accept("CALL")) {
        // Spark's users write c.system.f(…), where Flink wants quotes around its reserved word.
        uint32_t name_begin = this->begin();
        Name name;
        do name.push_back(peek().kind == TokenKind::Word ? any_word() : identifier());
        while (accept("."));
        return statement_of(CallProcedure{call(std::move(name), name_begin)});
    }
    if (accept_all({"STOP", "JOB"})) return statement_of(stop_job());
    if (at("TABLE")) return statement_of(query());
    if (auto word = accept_one_of({"QUIT", "EXIT", "CLEAR", "HELP"})) {
        return statement_of(ClientCommand{*word});
    }
    if (at("ADD") || at("REMOVE")) {
        return statement_of(refused("ADD JAR", "Java code needs a JVM", begin));
    }
    if (at("LOAD") || at("UNLOAD")) {
        return statement_of(refused("LOAD MODULE", "there are no modules", begin));
    }
    if (at("ANALYZE")) {
        return statement_of(
            refused("ANALYZE TABLE", "the statistics of tables are kept with each commit", begin));
    }
    if (at("COMPILE")) {
        return statement_of(refused("COMPILE PLAN", "plans are made anew at each start", begin));
    }
    if (at("MERGE")) {
        return statement_of(refused("MERGE", "Flink cannot run it either", begin));
    }
    fail();
}

Refused Parser::refused(std::string what, std::string because, uint32_t begin) {
    while (!at_statement_end()) take();
    return {std::move(what), std::move(because), std::string(source().text(since(begin)))};
}

// --- rows

Insert Parser::insert() {
    Insert insert;
    expect("INSERT");
    insert.is_overwrite = expect_one_of({"INTO", "OVERWRITE"}) == "OVERWRITE";
    accept("TABLE");
    insert.table = name();
    insert.hints = hints();
    if (accept("PARTITION")) {
        insert.partition = list_in_brackets([this] { return assignment(); });
    }
    bool has_columns = at("(") && !at_query_in_brackets();
    if (has_columns) insert.columns = list_in_brackets([this] { return name(); });
    insert.query = query();
    return insert;
}

Assignment Parser::assignment() {
    Assignment assignment{.column = name(), .value = {}};
    expect("=");
    assignment.value = expression();
    return assignment;
}

Delete Parser::delete_rows() {
    expect_all({"DELETE", "FROM"});
    Delete statement{.table = name()};
    statement.alias = optional_alias();
    if (accept("WHERE")) statement.where = shared(expression());
    return statement;
}

Update Parser::update() {
    expect("UPDATE");
    Update statement{.table = name()};
    statement.alias = optional_alias();
    expect("SET");
    do statement.set.push_back(assignment());
    while (accept(","));
    if (accept("WHERE")) statement.where = shared(expression());
    return statement;
}

// --- the session

SetSetting Parser::set_setting() {
    SetSetting setting;
    expect("SET");
    if (at_statement_end()) return setting;
    Option read = option("a setting");
    setting.key = std::move(read.key);
    setting.value = std::move(read.value);
    return setting;
}

Statement Parser::use() {
    uint32_t begin = this->begin();
    expect("USE");
    if (at("MODULES")) {
        return statement_of(refused("USE MODULES", "there are no modules", begin));
    }
    if (accept("CATALOG")) return statement_of(UseCatalog{identifier()});
    return statement_of(UseDatabase{name()});
}

Show Parser::show() {
    expect("SHOW");
    Show show;
    auto say = [&show](std::string word) { show.what += (show.what.empty() ? "" : " ") + word; };
    if (accept("CURRENT")) {
        say("CURRENT");
        say(expect_one_of({"CATALOG", "DATABASE"}));
        return show;
    }
    if (accept("CREATE")) {
        say("CREATE");
        say(expect_one_of({"TABLE", "VIEW", "CATALOG", "DATABASE"}));
        show.of = name();
        return show;
    }
    if (auto word = accept_one_of({"USER", "FULL"})) {
        say(*word);
        say(expect_one_of({"FUNCTIONS", "MODULES"}));
    } else {
        say(expect_one_of({"CATALOGS", "DATABASES", "TABLES", "VIEWS", "COLUMNS", "FUNCTIONS",
                           "PARTITIONS", "PROCEDURES", "MODULES", "JARS", "JOBS", "WATERMARKS",
                           "STATE", "TRANSACTIONS"}));
    }
    if (show.what == "PARTITIONS") {
        show.of = name();
        if (accept("PARTITION")) {
            show.partition = list_in_brackets([this] { return assignment(); });
        }
        return show;
    }
    bool has_name = accept_one_of({"FROM", "IN"}).has_value();
    if (has_name) show.of = name();
    if (!has_name && show.what == "COLUMNS") fail();
    show.is_not_like = accept("NOT");
    if (auto like = accept_one_of({"LIKE", "ILIKE"})) {
        show.is_ilike = *like == "ILIKE";
        show.like = text();
    } else if (show.is_not_like) {
        fail();
    }
    return show;
}

Describe Parser::describe() {
    take();
    Describe describe{.what = Describe::What::Table};
    if (accept("JOB")) {
        describe.what = Describe::What::Job;
        describe.job = text();
        return describe;
    }
    if (accept("CATALOG")) describe.what = Describe::What::Catalog;
    if (accept("DATABASE")) describe.what = Describe::What::Database;
    describe.is_extended = accept("EXTENDED");
    describe.name = name();
    return describe;
}

// --- jobs

Explain Parser::explain() {
    Explain explain;
    expect("EXPLAIN");
    if (!accept_all({"PLAN", "FOR"})) {
        auto detail = [this] {
            return accept_one_of(
                {"ESTIMATED_COST", "CHANGELOG_MODE", "JSON_EXECUTION_PLAN", "PLAN_ADVICE"});
        };
        for (auto found = detail(); found; found = detail()) {
            explain.details.push_back(*found);
            if (!accept(",")) break;
        }
    }
    if (at("STATEMENT")) {
        explain.statement = std::make_shared<const Statement>(statement_of(statement_set()));
    } else {
        explain.statement = std::make_shared<const Statement>(statement());
    }
    return explain;
}

Statement Parser::execute() {
    uint32_t begin = this->begin();
    expect("EXECUTE");
    if (at("PLAN")) {
        return statement_of(refused("EXECUTE PLAN", "plans are made anew at each start", begin));
    }
    if (at("STATEMENT")) return statement_of(statement_set());
    return statement_of(Execute{std::make_shared<const Statement>(statement())});
}

// STATEMENT SET BEGIN INSERT …; INSERT …; END
StatementSet Parser::statement_set() {
    StatementSet set;
    expect_all({"STATEMENT", "SET", "BEGIN"});
    do {
        if (!at("INSERT"))
            fail(peek().span, "a statement set holds INSERT statements and no others");
        set.statements.push_back(statement());
        expect(";");
    } while (!accept("END"));
    return set;
}

StopJob Parser::stop_job() {
    StopJob stop{.job = text()};
    while (accept("WITH")) {
        bool is_drain = expect_one_of({"SAVEPOINT", "DRAIN"}) == "DRAIN";
        (is_drain ? stop.with_drain : stop.with_savepoint) = true;
    }
    return stop;
}

}  // namespace tarn::sql
