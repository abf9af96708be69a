// A set of row positions: which rows of one data file are deleted. It is a Roaring bitmap of 64
// bits, kept in pieces of 65,536 positions, each in the form that takes least memory: the positions
// themselves, a bit for each, or runs. What is read stays in the form it was read in, so a small
// file never becomes a large set.
#pragma once

#include <cstdint>
#include <map>
#include <variant>
#include <vector>

#include "base/byte_reader.hpp"
#include "base/bytes.hpp"

namespace tarn::iceberg {

class PositionBitmap {
public:
    // From 0 to INT64_MAX.
    void add(int64_t position);
    void add_all(const PositionBitmap& other);

    bool contains(int64_t position) const;
    int64_t cardinality() const;
    bool is_empty() const { return pieces_.empty(); }

    // Calls `use` with each position, ascending.
    template <typename Use>
    void each(const Use& use) const {
        for (const auto& [high, piece] : pieces_) {
            int64_t begin = high << 16;
            piece.each([&](uint16_t low) { use(begin | low); });
        }
    }

    // The portable form that every implementation of Roaring reads.
    Bytes to_bytes() const;
    // Throws Corrupt when the bytes are none, or something follows.
    static PositionBitmap parse(BytesView bytes);

    // The same positions, in whatever form.
    bool operator==(const PositionBitmap& other) const;

private:
    // What has the same high 48 bits.
    class Piece {
    public:
        struct Run {
            uint16_t first;
            uint16_t last;
        };
        using Values = std::vector<uint16_t>;  // ascending
        using Bits = std::vector<uint64_t>;    // a bit for each
        using Runs = std::vector<Run>;         // ascending

        Piece() = default;
        Piece(std::variant<Values, Bits, Runs> form, int32_t cardinality)
            : form_(std::move(form)), cardinality_(cardinality) {}

        void add(uint16_t low);
        bool contains(uint16_t low) const;
        int32_t cardinality() const { return cardinality_; }

        template <typename Use>
        void each(const Use& use) const {
            if (const auto* values = std::get_if<Values>(&form_)) {
                for (uint16_t value : *values) use(value);
            } else if (const auto* bits = std::get_if<Bits>(&form_)) {
                each_bit(*bits, use);
            } else {
                for (const Run& run : std::get<Runs>(form_)) {
                    for (int value = run.first; value <= run.last; ++value) {
                        use(static_cast<uint16_t>(value));
                    }
                }
            }
        }

        Runs runs() const;
        // In the smallest form; says whether that is runs.
        bool append_to(Bytes& out) const;
        static Piece read(ByteReader& in, int32_t cardinality, bool is_runs);

    private:
        template <typename Use>
        static void each_bit(const Bits& bits, const Use& use) {
            for (size_t word = 0; word < bits.size(); ++word) {
                for (uint64_t rest = bits[word]; rest != 0; rest &= rest - 1) {
                    use(static_cast<uint16_t>(word * 64 +
                                              static_cast<size_t>(__builtin_ctzll(rest))));
                }
            }
        }
        void become_bits();

        std::variant<Values, Bits, Runs> form_;
        int32_t cardinality_ = 0;
    };

    static void append_bitmap(Bytes& out, std::map<int64_t, Piece>::const_iterator begin,
                              std::map<int64_t, Piece>::const_iterator end);
    void read_bitmap(ByteReader& in, int64_t key);

    // By position >> 16; none is empty.
    std::map<int64_t, Piece> pieces_;
};

}  // namespace tarn::iceberg
