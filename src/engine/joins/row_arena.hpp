// Bytes of rows in large pieces: a row costs no allocation of its own. A row that goes leaves its
// bytes behind until whoever holds the views moves the rest to a new arena.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

namespace tarn::engine {

class RowArena {
public:
    std::string_view add(std::string_view row);
    void drop(std::string_view row) { dropped_ += row.size(); }

    // Whether more than half of it is of rows that are gone.
    bool is_worth_moving() const { return dropped_ > PieceBytes && dropped_ * 2 > added_; }
    size_t bytes() const { return bytes_; }

private:
    static constexpr size_t PieceBytes = 1 << 16;

    std::vector<std::unique_ptr<char[]>> pieces_;
    char* next_ = nullptr;
    size_t left_ = 0;
    size_t added_ = 0;
    size_t dropped_ = 0;
    size_t bytes_ = 0;
};

}  // namespace tarn::engine
