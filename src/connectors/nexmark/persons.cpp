#include <fmt/format.h>

#include <array>
#include <iterator>

#include "connectors/nexmark/draws.hpp"
#include "connectors/nexmark/event_fields.hpp"
#include "connectors/nexmark/field_arrays.hpp"

namespace tarn::connectors {
namespace {

using enum EventField::Type;

constexpr auto FirstNames =
    std::to_array<std::string_view>({"Peter", "Paul", "Luke", "John", "Saul", "Vicky", "Kate",
                                     "Julie", "Sarah", "Deiter", "Walter"});
constexpr auto LastNames = std::to_array<std::string_view>(
    {"Shultz", "Abrams", "Spencer", "White", "Bartels", "Walton", "Smith", "Jones", "Noris"});
constexpr auto Cities =
    std::to_array<std::string_view>({"Phoenix", "Los Angeles", "San Francisco", "Boise", "Portland",
                                     "Bend", "Redmond", "Seattle", "Kent", "Cheyenne"});
constexpr auto States = std::to_array<std::string_view>({"AZ", "CA", "ID", "OR", "WA", "WY"});

std::string_view one_of(std::span<const std::string_view> all, uint32_t bits) {
    return all[static_cast<size_t>(even_below(bits, static_cast<int64_t>(all.size())))];
}

// Appends a text of the person with the event's id.
using AppendText = void (*)(std::string& text, int64_t id);

void append_name(std::string& text, int64_t id) {
    Pair drawn(draws_of("person.name").bits(id));
    text += one_of(FirstNames, drawn.first);
    text += ' ';
    text += one_of(LastNames, drawn.second);
}

void append_email(std::string& text, int64_t id) {
    RowRandom random = draws_of("person.emailAddress");
    append_word(text, random.bits(2 * id), 7);
    text += '@';
    append_word(text, random.bits(2 * id + 1), 5);
    text += ".com";
}

void append_card(std::string& text, int64_t id) {
    RowRandom random = draws_of("person.creditCard");
    Pair left(random.bits(2 * id));
    Pair right(random.bits(2 * id + 1));
    auto four = [](uint32_t bits) { return even_below(bits, 10'000); };
    fmt::format_to(std::back_inserter(text), "{:04} {:04} {:04} {:04}", four(left.first),
                   four(left.second), four(right.first), four(right.second));
}

void append_city(std::string& text, int64_t id) {
    text += one_of(Cities, Pair(draws_of("person.city").bits(id)).first);
}

void append_state(std::string& text, int64_t id) {
    text += one_of(States, Pair(draws_of("person.state").bits(id)).first);
}

template <AppendText append>
std::shared_ptr<arrow::Array> texts_of_persons(const EventBatch& events) {
    return texts(events, EventKind::Person,
                 [&](std::string& text, int32_t row) { append(text, events.id(row)); });
}

std::shared_ptr<arrow::Array> person_ids(const EventBatch& events) {
    return whole_numbers(events, EventKind::Person, [&](int32_t row) {
        return FirstPerson + events.last_persons[static_cast<size_t>(row)];
    });
}

std::shared_ptr<arrow::Array> person_times(const EventBatch& events) {
    return time_values(events, EventKind::Person,
                       [&](int32_t row) { return events.times[static_cast<size_t>(row)]; });
}

std::shared_ptr<arrow::Array> person_extras(const EventBatch& events) {
    RowRandom random = draws_of("person.extra");
    std::string others;
    return texts(events, EventKind::Person, [&](std::string& text, int32_t row) {
        int64_t id = events.id(row);
        others.clear();
        for (AppendText append :
             {append_name, append_email, append_card, append_city, append_state}) {
            append(others, id);
        }
        auto bytes = static_cast<int64_t>(sizeof(int64_t) + others.size());
        append_filling(text, random.bits(id), bytes, events.rules.person_bytes);
    });
}

constexpr auto PersonFields = std::to_array<EventField>({
    {"id", Number, person_ids},
    {"name", Text, texts_of_persons<append_name>},
    {"emailAddress", Text, texts_of_persons<append_email>},
    {"creditCard", Text, texts_of_persons<append_card>},
    {"city", Text, texts_of_persons<append_city>},
    {"state", Text, texts_of_persons<append_state>},
    {"dateTime", Time, person_times},
    {"extra", Text, person_extras},
});

}  // namespace

std::span<const EventField> person_fields() {
    return PersonFields;
}

}  // namespace tarn::connectors
