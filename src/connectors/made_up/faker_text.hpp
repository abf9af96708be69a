// Texts that look real: names, places, prices, by the names that Datafaker and flink-faker give
// them. The words are Tarn's own. docs/faker.md lists all providers.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/made_up/value_maker.hpp"

namespace tarn::connectors {

// The made-up numbers of one value, one after the other.
class FakerDraws {
public:
    FakerDraws(uint64_t seed, int64_t now_ms) : random_(seed), now_ms_(now_ms) {}

    // Even over 0 .. bound-1.
    uint64_t below(uint64_t bound) { return random_.below(next_++, bound); }
    size_t place(size_t size) { return static_cast<size_t>(below(size)); }
    char one_of(std::string_view characters) { return characters[place(characters.size())]; }
    double unit() { return random_.unit(next_++); }
    // Both included; they may be any two numbers of their order.
    int64_t between(int64_t least, int64_t most) {
        uint64_t width = static_cast<uint64_t>(most) - static_cast<uint64_t>(least);
        return static_cast<int64_t>(static_cast<uint64_t>(least) + below(width + 1));
    }

    int64_t now_ms() const { return now_ms_; }

private:
    RowRandom random_;
    int64_t now_ms_;
    int64_t next_ = 0;
};

// Appends one of the texts that it stands for.
using FakerText = std::function<void(FakerDraws& draws, std::string& text)>;

// Throws InvalidInput for a provider that there is not, and for arguments that it does not take.
FakerText faker_text(std::string_view expression);

// All, as docs/faker.md writes them: "name.firstName".
std::vector<std::string> faker_providers();

}  // namespace tarn::connectors
