#include "connectors/made_up/faker_text.hpp"

#include <fmt/format.h>

#include <map>
#include <variant>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "connectors/made_up/faker_expression.hpp"
#include "connectors/made_up/faker_providers.hpp"

namespace tarn::connectors {
namespace {

using Provider = std::variant<FakerWords, FakerFunction>;

// Names count without capitals and underscores: Name.first_name is name.firstName.
std::string plain_name(std::string_view name) {
    std::string plain;
    for (char c : name) {
        if (c == '_') continue;
        plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    // The same providers under the names of other versions of Datafaker.
    for (std::string_view prefix : {"datetime.", "dateandtime.", "timeanddate."}) {
        if (plain.starts_with(prefix)) return "date." + plain.substr(prefix.size());
    }
    return plain;
}

template <typename Entry>
void add(std::map<std::string, Provider>& all, std::span<const Entry> entries) {
    for (const Entry& entry : entries) all.emplace(plain_name(entry.provider), entry);
}

const std::map<std::string, Provider>& all_providers() {
    static const std::map<std::string, Provider> All = [] {
        std::map<std::string, Provider> all;
        for (auto words : {people_words(), place_words(), thing_words()}) add(all, words);
        for (auto functions : {number_functions(), time_functions(), pattern_functions()}) {
            add(all, functions);
        }
        return all;
    }();
    return All;
}

const Provider& provider_of(const std::string& name) {
    auto found = all_providers().find(plain_name(name));
    if (found != all_providers().end()) return found->second;
    std::vector<std::string> known = faker_providers();
    auto nearest = nearest_name(name, known);
    std::string list = "docs/faker.md lists all that there are";
    throw Error(ErrorCode::InvalidInput, "there is no provider '{}'", name)
        .with_hint(nearest ? fmt::format("did you mean '{}'? {}", *nearest, list) : list);
}

FakerText one_of(std::vector<FakerText> choices) {
    if (choices.size() == 1) return std::move(choices.front());
    return [choices = std::move(choices)](FakerDraws& draws, std::string& text) {
        choices[draws.place(choices.size())](draws, text);
    };
}

FakerText choice_of(std::string_view choices) {
    std::vector<FakerText> texts;
    for (size_t begin = 0; begin <= choices.size();) {
        size_t end = std::min(choices.find('|', begin), choices.size());
        texts.push_back(faker_text(choices.substr(begin, end - begin)));
        begin = end + 1;
    }
    return one_of(std::move(texts));
}

FakerText called(const FakerCall& call) {
    const Provider& provider = provider_of(call.provider);
    auto refuse = [&](std::string_view taken) {
        throw Error(ErrorCode::InvalidInput, "#{{{}}} takes {}, and was given {}", call.provider,
                    taken, call.arguments.size());
    };
    if (auto* words = std::get_if<FakerWords>(&provider)) {
        if (!call.arguments.empty()) refuse("no arguments");
        return choice_of(words->choices);
    }
    const auto& function = std::get<FakerFunction>(provider);
    if (call.arguments.size() < function.arguments_min) {
        refuse(fmt::format("{} arguments or more", function.arguments_min));
    }
    if (call.arguments.size() > function.arguments_max) {
        refuse(fmt::format("{} arguments at most", function.arguments_max));
    }
    return function.text(call.arguments);
}

FakerText made_of(const FakerPiece& piece) {
    if (auto* call = std::get_if<FakerCall>(&piece)) return called(*call);
    return
        [plain = std::get<std::string>(piece)](FakerDraws&, std::string& text) { text += plain; };
}

}  // namespace

FakerText faker_text(std::string_view expression) {
    std::vector<FakerText> pieces;
    for (const FakerPiece& piece : parse_faker_expression(expression)) {
        pieces.push_back(made_of(piece));
    }
    if (pieces.size() == 1) return std::move(pieces.front());
    return [pieces = std::move(pieces)](FakerDraws& draws, std::string& text) {
        for (const FakerText& piece : pieces) piece(draws, text);
    };
}

std::vector<std::string> faker_providers() {
    std::vector<std::string> names;
    for (const auto& [plain, provider] : all_providers()) {
        std::visit([&](const auto& entry) { names.emplace_back(entry.provider); }, provider);
    }
    return names;
}

}  // namespace tarn::connectors
