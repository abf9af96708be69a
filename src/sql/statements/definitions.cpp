#include "sql/statements/definitions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sql/options/check.hpp"
#include "sql/plan/query_binder.hpp"
#include "sql/statements/table_changes.hpp"
#include "sql/syntax/text.hpp"
#include "sql/tables/declaration.hpp"

namespace tarn::sql {
namespace {

// Whether all tables of such a catalog are made by the file itself.
bool is_in_memory(const CreateCatalog& statement) {
    auto type = std::ranges::find(statement.options, "type", &Option::key);
    return type != statement.options.end() && type->value == "generic_in_memory";
}

class Definer {
public:
    explicit Definer(Workspace& workspace) : workspace_(workspace), names_(workspace.names) {}

    std::vector<Problem> run(const Statement& statement) {
        try {
            std::visit([&](const auto& node) { define(node, statement.span); }, statement.node);
        } catch (const MaybeElsewhere&) {
            throw;
        } catch (const SqlError& error) {
            problems_.push_back(error.problem());
        }
        return std::move(problems_);
    }

private:
    template <typename Node>
    void define(const Node&, Span) {}

    void add(std::vector<Problem> problems) {
        problems_.insert(problems_.end(), problems.begin(), problems.end());
    }

    // --- catalogs and databases

    void define(const CreateCatalog& statement, Span) {
        add(problems_of_options(statement));
        std::vector<std::string> known = names_.catalogs();
        bool is_known = std::ranges::find(known, statement.name.text) != known.end();
        if (is_known && statement.if_not_exists) return;
        if (is_known) {
            refuse(statement.name.span,
                   fmt::format("there is a catalog '{}' already", statement.name.text));
        }
        names_.add_catalog(statement.name.text, catalog_for(statement));
    }

    std::shared_ptr<Catalog> catalog_for(const CreateCatalog& statement) const {
        // One with faults in its options is not opened; what follows is read all the same.
        if (workspace_.open_catalog && problems_.empty()) {
            auto opened = workspace_.open_catalog(statement.name.text, statement.options);
            if (opened) return opened;
        }
        auto catalog = std::make_shared<MemoryCatalog>(is_in_memory(statement));
        if (is_in_memory(statement)) catalog->create_database("default");
        return catalog;
    }

    Catalog& catalog_of(const Name& database) const {
        return names_.catalog_of(database.size() > 1
                                     ? database.front()
                                     : Identifier{names_.catalog(), span_of(database)});
    }

    static bool has_database(const Catalog& catalog, const Name& name) {
        std::vector<std::string> known = catalog.databases();
        return std::ranges::find(known, name.back().text) != known.end();
    }

    void define(const CreateDatabase& statement, Span) {
        Catalog& catalog = catalog_of(statement.name);
        if (!has_database(catalog, statement.name)) {
            make(statement, [&] { catalog.create_database(statement.name.back().text); });
        } else if (!statement.if_not_exists) {
            refuse(span_of(statement.name),
                   fmt::format("there is a database '{}' already", text_of(statement.name)));
        }
    }

    // Somebody else may make it between the look and the deed.
    template <typename Create, typename Make>
    static void make(const Create& statement, const Make& make) {
        try {
            make();
        } catch (const Error& error) {
            if (error.code() != ErrorCode::Conflict || !statement.if_not_exists) throw;
        }
    }

    void define(const UseCatalog& statement, Span) { names_.use_catalog(statement.name); }
    void define(const UseDatabase& statement, Span) { names_.use_database(statement.name); }

    void define(const Drop& statement, Span) {
        switch (statement.what) {
            case Drop::What::Catalog: {
                std::vector<std::string> known = names_.catalogs();
                bool is_known = std::ranges::find(known, statement.name.back().text) != known.end();
                if (is_known || !statement.if_exists) names_.drop_catalog(statement.name.back());
                break;
            }
            case Drop::What::Database:
                drop_database(statement);
                break;
            case Drop::What::Table:
            case Drop::What::View:
                drop_object(statement);
                break;
        }
    }

    void drop_database(const Drop& statement) {
        Catalog& catalog = catalog_of(statement.name);
        const std::string& name = statement.name.back().text;
        Span span = span_of(statement.name);
        if (!has_database(catalog, statement.name)) {
            if (statement.if_exists || !catalog.is_complete()) return;
            refuse(span, fmt::format("there is no database '{}'", text_of(statement.name)));
        }
        if (!statement.is_cascade && !catalog.objects(name).empty()) {
            refuse(span, fmt::format("the database '{}' is not empty", text_of(statement.name)),
                   "CASCADE drops what is in it, too");
        }
        catalog.drop_database(name);
    }

    void drop_object(const Drop& statement) {
        bool is_view = statement.what == Drop::What::View;
        auto object = names_.find(names_.path_of(statement.name));
        if (!object) {
            if (!statement.if_exists) ignore_elsewhere([&] { names_.find(statement.name); });
            return;
        }
        if (std::holds_alternative<StoredViewPtr>(*object) != is_view) {
            refuse(span_of(statement.name),
                   fmt::format("'{}' is a {}", text_of(statement.name), is_view ? "table" : "view"),
                   is_view ? "DROP TABLE drops it" : "DROP VIEW drops it");
        }
        names_.drop(*object);
    }

    template <typename Step>
    static void ignore_elsewhere(Step step) {
        try {
            step();
        } catch (const MaybeElsewhere&) {
            // It may well be there.
        }
    }

