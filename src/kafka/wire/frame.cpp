#include "kafka/wire/frame.hpp"

#include "base/error.hpp"

namespace tarn::kafka {

int64_t Frame::size() const {
    auto size = static_cast<int64_t>(bytes_.size());
    for (const Insertion& insertion : insertions_) size += insertion.slice.size;
    return size;
}

std::vector<Frame::Piece> Frame::pieces() const {
    std::vector<Piece> pieces;
    size_t from = 0;
    auto add_bytes_until = [&](size_t to) {
        if (to > from) pieces.emplace_back(BytesView(bytes_).subspan(from, to - from));
        from = to;
    };
    for (const Insertion& insertion : insertions_) {
        add_bytes_until(insertion.at);
        pieces.emplace_back(insertion.slice);
    }
    add_bytes_until(bytes_.size());
    return pieces;
}

Bytes Frame::flat() const {
    Bytes all;
    all.reserve(static_cast<size_t>(size()));
    for (const Piece& piece : pieces()) {
        if (const auto* bytes = std::get_if<BytesView>(&piece)) {
            all.insert(all.end(), bytes->begin(), bytes->end());
            continue;
        }
        const auto& slice = std::get<log::Slice>(piece);
        Bytes bytes = slice.file->read_at(slice.offset, slice.size);
        // The size has been promised; a shorter frame would shift all that follows it.
        if (static_cast<int64_t>(bytes.size()) != slice.size) {
            throw Error(ErrorCode::Corrupt, "kafka: a log file ends {} bytes early",
                        slice.size - static_cast<int64_t>(bytes.size()));
        }
        all.insert(all.end(), bytes.begin(), bytes.end());
    }
    return all;
}

}  // namespace tarn::kafka
