#include "connectors/nexmark/draws.hpp"

#include <algorithm>
#include <cmath>

namespace tarn::connectors {
namespace {

char small_letter(uint32_t bits) {
    return static_cast<char>('a' + even_below(bits, 26));
}

// Fillings are parts of one text: nobody looks at their letters, and copying is fast.
const std::string& letters() {
    static const std::string all = [] {
        constexpr int64_t Length = 1 << 20;
        RowRandom random = draws_of("letters");
        std::string text;
        for (int64_t i = 0; i < Length; ++i) text += small_letter(Pair(random.bits(i)).first);
        return text;
    }();
    return all;
}

}  // namespace

RowRandom draws_of(std::string_view field) {
    return RowRandom(0).other(field);
}

int64_t drawn_price(uint64_t bits) {
    constexpr double BinaryOrders = 6 * 3.321928094887362;  // of 10^6
    double share = static_cast<double>(bits >> 11) * 0x1p-53;
    return static_cast<int64_t>(std::exp2(share * BinaryOrders) * 100.0 + 0.5);
}

int64_t drawn_person(uint32_t bits, int64_t last_person) {
    constexpr int64_t ActiveMax = 1'000;
    constexpr int64_t Ahead = 10;
    int64_t active = std::min(last_person + 1, ActiveMax);
    return last_person + 1 - active + even_below(bits, active + Ahead);
}

void append_word(std::string& text, uint64_t bits, int64_t most, char blank) {
    constexpr int64_t LeastLength = 3;
    constexpr int64_t BlankEvery = 13;
    RowRandom random(bits);
    int64_t length = LeastLength + static_cast<int64_t>(
                                       random.below(0, static_cast<uint64_t>(most - LeastLength)));
    size_t begin = text.size();
    for (int64_t i = 1; i <= length; ++i) {
        Pair drawn(random.bits(i));
        text += even_below(drawn.first, BlankEvery) == 0 ? blank : small_letter(drawn.second);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    text.resize(std::max(text.size(), begin));
    text.erase(begin, std::min(text.find_first_not_of(' ', begin), text.size()) - begin);
}

void append_filling(std::string& text, uint64_t bits, int64_t bytes, int64_t average) {
    if (bytes > average) return;
    int64_t rest = average - bytes;
    int64_t fifth = std::llround(static_cast<double>(rest) * 0.2);
    Pair drawn(bits);
    int64_t length = rest - fifth + even_below(drawn.first, 2 * fifth);
    const std::string& all = letters();
    auto begin = even_below(drawn.second, static_cast<int64_t>(all.size()) - length);
    text.append(all, static_cast<size_t>(begin), static_cast<size_t>(length));
}

}  // namespace tarn::connectors
