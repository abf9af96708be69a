// For tests: the changes that a query without end gives, each with the row that caused it, and what
// of them can be compared when only some of their order is determined. The answers of
// tests/sql/changelogs/*.test are read into this; README.md in that folder has the format.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace tarn::sql {

struct Change {
    std::string kind;  // "+I", "-U", "+U" or "-D"
    std::string row;   // "1 | 'a'"

    bool operator==(const Change&) const = default;

    bool takes_back() const { return kind[0] == '-'; }
};

class Changelog {
public:
    // The step in which all tables end, each with its last watermark.
    static constexpr int End = 1'000'000;

    // The lines of an answer below the one that names the columns.
    static Changelog parse(std::span<const std::string> lines) {
        Changelog found;
        int step = -1;
        for (const std::string& line : lines) {
            if (line.starts_with("@ ")) {
                step = step_of(line.substr(2));
            } else if (step >= 0 && line.size() > 4 && line.substr(2, 3) == " | ") {
                found.give(step, line.substr(0, 2), line.substr(5));
            } else {
                throw std::invalid_argument("cannot read this change: " + line);
            }
        }
        return found;
    }

    // That the script's row `step`, counted from 1, or End caused this change. What needs no row
    // comes in step 0.
    void give(int step, std::string kind, std::string row) {
        steps_[step].push_back({std::move(kind), std::move(row)});
    }

    // As the file has it: every change in its order.
    std::string text() const {
        std::string text;
        for (const auto& [step, changes] : steps_) {
            text += step == End ? "@ end\n" : fmt::format("@ {}\n", step);
            for (const Change& each : changes) {
                text += fmt::format("{} | {}\n", each.kind, each.row);
            }
        }
        return text;
    }

    // The changes of each step by their rows, for a comparison of multisets. Of changes of the same
    // row those that take it back stand first.
    Changelog sorted() const {
        Changelog found = *this;
        for (auto& [step, changes] : found.steps_) {
            std::ranges::sort(changes, [](const Change& a, const Change& b) {
                return std::tuple(a.row, !a.takes_back(), a.kind) <
                       std::tuple(b.row, !b.takes_back(), b.kind);
            });
        }
        return found;
    }

    // What each step comes to: a row put there is `+`, one taken back is `-`, and what is both in
    // one step is nothing.
    Changelog net() const {
        Changelog found;
        for (const auto& [step, changes] : steps_) {
            for (const auto& [row, count] : counts_of(changes)) {
                for (int i = 0; i < std::abs(count); ++i) {
                    found.give(step, count < 0 ? "-" : "+", row);
                }
            }
        }
        return found;
    }

    // The rows that are left at the end, sorted. When updates bring no row to take back, the places
    // of the key's columns tell which row they replace.
    std::vector<std::string> rows(std::span<const size_t> key = {}) const {
        return key.empty() ? rows_left() : rows_by(key);
    }

    // The first row that is taken back and was not there; empty when there is none.
    std::string missing_row() const {
        std::map<std::string, int> counts;
        for (const auto& [step, changes] : steps_) {
            for (const Change& each : changes) {
                int& count = counts[each.row];
                count += each.takes_back() ? -1 : 1;
                if (count < 0) return each.row;
            }
        }
        return "";
    }

    const std::map<int, std::vector<Change>>& steps() const { return steps_; }

    bool operator==(const Changelog&) const = default;

private:
    static int step_of(const std::string& text) {
        if (text == "end") return End;
        int step = 0;
        auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), step);
        bool is_number = error == std::errc() && end == text.data() + text.size();
        if (!is_number || step < 0) throw std::invalid_argument("no step is called " + text);
        return step;
    }

    static std::map<std::string, int> counts_of(const std::vector<Change>& changes) {
        std::map<std::string, int> counts;
        for (const Change& each : changes) counts[each.row] += each.takes_back() ? -1 : 1;
        return counts;
    }

    std::vector<std::string> rows_left() const {
        std::map<std::string, int> counts;
        for (const auto& [step, changes] : steps_) {
            for (const auto& [row, count] : counts_of(changes)) counts[row] += count;
        }
        std::vector<std::string> rows;
        for (const auto& [row, count] : counts) rows.insert(rows.end(), std::max(count, 0), row);
        return rows;
    }

    std::vector<std::string> rows_by(std::span<const size_t> key) const {
        std::map<std::string, std::string> kept;
        for (const auto& [step, changes] : steps_) {
            for (const Change& each : changes) {
                if (each.takes_back()) {
                    kept.erase(key_of(each.row, key));
                } else {
                    kept[key_of(each.row, key)] = each.row;
                }
            }
        }
        std::vector<std::string> rows;
        for (const auto& [key_text, row] : kept) rows.push_back(row);
        std::ranges::sort(rows);
        return rows;
    }

    // No value has ` | ` in its text: the files write that sign as an escape.
    static std::string key_of(const std::string& row, std::span<const size_t> key) {
        std::vector<std::string> values;
        for (size_t begin = 0; begin <= row.size();) {
            size_t end = std::min(row.find(" | ", begin), row.size());
            values.push_back(row.substr(begin, end - begin));
            begin = end + 3;
        }
        std::string text;
        for (size_t column : key) text += values.at(column) + " | ";
        return text;
    }

    std::map<int, std::vector<Change>> steps_;
};

}  // namespace tarn::sql
