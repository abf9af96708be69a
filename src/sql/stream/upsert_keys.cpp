// By which columns the rows of each operator can be told apart.
#include <algorithm>
#include <map>

#include "sql/stream/contains.hpp"
#include "sql/stream/facts.hpp"
#include "sql/stream/places.hpp"

namespace tarn::sql {
namespace {

using namespace stream;
using Keys = std::vector<UpsertKey>;

// One column may come to stand in several places.
constexpr size_t KeysMax = 16;

void add_key(Keys& keys, UpsertKey key) {
    std::ranges::sort(key);
    auto [first, last] = std::ranges::unique(key);
    key.erase(first, last);
    if (keys.size() < KeysMax && !contains(keys, key)) keys.push_back(std::move(key));
}

Keys only(UpsertKey key) {
    Keys keys;
    add_key(keys, std::move(key));
    return keys;
}

bool has_all(const UpsertKey& key, const std::vector<size_t>& columns) {
    return std::ranges::all_of(columns, [&](size_t column) { return contains(key, column); });
}

// Rows go to where those of the same columns are, and changes of one key must stay in order.
Keys of_columns(const Keys& keys, const std::vector<size_t>& columns) {
    Keys kept;
    for (const UpsertKey& key : keys) {
        if (has_all(key, columns)) kept.push_back(key);
    }
    return kept;
}

Keys keys_of(const TableSource& source, const StreamPlan& plan) {
    UpsertKey key;
    for (const std::string& name : source.table->table.primary_key) {
        auto column = std::ranges::find(plan.columns, name, &PlanColumn::name);
        if (column == plan.columns.end()) return {};
        key.push_back(static_cast<size_t>(column - plan.columns.begin()));
    }
    return key.empty() ? Keys{} : only(key);
}

Keys keys_of(const ChangelogNormalize& step, const StreamPlan&) {
    return only(step.key);
}

Keys keys_of(const Calc& calc, const StreamPlan&) {
    std::multimap<size_t, size_t> places;
    for (size_t i = 0; i < calc.values.size(); ++i) {
        if (auto place = column_place(calc.values[i])) places.emplace(*place, i);
    }
    Keys keys;
    for (const UpsertKey& key : calc.input->upsert_keys) {
        Keys moved{{}};
        for (size_t column : key) {
            auto [begin, end] = places.equal_range(column);
            Keys longer;
            for (auto place = begin; place != end; ++place) {
                for (UpsertKey each : moved) {
                    each.push_back(place->second);
                    if (longer.size() < KeysMax) longer.push_back(std::move(each));
                }
            }
            moved = std::move(longer);
        }
        for (UpsertKey& each : moved) add_key(keys, std::move(each));
    }
    return keys;
}

Keys keys_of(const GroupAggregate& aggregate, const StreamPlan&) {
    UpsertKey key;
    for (size_t i = 0; i < aggregate.keys.size(); ++i) key.push_back(i);
    return only(key);
}

Keys keys_of(const WindowAggregate& aggregate, const StreamPlan&) {
    UpsertKey key;
    for (size_t i = 0; i < aggregate.keys.size(); ++i) key.push_back(i);
    size_t start = aggregate.keys.size() + aggregate.calls.size();
    Keys keys;
    for (size_t place : {start, start + 1}) {
        UpsertKey with_window = key;
        with_window.push_back(place);
        add_key(keys, std::move(with_window));
    }
    return keys;
}

// Two matches may be all the same.
Keys keys_of(const Match&, const StreamPlan&) {
    return {};
}

Keys keys_of(const Rank& rank, const StreamPlan&) {
    Keys keys = of_columns(rank.input->upsert_keys, rank.partition);
    bool has_one = rank.last == rank.first;
    if (has_one) add_key(keys, rank.partition);
    if (rank.with_number && !has_one) {
        UpsertKey key = rank.partition;
        key.push_back(rank.input->columns.size());
        add_key(keys, std::move(key));
    }
    return keys;
}

Keys keys_of(const Deduplicate& step, const StreamPlan&) {
    return only(step.partition);
}

// A key of one side is one of the pairs when each of its rows has one counterpart at most.
Keys joined_keys(const StreamPlanPtr& left, const StreamPlanPtr& right, const JoinOn& on) {
    std::vector<size_t> left_columns;
    std::vector<size_t> right_columns;
    for (const JoinKey& key : on.keys) {
        left_columns.push_back(key.left);
        right_columns.push_back(key.right);
    }
    Keys left_keys = of_columns(left->upsert_keys, left_columns);
    Keys right_keys = of_columns(right->upsert_keys, right_columns);
    if (on.kind == JoinKind::Semi || on.kind == JoinKind::Anti) return left_keys;
    auto is_unique = [](const StreamPlanPtr& input, const std::vector<size_t>& columns) {
        return std::ranges::any_of(input->upsert_keys,
                                   [&](const UpsertKey& key) { return has_all(columns, key); });
    };
    bool keeps_left = on.kind == JoinKind::Inner || on.kind == JoinKind::Left;
    bool keeps_right = on.kind == JoinKind::Inner || on.kind == JoinKind::Right;
    Keys keys;
    if (keeps_left && is_unique(right, right_columns)) {
        for (const UpsertKey& key : left_keys) add_key(keys, key);
    }
    size_t width = left->columns.size();
    for (UpsertKey key : right_keys) {
        for (size_t& column : key) column += width;
        if (keeps_right && is_unique(left, left_columns)) add_key(keys, key);
        for (UpsertKey pair : left_keys) {
            pair.insert(pair.end(), key.begin(), key.end());
            if (on.kind != JoinKind::Full) add_key(keys, std::move(pair));
        }
    }
    return keys;
}

Keys keys_of(const TemporalJoin& join, const StreamPlan&) {
    std::vector<size_t> columns;
    for (const JoinKey& key : join.on.keys) columns.push_back(key.left);
    return of_columns(join.left->upsert_keys, columns);
}

Keys keys_of(const Limit& limit, const StreamPlan&) {
    return limit.input->upsert_keys;
}

// Rows that come several times have no key.
Keys keys_of(const Constants&, const StreamPlan&) {
    return {};
}
Keys keys_of(const Correlate&, const StreamPlan&) {
    return {};
}
Keys keys_of(const RepeatRows&, const StreamPlan&) {
    return {};
}
Keys keys_of(const ExpandSets& expand, const StreamPlan& plan) {
    Keys keys;
    for (UpsertKey key : expand.input->upsert_keys) {
        key.push_back(plan.columns.size() - 1);
        bool is_whole = std::ranges::all_of(expand.sets, [&](const Expand::Set& set) {
            return std::ranges::all_of(key, [&](size_t place) {
                return place >= set.has_key.size() || set.has_key[place];
            });
        });
        if (is_whole) add_key(keys, std::move(key));
    }
    return keys;
}
Keys keys_of(const WindowTableFunction& step, const StreamPlan&) {
    Keys keys;
    for (UpsertKey key : step.input->upsert_keys) {
        key.push_back(step.input->columns.size());
        add_key(keys, std::move(key));
    }
    return keys;
}
Keys keys_of(const Union&, const StreamPlan&) {
    return {};
}
Keys keys_of(const LookupJoin&, const StreamPlan&) {
    return {};
}
Keys keys_of(const WindowRank& rank, const StreamPlan&) {
    return rank.input->upsert_keys;
}

template <typename Step>
Keys keys_of(const Step& step, const StreamPlan&) {
    if constexpr (requires { step.left; }) {
        return joined_keys(step.left, step.right, step.on);
    } else {
        return step.input->upsert_keys;
    }
}

// --- directions

enum class Direction { Unknown, Constant, Up, Down };

Direction direction_of(const StreamPlan& plan, size_t column) {
    if (const auto* calc = std::get_if<Calc>(&plan.node)) {
        auto place = column_place(calc->values[column]);
        return place ? direction_of(*calc->input, *place) : Direction::Unknown;
    }
    const auto* aggregate = std::get_if<GroupAggregate>(&plan.node);
    if (!aggregate || !aggregate->input->changes.is_insert_only()) return Direction::Unknown;
    if (column < aggregate->keys.size()) return Direction::Constant;
    std::string_view name = aggregate->calls[column - aggregate->keys.size()].function->name;
    if (name == "COUNT" || name == "MAX") return Direction::Up;
    return name == "MIN" ? Direction::Down : Direction::Unknown;
}

}  // namespace

Keys upsert_keys_of(const StreamPlan& plan) {
    return std::visit([&](const auto& step) { return keys_of(step, plan); }, plan.node);
}

bool only_rises(const StreamPlan& plan, const std::vector<size_t>& partition,
                const std::vector<SortKey>& order) {
    if (of_columns(plan.upsert_keys, partition).empty()) return false;
    return std::ranges::all_of(order, [&](const SortKey& key) {
        Direction direction = direction_of(plan, key.column);
        return direction == Direction::Constant ||
               direction == (key.is_descending ? Direction::Up : Direction::Down);
    });
}

}  // namespace tarn::sql
