// For tests: where Tarn answers otherwise than Flink on purpose. A file of them has below each
// [topic] and reason the question on one line and on the next how our answer begins; a question may
// stand there with several beginnings.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tarn::sql {

class KnownDifferences {
public:
    KnownDifferences(const std::filesystem::path& file, std::string_view topic) {
        std::ifstream lines(file);
        bool is_of_topic = false;
        std::string question;
        for (std::string line; std::getline(lines, line);) {
            if (line.empty() || line[0] == '#') continue;
            if (line[0] == '[') {
                is_of_topic = line == fmt::format("[{}]", topic);
            } else if (question.empty()) {
                question = line;
            } else {
                if (is_of_topic) beginnings_.emplace(question, line);
                question.clear();
            }
        }
    }

    bool has(const std::string& question, std::string_view answer) {
        auto [begin, end] = beginnings_.equal_range(question);
        for (auto each = begin; each != end; ++each) {
            if (!answer.starts_with(each->second)) continue;
            used_.insert({each->first, each->second});
            return true;
        }
        return false;
    }

    // Those that no answer was.
    std::vector<std::string> stale() const {
        std::vector<std::string> found;
        for (const auto& each : beginnings_) {
            if (!used_.contains(each)) found.push_back(each.first + "\n" + each.second);
        }
        return found;
    }

private:
    std::multimap<std::string, std::string> beginnings_;
    std::set<std::pair<std::string, std::string>> used_;
};

}  // namespace tarn::sql
