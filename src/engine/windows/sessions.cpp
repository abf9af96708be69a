#include "engine/windows/sessions.hpp"

#include <algorithm>

namespace tarn::engine {
namespace {

constexpr uint64_t NoAge = 0;

// As Flink merges windows that touch, a row just at the end belongs to them.
bool touch(const sql::TimeWindow& left, const sql::TimeWindow& right) {
    return left.start <= right.end && right.start <= left.end;
}

}  // namespace

std::optional<Sessions::Number> Sessions::add(std::string_view key, const sql::TimeWindow& window,
                                              const WindowTime& time) {
    std::optional<Number> found;
    KeyNumber known = keys_.find(key);
    if (known != NoKey) {
        keys_.touch(known);
        // Those that are joined leave the list.
        for (size_t i = 0; i < of_keys_[known].size();) {
            Number number = of_keys_[known][i];
            bool is_joined = touch(sessions_[number].window, window);
            if (is_joined && found) {
                join(number, *found);
                continue;
            }
            if (is_joined) {
                found = number;
                grow(number, window);
            }
            ++i;
        }
    }
    if (found || time.is_late(window)) return found;
    KeyNumber number = known == NoKey ? keys_.add(key).number : known;
    return start(number, window);
}

Sessions::Number Sessions::restored(std::string_view key, const sql::TimeWindow& window) {
    return start(keys_.add(key).number, window);
}

Sessions::Number Sessions::start(KeyNumber key, const sql::TimeWindow& window) {
    if (key >= of_keys_.size()) {
        of_keys_.resize(size_t{key} + 1);
        users_of_keys_.resize(size_t{key} + 1);
    }
    Number number = end();
    if (free_.empty()) {
        sessions_.emplace_back();
    } else {
        number = free_.back();
        free_.pop_back();
    }
    sessions_[number] = {window, key, next_age_++, number};
    of_keys_[key].push_back(number);
    ++users_of_keys_[key];
    due_.push({window.end, sessions_[number].age, number});
    return number;
}

void Sessions::grow(Number number, const sql::TimeWindow& by) {
    sql::TimeWindow& window = sessions_[number].window;
    window = {std::min(window.start, by.start), std::max(window.end, by.end)};
}

void Sessions::join(Number part, Number whole) {
    grow(whole, sessions_[part].window);
    end_session(part);
    sessions_[part].part_of = whole;
    joined_.push_back(part);
}

// No row finds it any more.
void Sessions::end_session(Number number) {
    Session& session = sessions_[number];
    session.age = NoAge;
    std::erase(of_keys_[session.key], number);
}

Sessions::Number Sessions::whole_of(Number number) const {
    while (sessions_[number].part_of != number) number = sessions_[number].part_of;
    return number;
}

std::vector<Sessions::Number> Sessions::take_over(const WindowTime& time) {
    std::vector<Number> over;
    while (!due_.empty() && time.is_over({0, due_.top().end})) {
        Due due = due_.top();
        due_.pop();
        const Session& session = sessions_[due.number];
        if (session.age != due.age) continue;
        if (session.window.end > due.end) {
            due_.push({session.window.end, due.age, due.number});
        } else {
            end_session(due.number);
            over.push_back(due.number);
        }
    }
    return over;
}

void Sessions::forget(Number number) {
    KeyNumber key = sessions_[number].key;
    keys_.touch(key);
    if (--users_of_keys_[key] == 0) keys_.forget(key);
    free_.push_back(number);
}

std::vector<Sessions::Number> Sessions::of_keys(const std::vector<KeyNumber>& keys) const {
    std::vector<Number> numbers;
    for (KeyNumber key : keys) std::ranges::copy(of_keys_[key], std::back_inserter(numbers));
    std::ranges::sort(numbers, {}, [&](Number number) { return sessions_[number].age; });
    return numbers;
}

std::vector<Sessions::Number> Sessions::all() const {
    std::vector<Number> numbers;
    for (Number number = 0; number < end(); ++number) {
        if (sessions_[number].age != NoAge) numbers.push_back(number);
    }
    std::ranges::sort(numbers, {}, [&](Number number) { return sessions_[number].age; });
    return numbers;
}

std::optional<sql::TimeWindow> Sessions::first() const {
    if (due_.empty()) return std::nullopt;
    return sql::TimeWindow{0, due_.top().end};
}

}  // namespace tarn::engine
