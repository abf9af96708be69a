// The sessions of keys: windows that last as long as rows come within a gap. What belongs to a
// session is for others to keep, under its number.
#pragma once

#include <queue>
#include <tuple>
#include <utility>

#include "engine/rows/key_table.hpp"
#include "engine/windows/window_time.hpp"

namespace tarn::engine {

class Sessions {
public:
    using Number = uint32_t;

    // The session that a row with this window belongs to, be it a new one. Those that the row joins
    // become one. Nothing when the row comes too late for all.
    std::optional<Number> add(std::string_view key, const sql::TimeWindow& window,
                              const WindowTime& time);
    // One that is as it was saved.
    Number restored(std::string_view key, const sql::TimeWindow& window);

    // Those that became part of others since the last call, to be forgotten.
    std::vector<Number> take_joined() { return std::exchange(joined_, {}); }
    // What the session is part of by now; of most itself.
    Number whole_of(Number number) const;

    // Those that are over, by their ends and then by age; to be forgotten. No row joins them.
    std::vector<Number> take_over(const WindowTime& time);
    void forget(Number number);

    const std::string& key(Number number) const { return keys_.key(sessions_[number].key); }
    const sql::TimeWindow& window(Number number) const { return sessions_[number].window; }
    // All are below.
    Number end() const { return static_cast<Number>(sessions_.size()); }
    // Those that are neither over nor part of others, by age.
    std::vector<Number> all() const;
    // The same of some keys.
    SavedKeys to_save(const OperatorState& state) { return state.to_save(keys_); }
    std::vector<Number> of_keys(const std::vector<KeyNumber>& keys) const;
    // One that ends no later than any of them.
    std::optional<sql::TimeWindow> first() const;

private:
    struct Session {
        sql::TimeWindow window;
        KeyNumber key;
        uint64_t age;  // rising with each session; 0 of those that rows cannot join
        Number part_of;
    };
    // When a session may be over; it may have grown since.
    struct Due {
        int64_t end;
        uint64_t age;
        Number number;

        bool operator>(const Due& other) const {
            return std::tie(end, age) > std::tie(other.end, other.age);
        }
    };

    Number start(KeyNumber key, const sql::TimeWindow& window);
    void grow(Number number, const sql::TimeWindow& by);
    void join(Number part, Number whole);
    void end_session(Number number);

    KeyTable keys_;
    std::vector<std::vector<Number>> of_keys_;  // by key, by age
    std::vector<size_t> users_of_keys_;         // by key: sessions that are not forgotten
    std::vector<Session> sessions_;
    std::vector<Number> free_;
    std::vector<Number> joined_;
    std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
    uint64_t next_age_ = 1;
};

}  // namespace tarn::engine