    // --- tables

    // Whether it need not be made, for there is one already.
    template <typename Create>
    bool is_there(const Create& statement) const {
        names_.want_database(statement.name);
        auto known = names_.find(names_.path_of(statement.name));
        if (!known || statement.or_replace) return false;
        bool is_temporary = std::visit([](const auto& each) { return each->is_temporary; }, *known);
        if (is_temporary != statement.is_temporary) return false;
        if (statement.if_not_exists) return true;
        refuse(span_of(statement.name),
               fmt::format("there is a table or view '{}' already", text_of(statement.name)),
               "IF NOT EXISTS leaves it as it is");
    }

    void define(const CreateTable& statement, Span) {
        if (is_there(statement)) return;
        CreateTable whole = statement;
        if (statement.like) whole = with_base(whole, definition_of(statement.like->table));
        if (statement.as) {
            whole =
                with_columns_of(whole, *bind_query(*statement.as, names_, workspace_.session()));
        }
        make(statement, [&] { put(whole, statement.is_temporary); });
        auto home = statement.is_temporary ||
                            names_.path_of(statement.name).catalog == Namespace::DefaultCatalog
                        ? TableHome::Memory
                        : TableHome::Unknown;
        if (!statement.like) add(problems_of_options(whole, home));
    }

    void put(const CreateTable& whole, bool is_temporary) {
        Declaration found = declared(whole, workspace_.session());
        add(found.problems);
        names_.put(std::make_shared<StoredTable>(
            StoredTable{names_.path_of(whole.name), std::move(found.table), whole.options,
                        is_temporary, std::make_shared<CreateTable>(whole)}));
    }

    StoredTablePtr table_of(const Name& name) const {
        StoredObject object = names_.find(name);
        if (const auto* table = std::get_if<StoredTablePtr>(&object)) return *table;
        refuse(span_of(name), fmt::format("'{}' is a view", text_of(name)));
    }

    const CreateTable& definition_of(const Name& name) const { return *table_of(name)->definition; }

    void define(const AlterTable& statement, Span span) {
        bool is_known = names_.find(names_.path_of(statement.name)).has_value();
        if (!is_known && statement.if_exists) return;
        StoredTablePtr table = table_of(statement.name);
        if (names_.alter(*table, statement)) return;
        CreateTable changed = altered(*table->definition, statement);
        if (std::holds_alternative<RenameTo>(statement.change)) {
            if (changed.name.size() < statement.name.size()) {
                Name whole(statement.name.begin(), statement.name.end() - 1);
                whole.push_back(changed.name.back());
                changed.name = whole;
            }
            names_.drop(table);
        }
        size_t before = problems_.size();
        put(changed, table->is_temporary);
        // The faults are of this statement, wherever their parts were written.
        for (size_t i = before; i < problems_.size(); ++i) problems_[i].span = span;
    }

    // --- views

    void define(const CreateView& statement, Span) {
        if (is_there(statement)) return;
        put_view(statement);
    }

    void put_view(const CreateView& statement) {
        PlanPtr plan = bind_query(*statement.query, names_, workspace_.session());
        std::vector<std::string> columns;
        for (const PlanColumn& column : plan->columns) columns.push_back(column.name);
        if (!statement.columns.empty() && statement.columns.size() != columns.size()) {
            refuse(span_of(statement.name), fmt::format("{} names for {} columns",
                                                        statement.columns.size(), columns.size()));
        }
        for (size_t i = 0; i < statement.columns.size(); ++i) {
            columns[i] = statement.columns[i].text;
        }
        names_.put(std::make_shared<StoredView>(StoredView{
            names_.path_of(statement.name), std::move(columns), statement.query, names_.catalog(),
            names_.database(), statement.comment, statement.is_temporary}));
    }

    void define(const AlterView& statement, Span) {
        auto known = names_.find(names_.path_of(statement.name));
        if (!known && statement.if_exists) return;
        StoredObject object = names_.find(statement.name);
        const auto* view = std::get_if<StoredViewPtr>(&object);
        if (!view)
            refuse(span_of(statement.name),
                   fmt::format("'{}' is a table", text_of(statement.name)));
        if (const auto* rename = std::get_if<RenameTo>(&statement.change)) {
            StoredView renamed_view = **view;
            renamed_view.path.name = rename->name.back().text;
            names_.drop(object);
            names_.put(std::make_shared<StoredView>(std::move(renamed_view)));
            return;
        }
        CreateView again{statement.name, (*view)->is_temporary};
        again.query = std::get<QueryPtr>(statement.change);
        put_view(again);
    }

    // --- settings

    void define(const SetSetting& statement, Span span) {
        if (!statement.key) return;
        if (*statement.key == "table.local-time-zone") {
            try {
                TimeZone::named(*statement.value);
            } catch (const Error& error) {
                refuse(span, error.what(), "a zone is as Europe/Oslo, or +02:00");
            }
        }
        workspace_.settings[*statement.key] = statement.value.value_or("");
    }

    void define(const ResetSetting& statement, Span) {
        if (statement.key) {
            workspace_.settings.erase(*statement.key);
        } else {
            workspace_.settings.clear();
        }
    }

    Workspace& workspace_;
    Namespace& names_;
    std::vector<Problem> problems_;
};

}  // namespace

std::vector<Problem> define(const Statement& statement, Workspace& workspace) {
    return Definer(workspace).run(statement);
}

}  // namespace tarn::sql
