// ALTER and DROP.
#include "sql/syntax/parser_steps.hpp"

namespace tarn::sql {

Statement Parser::drop() {
    uint32_t begin = this->begin();
    expect("DROP");
    if (at("FUNCTION") ||
        (at("TEMPORARY") && (peek(1).key == "FUNCTION" || peek(1).key == "SYSTEM"))) {
        return statement_of(refused("DROP FUNCTION", "all functions are built in", begin));
    }
    if (at("MATERIALIZED") || at("MODEL")) {
        std::string what = fmt::format("DROP {}", peek().key);
        return statement_of(refused(std::move(what), "there are none", begin));
    }
    Drop drop{.what = Drop::What::Table, .name = {}};
    if (accept("CATALOG")) {
        drop.what = Drop::What::Catalog;
    } else if (accept("DATABASE")) {
        drop.what = Drop::What::Database;
    } else {
        drop.is_temporary = accept("TEMPORARY");
        bool is_view = expect_one_of({"TABLE", "VIEW"}) == "VIEW";
        if (is_view) drop.what = Drop::What::View;
    }
    drop.if_exists = if_exists();
    drop.name = name();
    if (drop.what == Drop::What::Database) {
        drop.is_cascade = accept("CASCADE");
        if (!drop.is_cascade) accept("RESTRICT");
    }
    return statement_of(std::move(drop));
}

Statement Parser::alter() {
    uint32_t begin = this->begin();
    expect("ALTER");
    if (accept("TABLE")) return statement_of(alter_table());
    if (accept("VIEW")) return statement_of(alter_view());
    if (accept("DATABASE")) {
        AlterDatabase database{.name = name(), .options = {}};
        expect("SET");
        database.options = options();
        return statement_of(std::move(database));
    }
    if (at("FUNCTION") || at("TEMPORARY")) {
        return statement_of(refused("ALTER FUNCTION", "all functions are built in", begin));
    }
    if (at("MATERIALIZED")) {
        return statement_of(refused("ALTER MATERIALIZED TABLE", "there are none", begin));
    }
    expect("CATALOG");
    AlterCatalog catalog{.name = identifier(), .change = {}};
    if (accept("RESET")) {
        catalog.change = ResetOptions{option_keys()};
    } else {
        expect("SET");
        catalog.change = SetOptions{options()};
    }
    return statement_of(std::move(catalog));
}

AlterTable Parser::alter_table() {
    AlterTable alter{.name = {}, .if_exists = if_exists(), .change = {}};
    alter.name = name();
    if (accept("RENAME")) {
        if (accept("TO")) {
            alter.change = RenameTo{name()};
        } else {
            RenameColumn rename{.from = name(), .to = {}};
            expect("TO");
            rename.to = name();
            alter.change = std::move(rename);
        }
    } else if (accept("SET")) {
        alter.change = SetOptions{options()};
    } else if (accept("RESET")) {
        alter.change = ResetOptions{option_keys()};
    } else if (at("ADD") || at("MODIFY")) {
        alter.change = change_columns(take().key == "ADD");
    } else {
        expect("DROP");
        alter.change = drop_from_table();
    }
    return alter;
}

ChangeColumns Parser::change_columns(bool is_new) {
    ChangeColumns change{.is_new = is_new};
    if (at("PARTITION")) {
        fail(peek().span, "partitions come and go with the rows in them",
             "INSERT rows, or DELETE them");
    }
    if (accept("(")) {
        do changed_element(change);
        while (accept(","));
        expect(")");
        return change;
    }
    changed_element(change);
    return change;
}

void Parser::changed_element(ChangeColumns& change) {
    accept("COLUMN");
    if (at("WATERMARK")) {
        change.watermarks.push_back(watermark());
    } else if (accept("DISTRIBUTION")) {
        change.distribution = distribution();
    } else if (auto key = table_constraint()) {
        change.keys.push_back(std::move(*key));
    } else {
        ChangeColumns::Column column{.definition = column_definition()};
        column.is_first = accept("FIRST");
        if (!column.is_first && accept("AFTER")) column.after = name();
        change.columns.push_back(std::move(column));
    }
}

decltype(AlterTable::change) Parser::drop_from_table() {
    using What = DropPart::What;
    if (accept_all({"PRIMARY", "KEY"})) return DropPart{What::PrimaryKey};
    if (accept("CONSTRAINT")) return DropPart{What::Constraint, identifier()};
    if (accept("WATERMARK")) return DropPart{What::Watermark};
    if (accept("DISTRIBUTION")) return DropPart{What::Distribution};
    accept("COLUMN");
    if (at("(")) return DropColumns{list_in_brackets([this] { return name(); })};
    return DropColumns{{name()}};
}

AlterView Parser::alter_view() {
    AlterView alter{.name = {}, .if_exists = if_exists(), .change = {}};
    alter.name = name();
    if (accept_all({"RENAME", "TO"})) {
        alter.change = RenameTo{name()};
    } else {
        expect("AS");
        alter.change = query();
    }
    return alter;
}

}  // namespace tarn::sql
