// What stands where a broker should: it says the same whatever it is told, and closes.
#pragma once

#include <string>

#include "kafka/client/stream.hpp"

namespace tarn::kafka::client {

class Stranger : public Stream {
public:
    explicit Stranger(std::string words) : words_(std::move(words)) {}

    void write(BytesView, Ticks) override {}
    size_t read_some(std::span<std::byte> room, Ticks) override {
        if (words_.empty()) throw ClosedError();
        size_t count = words_.copy(reinterpret_cast<char*>(room.data()), room.size());
        words_.erase(0, count);
        return count;
    }

private:
    std::string words_;
};

}  // namespace tarn::kafka::client
