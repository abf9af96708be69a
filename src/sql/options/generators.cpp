#include "sql/options/entries.hpp"

namespace tarn::sql {
namespace {

using enum OptionKind;
using enum Clause::Then;

OptionSet datagen_takes() {
    return {.options = {{"rows-per-second", Positive, "How many rows come in a second.", "10000"},
                        {"number-of-rows", Natural,
                         "How many rows there are; without it they do not end."},
                        {"scan.parallelism", Positive, "How many tasks make rows."},
                        {.key = "fields.#.kind",
                         .kind = Choice,
                         .text = "Whether the values of a column are random or count up.",
                         .fallback = "random",
                         .choices = {"random", "sequence"}},
                        {"fields.#.min", Number, "The least random value."},
                        {"fields.#.max", Number, "The largest random value."},
                        {"fields.#.max-past", Duration,
                         "How far random times lie in the past at most.", "0s"},
                        {"fields.#.length", Natural,
                         "How long random texts, bytes and collections are.", "100"},
                        {"fields.#.var-len", Boolean,
                         "Whether texts and bytes are of random length up to that.", "false"},
                        {"fields.#.null-rate", Share, "The share of NULLs.", "0"},
                        {"fields.#.start", Integer, "Where a sequence begins."},
                        {"fields.#.end", Integer, "Where a sequence ends, and the table with it."}},
            .clauses = {{{"fields.#.kind", "sequence"}, Needs, {"fields.#.start"}},
                        {{"fields.#.kind", "sequence"}, Needs, {"fields.#.end"}},
                        {{"fields.#.start"}, Needs, {"fields.#.kind", "sequence"}},
                        {{"fields.#.end"}, Needs, {"fields.#.kind", "sequence"}},
                        {{"fields.#.min"}, Excludes, {"fields.#.kind", "sequence"}},
                        {{"fields.#.max"}, Excludes, {"fields.#.kind", "sequence"}}}};
}

OptionSet faker_takes() {
    return {.options = {
                {"rows-per-second", Positive, "How many rows come in a second.", "10000"},
                {"number-of-rows", Natural, "How many rows there are; without it they do not end."},
                {"fields.#.expression", Text,
                 "What a column's values are made of: #{name.firstName}, #{regexify '(A|B){2}'}."},
                {"fields.#.null-rate", Share, "The share of NULLs.", "0"},
                {"fields.#.length", Positive, "How many items arrays and maps have.", "1"},
                {"fields.#.locale", Text, "The language of the values, which is English.", "en"}}};
}

OptionSet nexmark_takes() {
    return {
        .options = {
            {"first-event.rate", Positive, "Events in a second of their time.", "10000"},
            {"next-event.rate", Positive, "Changes nothing, as in nexmark-flink.", "10000"},
            {"events.num", Natural, "How many events there are; 0 for no end.", "0"},
            {.key = "rate.shape",
             .kind = Choice,
             .text = "Changes nothing, as in nexmark-flink.",
             .fallback = "SQUARE",
             .choices = {"SQUARE", "SINE"}},
            {"rate.period", Duration, "Changes nothing, as in nexmark-flink.", "600s"},
            {"rate.limited", Boolean, "Changes nothing, as in nexmark-flink.", "false"},
            {"max-emit-speed", Boolean,
             "Whether events come at once; otherwise each when it is its time.", "true"},
            {"keep-alive", Boolean, "Whether the source stays when all events are out.", "false"},
            {"stop-at", Integer, "After how many events to stop; -1 for all.", "-1"},
            {"person.proportion", Natural, "How many persons come in each turn of events.", "1"},
            {"auction.proportion", Natural, "How many auctions come in each turn.", "3"},
            {"bid.proportion", Natural, "How many bids come in each turn.", "46"},
            {"person.avg-size", Size, "How long a person is on average.", "200b"},
            {"auction.avg-size", Size, "How long an auction is on average.", "500b"},
            {"bid.avg-size", Size, "How long a bid is on average.", "100b"},
            {"bid.hot-ratio.auctions", Positive,
             "One bid in so many is for any auction, the others are for a hot one.", "2"},
            {"bid.hot-ratio.bidders", Positive,
             "One bid in so many is by any person, the others are by a hot one.", "4"},
            {"auction.hot-ratio.sellers", Positive,
             "One auction in so many is of any person, the others are of a hot one.", "4"}}};
}

}  // namespace

std::vector<Connector> generator_connectors() {
    return {
        {.name = "datagen",
         .text = "Rows of made-up values. In `fields.#.min` the # stands for a column; the "
                 "parts of a row, array or map are named behind it: `fields.person.age.min`, "
                 "`fields.tags.element.length`.",
         .roles = {"source"},
         .takes = datagen_takes()},
        {.name = "faker",
         .text = "Rows of realistic values: names, places, prices; docs/faker.md lists what there "
                 "is. Fields of a row are named `fields.person.age.expression`, the two sides "
                 "of a map `fields.m.key.expression` and `fields.m.value.expression`. Looked "
                 "up, the table has one row for each key.",
         .roles = {"source", "lookup"},
         .takes = faker_takes()},
        {.name = "nexmark",
         .text = "The auctions, bids and persons of the Nexmark benchmark.",
         .roles = {"source"},
         .takes = nexmark_takes()}};
}

}  // namespace tarn::sql
