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
                 "What a column's values are made of: #{Name.first_name}."},
                {"fields.#.null-rate", Share, "The share of NULLs.", "0"},
                {"fields.#.length", Natural, "How many items arrays and maps have."},
                {"fields.#.locale", Text, "The language of the values."}}};
}

OptionSet nexmark_takes() {
    return {
        .options = {
            {"first-event.rate", Positive, "Events in a second at first.", "10000"},
            {"next-event.rate", Positive, "Events in a second later on.", "10000"},
            {"events.num", Natural, "How many events there are; 0 for no end.", "0"},
            {.key = "rate.shape",
             .kind = Choice,
             .text = "How the rate goes from the first to the later one.",
             .fallback = "SQUARE",
             .choices = {"SQUARE", "SINE"}},
            {"rate.period", Duration, "How long one turn of the rate takes.", "600s"},
            {"rate.limited", Boolean, "Whether the rate holds for the clock on the wall.", "false"},
            {"max-emit-speed", Boolean, "Whether events come as fast as they are taken.", "true"},
            {"keep-alive", Boolean, "Whether the source stays when all events are out.", "false"},
            {"stop-at", Integer, "The event to stop at; -1 for none.", "-1"},
            {"person.proportion", Natural, "Persons among 50 events.", "1"},
            {"auction.proportion", Natural, "Auctions among 50 events.", "3"},
            {"bid.proportion", Natural, "Bids among 50 events.", "46"},
            {"person.avg-size", Size, "How long a person is on average.", "200b"},
            {"auction.avg-size", Size, "How long an auction is on average.", "500b"},
            {"bid.avg-size", Size, "How long a bid is on average.", "100b"},
            {"bid.hot-ratio.auctions", Positive,
             "How much more often bids are for the auctions of the hour.", "2"},
            {"bid.hot-ratio.bidders", Positive, "How much more often the same persons bid.", "4"},
            {"auction.hot-ratio.sellers", Positive, "How much more often the same persons sell.",
             "4"}}};
}

}  // namespace

std::vector<Connector> generator_connectors() {
    return {{.name = "datagen",
             .text = "Rows of made-up values. In `fields.#.min` the # stands for a column; the "
                     "parts of a row, array or map are named behind it: `fields.person.age.min`, "
                     "`fields.tags.element.length`.",
             .roles = {"source"},
             .takes = datagen_takes()},
            {.name = "faker",
             .text = "Rows of realistic values: names, places, prices.",
             .roles = {"source", "lookup"},
             .takes = faker_takes()},
            {.name = "nexmark",
             .text = "The auctions, bids and persons of the Nexmark benchmark.",
             .roles = {"source"},
             .takes = nexmark_takes()}};
}

}  // namespace tarn::sql
