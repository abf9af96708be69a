#include "iceberg/format/position_bitmap.hpp"

#include <algorithm>
#include <bit>

#include "base/assert.hpp"
#include "base/error.hpp"

namespace tarn::iceberg {
namespace {

constexpr size_t BitWords = 1024;
constexpr int32_t ValuesMax = 4096;  // more take less room as bits
constexpr uint32_t CookieWithRuns = 12'347;
constexpr uint32_t CookieWithoutRuns = 12'346;
constexpr size_t PiecesWithoutOffsets = 4;  // fewer have none, if there are runs
constexpr size_t PiecesMax = 1 << 16;

template <typename... Args>
[[noreturn]] void fail_corrupt(fmt::format_string<Args...> text, Args&&... args) {
    throw Error(ErrorCode::Corrupt, "roaring bitmap: {}",
                fmt::format(text, std::forward<Args>(args)...));
}

template <typename T>
void append_little_endian(Bytes& out, T value) {
    auto bytes = std::as_bytes(std::span(&value, 1));
    out.insert(out.end(), bytes.begin(), bytes.end());
}

}  // namespace

void PositionBitmap::Piece::add(uint16_t low) {
    if (contains(low)) return;
    auto* values = std::get_if<Values>(&form_);
    if (values && cardinality_ < ValuesMax) {
        // Most positions arrive in their order.
        bool is_last = values->empty() || values->back() < low;
        values->insert(is_last ? values->end() : std::ranges::lower_bound(*values, low), low);
    } else {
        become_bits();
        std::get<Bits>(form_)[low / 64] |= uint64_t{1} << low % 64;
    }
    ++cardinality_;
}

void PositionBitmap::Piece::become_bits() {
    if (std::holds_alternative<Bits>(form_)) return;
    Bits bits(BitWords);
    each([&](uint16_t low) { bits[low / 64] |= uint64_t{1} << low % 64; });
    form_ = std::move(bits);
}

bool PositionBitmap::Piece::contains(uint16_t low) const {
    if (const auto* values = std::get_if<Values>(&form_)) {
        return std::ranges::binary_search(*values, low);
    }
    if (const auto* bits = std::get_if<Bits>(&form_)) {
        return (*bits)[low / 64] >> low % 64 & 1;
    }
    const auto& runs = std::get<Runs>(form_);
    auto found = std::ranges::lower_bound(runs, low, {}, &Run::last);
    return found != runs.end() && found->first <= low;
}

PositionBitmap::Piece::Runs PositionBitmap::Piece::runs() const {
    Runs runs;
    each([&](uint16_t low) {
        if (!runs.empty() && runs.back().last + 1 == low) {
            runs.back().last = low;
        } else {
            runs.push_back({low, low});
        }
    });
    return runs;
}

bool PositionBitmap::Piece::append_to(Bytes& out) const {
    Runs as_runs = runs();
    size_t plain_bytes = cardinality_ <= ValuesMax ? 2 * static_cast<size_t>(cardinality_) + 2
                                                   : BitWords * sizeof(uint64_t);
    if (2 + 4 * as_runs.size() < plain_bytes) {
        append_little_endian(out, static_cast<uint16_t>(as_runs.size()));
        for (const Run& run : as_runs) {
            append_little_endian(out, run.first);
            append_little_endian(out, static_cast<uint16_t>(run.last - run.first));
        }
        return true;
    }
    if (cardinality_ <= ValuesMax) {
        each([&](uint16_t low) { append_little_endian(out, low); });
    } else {
        Bits bits(BitWords);
        each([&](uint16_t low) { bits[low / 64] |= uint64_t{1} << low % 64; });
        for (uint64_t word : bits) append_little_endian(out, word);
    }
    return false;
}

PositionBitmap::Piece PositionBitmap::Piece::read(ByteReader& in, int32_t cardinality,
                                                  bool is_runs) {
    int32_t found = 0;
    int32_t next_min = 0;
    auto check_order = [&](uint16_t value) {
        if (value < next_min) fail_corrupt("{} comes after {}", value, next_min - 1);
    };
    std::variant<Values, Bits, Runs> form;
    if (is_runs) {
        Runs runs;
        for (int count = in.take_little_endian<uint16_t>(); count > 0; --count) {
            auto first = in.take_little_endian<uint16_t>();
            int32_t last = first + in.take_little_endian<uint16_t>();
            check_order(first);
            if (last > UINT16_MAX) fail_corrupt("a run up to {}", last);
            runs.push_back({first, static_cast<uint16_t>(last)});
            next_min = last + 1;
            found += last - first + 1;
        }
        form = std::move(runs);
    } else if (cardinality <= ValuesMax) {
        Values values;
        for (; found < cardinality; ++found) {
            values.push_back(in.take_little_endian<uint16_t>());
            check_order(values.back());
            next_min = values.back() + 1;
        }
        form = std::move(values);
    } else {
        Bits bits(BitWords);
        for (uint64_t& word : bits) {
            word = in.take_little_endian<uint64_t>();
            found += std::popcount(word);
        }
        form = std::move(bits);
    }
    if (found != cardinality) fail_corrupt("{} values where {} are promised", found, cardinality);
    return {std::move(form), cardinality};
}

void PositionBitmap::add(int64_t position) {
    TARN_ASSERT(position >= 0);
    pieces_[position >> 16].add(static_cast<uint16_t>(position));
}

void PositionBitmap::add_all(const PositionBitmap& other) {
    for (const auto& [high, piece] : other.pieces_) {
        auto [found, is_new] = pieces_.try_emplace(high, piece);
        if (is_new) continue;
        Piece& ours = found->second;
        piece.each([&](uint16_t low) { ours.add(low); });
    }
}

bool PositionBitmap::contains(int64_t position) const {
    auto found = pieces_.find(position >> 16);
    return found != pieces_.end() && found->second.contains(static_cast<uint16_t>(position));
}

int64_t PositionBitmap::cardinality() const {
    int64_t sum = 0;
    for (const auto& [high, piece] : pieces_) sum += piece.cardinality();
    return sum;
}

Bytes PositionBitmap::to_bytes() const {
    uint64_t bitmap_count = 0;
    Bytes bitmaps;
    for (auto begin = pieces_.begin(); begin != pieces_.end(); ++bitmap_count) {
        int64_t key = begin->first >> 16;
        auto end = pieces_.lower_bound((key + 1) << 16);
        append_little_endian(bitmaps, static_cast<uint32_t>(key));
        append_bitmap(bitmaps, begin, end);
        begin = end;
    }
    Bytes out;
    append_little_endian(out, bitmap_count);
    out.insert(out.end(), bitmaps.begin(), bitmaps.end());
    return out;
}

// One bitmap of 32 bits: what its pieces are, where they begin, and the pieces.
void PositionBitmap::append_bitmap(Bytes& out, std::map<int64_t, Piece>::const_iterator begin,
                                   std::map<int64_t, Piece>::const_iterator end) {
    Bytes descriptions;
    Bytes pieces;
    std::vector<size_t> begins;
    std::vector<uint8_t> run_flags;
    bool has_runs = false;
    for (auto each = begin; each != end; ++each) {
        append_little_endian(descriptions, static_cast<uint16_t>(each->first));
        append_little_endian(descriptions, static_cast<uint16_t>(each->second.cardinality() - 1));
        size_t index = begins.size();
        begins.push_back(pieces.size());
        if (index % 8 == 0) run_flags.push_back(0);
        if (each->second.append_to(pieces)) {
            run_flags.back() |= static_cast<uint8_t>(1U << index % 8);
            has_runs = true;
        }
    }
    size_t start = out.size();
    auto count = static_cast<uint32_t>(begins.size());
    if (has_runs) {
        append_little_endian(out, CookieWithRuns | (count - 1) << 16);
        for (uint8_t flags : run_flags) append_little_endian(out, flags);
    } else {
        append_little_endian(out, CookieWithoutRuns);
        append_little_endian(out, count);
    }
    out.insert(out.end(), descriptions.begin(), descriptions.end());
    if (!has_runs || count >= PiecesWithoutOffsets) {
        size_t header_bytes = out.size() - start + begins.size() * sizeof(uint32_t);
        for (size_t piece : begins) {
            append_little_endian(out, static_cast<uint32_t>(header_bytes + piece));
        }
    }
    out.insert(out.end(), pieces.begin(), pieces.end());
}

PositionBitmap PositionBitmap::parse(BytesView bytes) {
    ByteReader in(bytes, "roaring bitmap");
    PositionBitmap bitmap;
    int64_t key_min = 0;
    // Each bitmap takes bytes, so a count that lies runs into the end.
    for (auto count = in.take_little_endian<uint64_t>(); count > 0; --count) {
        int64_t key = in.take_little_endian<uint32_t>();
        if (key < key_min) fail_corrupt("the key {} comes after {}", key, key_min - 1);
        if (key > INT32_MAX) fail_corrupt("the key {} makes positions below zero", key);
        bitmap.read_bitmap(in, key);
        key_min = key + 1;
    }
    if (!in.is_at_end()) fail_corrupt("{} bytes after the last", in.remaining());
    return bitmap;
}

void PositionBitmap::read_bitmap(ByteReader& in, int64_t key) {
    auto cookie = in.take_little_endian<uint32_t>();
    bool has_runs = (cookie & 0xFFFF) == CookieWithRuns;
    if (!has_runs && cookie != CookieWithoutRuns) fail_corrupt("the cookie is {}", cookie);
    size_t count = has_runs ? (cookie >> 16) + 1 : in.take_little_endian<uint32_t>();
    if (count > PiecesMax) fail_corrupt("{} containers", count);
    BytesView run_flags = in.take(has_runs ? (count + 7) / 8 : 0);
    ByteReader descriptions(in.take(count * 4), "roaring bitmap");
    // Where the pieces begin is for those who jump to one.
    if (!has_runs || count >= PiecesWithoutOffsets) in.take(count * sizeof(uint32_t));

    int64_t low_key_min = 0;
    for (size_t i = 0; i < count; ++i) {
        int64_t low_key = descriptions.take_little_endian<uint16_t>();
        int32_t cardinality = descriptions.take_little_endian<uint16_t>() + 1;
        if (low_key < low_key_min) fail_corrupt("container {} after {}", low_key, low_key_min - 1);
        bool is_runs = has_runs && (static_cast<uint8_t>(run_flags[i / 8]) >> i % 8 & 1);
        pieces_.emplace_hint(pieces_.end(), key << 16 | low_key,
                             Piece::read(in, cardinality, is_runs));
        low_key_min = low_key + 1;
    }
}

bool PositionBitmap::operator==(const PositionBitmap& other) const {
    return to_bytes() == other.to_bytes();
}

}  // namespace tarn::iceberg
