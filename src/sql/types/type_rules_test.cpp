// The rules beside what Flink makes of the same types, on all pairs of tests/sql/types.

#include "sql/types/type_rules.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <span>

#include "sql/types/named_type.hpp"

namespace tarn::sql {
namespace {

const std::string Refused = "refused";

std::vector<std::string> parted(const std::string& text, const std::string& by) {
    std::vector<std::string> parts;
    for (size_t begin = 0; begin < text.size();) {
        size_t end = std::min(text.find(by, begin), text.size());
        parts.push_back(text.substr(begin, end - begin));
        begin = end + by.size();
    }
    return parts;
}

std::vector<std::vector<std::string>> rows_of(const std::string& file) {
    const char* root = std::getenv("TARN_SOURCE_DIR");
    std::ifstream in(std::filesystem::path(root ? root : ".") / "tests/sql/types" / file);
    std::vector<std::vector<std::string>> rows;
    for (std::string line; std::getline(in, line);) {
        if (!line.empty() && !line.starts_with('#')) rows.push_back(parted(line + " ", " | "));
    }
    for (auto& row : rows) {
        while (row.back().ends_with(' ')) row.back().pop_back();
    }
    return rows;
}

std::string result_of(const std::string& op, const Type& left, const Type& right) {
    static const std::map<std::string, Operator> Arithmetic = {{"+", Operator::Plus},
                                                               {"-", Operator::Minus},
                                                               {"*", Operator::Times},
                                                               {"/", Operator::Divide},
                                                               {"%", Operator::Remainder}};
    if (op == "=") return are_comparable(left, right) ? "" : Refused;
    if (op == "CAST") return can_cast(left, right) ? "" : Refused;
    if (op == "INSERT") return can_insert(left, right) ? "" : Refused;
    auto type = op == "||"     ? concatenated_type(left, right)
                : op == "CASE" ? common_type(left, right)
                               : arithmetic_type(Arithmetic.at(op), left, right);
    return type ? text_of(*type) : Refused;
}

// Where we differ: by operator and the two types, which may be a <class> of them.
class Differences {
public:
    Differences() : rows_(rows_of("differences.test")), used_(rows_.size()) {}

    std::optional<std::string> find(const std::string& op, const std::string& left,
                                    const std::string& right) {
        for (size_t i = 0; i < rows_.size(); ++i) {
            const auto& row = rows_[i];
            if (row.at(0) != op || !is_in(left, row.at(1)) || !is_in(right, row.at(2))) continue;
            used_[i] = true;
            return row.at(3);
        }
        return std::nullopt;
    }

    std::vector<std::string> unused() const {
        std::vector<std::string> all;
        for (size_t i = 0; i < rows_.size(); ++i) {
            if (!used_[i]) all.push_back(rows_[i].at(0) + " " + rows_[i].at(1));
        }
        return all;
    }

private:
    static bool is_in(const std::string& name, const std::string& group) {
        if (name == group) return true;
        Type type = named(name);
        if (group == "<number>") return is_numeric(type);
        if (group == "<integer>") return is_integer(type);
        if (group == "<bytes>") return is_bytes(type);
        if (group == "<interval>") return is_interval(type);
        bool is_day = type.kind == TypeKind::Date || type.kind == TypeKind::Time;
        if (group == "<time>") return is_day || is_timestamp(type);
        return group == "<timestamp>" && is_timestamp(type);
    }

    std::vector<std::vector<std::string>> rows_;
    std::vector<bool> used_;
};

// How many operators with left types the file holds us to.
size_t compare_with(const std::string& file, Differences& differences) {
    auto rows = rows_of(file);
    auto types = parted(rows.at(0).at(1), "; ");
    for (const auto& row : std::span(rows).subspan(1)) {
        const std::string& op = row.at(0);
        std::map<std::string, std::string> taken;
        for (const std::string& each : parted(row.size() > 2 ? row.at(2) : "", "; ")) {
            auto sides = parted(each, ": ");
            taken[sides.at(0)] = sides.size() > 1 ? sides.at(1) : "";
        }
        for (const std::string& right : types) {
            auto flinks = taken.contains(right) ? taken[right] : Refused;
            auto ours = result_of(op, named(row.at(1)), named(right));
            if (ours == flinks) continue;
            auto known = differences.find(op, row.at(1), right);
            EXPECT_EQ(ours, known.value_or(flinks)) << row.at(1) << " " << op << " " << right;
        }
    }
    return rows.size() - 1;
}

TEST(TypeRules, are_flinks_for_every_pair_of_types) {
    Differences differences;

    EXPECT_GE(compare_with("operators.test", differences), 200);
    EXPECT_GE(compare_with("inserts.test", differences), 30);
    EXPECT_TRUE(differences.unused().empty()) << differences.unused().front();
}

TEST(TypeRules, let_a_result_be_null_where_a_part_may_be) {
    Type some = named("INT"), none = named("INT NOT NULL");

    EXPECT_EQ(text_of(*arithmetic_type(Operator::Plus, none, none)), "INT NOT NULL");
    EXPECT_EQ(text_of(*arithmetic_type(Operator::Plus, none, some)), "INT");
    EXPECT_EQ(text_of(*common_type(none, named("BIGINT NOT NULL"))), "BIGINT NOT NULL");
    EXPECT_EQ(text_of(*common_type(none, named("NULL"))), "INT");
}

TEST(TypeRules, reach_into_arrays_maps_and_rows) {
    EXPECT_EQ(text_of(*common_type(named("ARRAY<INT>"), named("ARRAY<BIGINT>"))), "ARRAY<BIGINT>");
    EXPECT_EQ(text_of(*common_type(named("ROW<a INT>"), named("ROW<b DOUBLE>"))),
              "ROW<`a` DOUBLE>");
    EXPECT_EQ(common_type(named("ARRAY<INT>"), named("ARRAY<STRING>")), std::nullopt);
    EXPECT_EQ(common_type(named("ROW<a INT>"), named("ROW<a INT, b INT>")), std::nullopt);
    EXPECT_TRUE(can_cast(named("ARRAY<INT>"), named("ARRAY<STRING>")));
    EXPECT_FALSE(can_cast(named("MAP<INT, DATE>"), named("MAP<INT, INT>")));
    EXPECT_TRUE(can_insert(named("MAP<STRING, INT>"), named("MAP<STRING, BIGINT>")));
    EXPECT_FALSE(can_insert(named("ARRAY<INT>"), named("ARRAY<STRING>")));
}

}  // namespace
}  // namespace tarn::sql
