// What holds of all accumulators: of each aggregate, for each type that it takes.
#include <arrow/io/memory.h>
#include <arrow/ipc/reader.h>
#include <arrow/ipc/writer.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sql/aggregates/test_calls.hpp"

namespace tarn::sql {
namespace {

using columns::or_throw;

constexpr auto AllInputs = {AggregateInput::Inserts, AggregateInput::Changes};
const std::vector<uint32_t> Everyone = all_groups(TestGroups);

// An accumulator of a call.
class Total {
public:
    Total(const TestCall& call, AggregateInput input)
        : call_(call), accumulator_(call.signature.accumulator(input)) {}

    Total& add(const TestRows& rows) {
        accumulator_->add(rows.groups, rows.arguments);
        return *this;
    }

    Total& retract(const TestRows& rows) {
        accumulator_->retract(rows.groups, rows.arguments);
        return *this;
    }

    Total& merge(const std::vector<uint32_t>& groups, const StateColumns& states) {
        accumulator_->merge(groups, states);
        return *this;
    }

    Total& forget(const std::vector<uint32_t>& groups) {
        accumulator_->forget(groups);
        return *this;
    }

    StateColumns states(const std::vector<uint32_t>& groups) const {
        return accumulator_->states(groups);
    }

    Texts values(const std::vector<uint32_t>& groups) const {
        return texts_of(accumulator_->values(groups), groups.size());
    }

    bool goes_row_by_row() const { return accumulator_->goes_row_by_row(); }

    Texts values_row_by_row(const TestRows& rows, const std::vector<RowEffect>& effects) {
        return texts_of(accumulator_->values_row_by_row(rows.groups, effects, rows.arguments),
                        rows.groups.size());
    }

    size_t bytes() const { return accumulator_->bytes(); }

private:
    Texts texts_of(const Column& column, size_t rows) const {
        EXPECT_TRUE(column.values->ValidateFull().ok()) << call_.title;
        EXPECT_EQ(column.values->length(), static_cast<int64_t>(rows)) << call_.title;
        EXPECT_EQ(column.values->type()->id(), arrow_type(call_.signature.result)->id());
        Texts texts;
        for (size_t row = 0; row < rows; ++row) {
            texts.push_back(
                value_text(call_.signature.result, *column.values, static_cast<int64_t>(row)));
        }
        return texts;
    }

    const TestCall& call_;
    AccumulatorPtr accumulator_;
};

// As they are after they were written to a file and read again.
StateColumns kept_in_file(const StateColumns& states, int64_t rows) {
    arrow::FieldVector fields;
    for (const auto& each : states) fields.push_back(arrow::field("state", each->type()));
    auto schema = arrow::schema(fields);
    auto batch = arrow::RecordBatch::Make(schema, rows, states);
    EXPECT_TRUE(batch->ValidateFull().ok());
    auto bytes =
        or_throw(arrow::ipc::SerializeRecordBatch(*batch, arrow::ipc::IpcWriteOptions::Defaults()));
    arrow::io::BufferReader reader(bytes);
    arrow::ipc::DictionaryMemo memo;
    return or_throw(arrow::ipc::ReadRecordBatch(schema, &memo,
                                                arrow::ipc::IpcReadOptions::Defaults(), &reader))
        ->columns();
}

// Calls `check(call, input, rows, more rows)` for each call and kind of input.
template <typename Check>
void for_each_call(Check check) {
    size_t calls = 0;
    for (const TestCall& call : test_calls()) {
        for (AggregateInput input : AllInputs) {
            bool is_of_changes = input == AggregateInput::Changes;
            SCOPED_TRACE(call.title + (is_of_changes ? " of changes" : " of inserts"));
            check(call, input, test_rows(call, 1), test_rows(call, 2));
            ++calls;
        }
    }
    EXPECT_GT(calls, size_t{400});
}

template <typename Check>
void for_each_call_of_changes(Check check) {
    for_each_call([&](const TestCall& call, AggregateInput input, const TestRows& rows,
                      const TestRows& more) {
        if (input == AggregateInput::Changes) check(call, input, rows, more);
    });
}

// One of them alone.
TestRows row_of(const TestRows& rows, size_t row) {
    TestRows alone{{rows.groups[row]}, {}};
    for (const Column& each : rows.arguments) {
        alone.arguments.push_back(taken(each, {static_cast<int64_t>(row)}));
    }
    return alone;
}

TEST(Accumulators, that_go_row_by_row_give_the_value_after_each) {
    size_t calls = 0;
    for_each_call([&](const TestCall& call, AggregateInput input, const TestRows& rows,
                      const TestRows& more) {
        Total many(call, input);
        if (!many.goes_row_by_row()) return;
        ++calls;
        Total single(call, input);
        many.add(rows);
        single.add(rows);
        bool goes_back = input == AggregateInput::Changes;
        std::vector<RowEffect> effects;
        Texts expected;
        for (size_t row = 0; row < more.groups.size(); ++row) {
            RowEffect third = goes_back ? RowEffect::Retract : RowEffect::Add;
            effects.push_back(row % 3 == 0   ? RowEffect::Add
                              : row % 3 == 1 ? RowEffect::None
                                             : third);
            if (effects.back() == RowEffect::Add) single.add(row_of(more, row));
            if (effects.back() == RowEffect::Retract) single.retract(row_of(more, row));
            expected.push_back(single.values({more.groups[row]})[0]);
        }

        EXPECT_EQ(many.values_row_by_row(more, effects), expected);
        EXPECT_EQ(many.values(Everyone), single.values(Everyone));
        EXPECT_EQ(many.bytes(), single.bytes());
    });
    EXPECT_GT(calls, size_t{150});
}

TEST(Accumulators, merge_states_that_were_kept_elsewhere) {
    for_each_call(
        [](const TestCall& call, AggregateInput input, const TestRows& rows, const TestRows& more) {
            StateColumns first = Total(call, input).add(rows).states(Everyone);
            StateColumns second = Total(call, input).add(more).states(Everyone);
            std::vector<uint32_t> elsewhere{9, 2, 4, 0, 7};

            Total merged(call, input);
            merged.merge(elsewhere, kept_in_file(first, TestGroups));
            merged.merge(elsewhere, kept_in_file(second, TestGroups));

            EXPECT_EQ(merged.values(elsewhere),
                      Total(call, input).add(rows).add(more).values(Everyone));
        });
}

TEST(Accumulators, go_on_from_their_states) {
    for_each_call(
        [](const TestCall& call, AggregateInput input, const TestRows& rows, const TestRows& more) {
            Total whole(call, input);
            Total restored(call, input);
            restored.merge(Everyone, whole.add(rows).states(Everyone));

            EXPECT_EQ(restored.values(Everyone), whole.values(Everyone));
            EXPECT_EQ(restored.add(more).values(Everyone), whole.add(more).values(Everyone));
        });
}

TEST(Accumulators, merge_states_of_one_group_in_their_order) {
    for_each_call([](const TestCall& call, AggregateInput input, const TestRows& rows,
                     const TestRows& more) {
        StateColumns both = Total(call, input).add(rows).states(Everyone);
        StateColumns second = Total(call, input).add(more).states(Everyone);
        for (size_t i = 0; i < both.size(); ++i) {
            both[i] = or_throw(arrow::Concatenate({both[i], second[i]}))->Slice(1);
        }
        std::vector<uint32_t> groups{1, 2, 3, 4, 0, 1, 2, 3, 4};
        StateColumns first = Total(call, input).add(rows).states({0});

        Total merged(call, input);
        merged.merge({0}, first).merge(groups, both);

        EXPECT_EQ(merged.values(Everyone), Total(call, input).add(rows).add(more).values(Everyone));
    });
}

TEST(Accumulators, have_states_of_the_same_types_for_no_groups) {
    for_each_call(
        [](const TestCall& call, AggregateInput input, const TestRows& rows, const TestRows&) {
            StateColumns some = Total(call, input).add(rows).states(Everyone);
            StateColumns none = Total(call, input).states({});

            ASSERT_EQ(none.size(), some.size());
            for (size_t i = 0; i < some.size(); ++i) {
                EXPECT_TRUE(none[i]->type()->Equals(some[i]->type()));
            }
            EXPECT_EQ(Total(call, input).merge({}, none).values(Everyone),
                      Total(call, input).values(Everyone));
        });
}

TEST(Accumulators, take_rows_back) {
    for_each_call_of_changes([](const TestCall& call, AggregateInput input, const TestRows& rows,
                                const TestRows& more) {
        Texts expected = Total(call, input).add(more).values(Everyone);

        EXPECT_EQ(Total(call, input).add(rows).retract(rows).add(more).values(Everyone), expected);
        // DISTINCT has handed on the first of equal rows, wherever the others stand.
        bool is_reordered = call.has_order && call.title.starts_with("DISTINCT");
        if (is_reordered) return;
        EXPECT_EQ(Total(call, input).add(rows).add(more).retract(rows).values(Everyone), expected);
    });
}

TEST(Accumulators, take_rows_back_after_their_state_moved) {
    for_each_call_of_changes(
        [](const TestCall& call, AggregateInput input, const TestRows& rows, const TestRows& more) {
            StateColumns states = Total(call, input).add(rows).states(Everyone);

            Total restored(call, input);
            restored.merge(Everyone, kept_in_file(states, TestGroups)).retract(rows).add(more);

            EXPECT_EQ(restored.values(Everyone), Total(call, input).add(more).values(Everyone));
        });
}

TEST(Accumulators, use_the_numbers_of_forgotten_groups_anew) {
    for_each_call(
        [](const TestCall& call, AggregateInput input, const TestRows& rows, const TestRows& more) {
            Total total(call, input);
            Texts others = total.add(rows).values({0, 2});

            total.forget({3, 1, 4, 3, 77});

            EXPECT_EQ(total.values({0, 2}), others);
            EXPECT_EQ(total.values({1, 3}), Total(call, input).values({1, 3}));
            total.forget({0, 2}).add(more);
            EXPECT_EQ(total.values(Everyone), Total(call, input).add(more).values(Everyone));
        });
}

TEST(Accumulators, have_values_of_groups_in_any_order) {
    for_each_call([](const TestCall& call, AggregateInput input, const TestRows& rows,
                     const TestRows&) {
        Total total(call, input);
        Texts all = total.add(rows).values(Everyone);

        EXPECT_EQ(total.values({3, 0, 3, 900, 1}), (Texts{all[3], all[0], all[3], all[4], all[1]}));
        EXPECT_EQ(total.values({}), Texts());
    });
}

TEST(Accumulators, give_memory_back) {
    for_each_call(
        [](const TestCall& call, AggregateInput input, const TestRows& rows, const TestRows&) {
            Total total(call, input);
            size_t with_rows = total.add(rows).bytes();
            size_t without = total.forget(Everyone).bytes();
            EXPECT_LE(without, with_rows);
            EXPECT_LT(with_rows, size_t{1} << 16);
            EXPECT_EQ(total.add(rows).forget(Everyone).bytes(), without);
            if (input == AggregateInput::Inserts) return;
            EXPECT_LE(total.add(rows).retract(rows).bytes(), with_rows);
        });
}

}  // namespace
}  // namespace tarn::sql
