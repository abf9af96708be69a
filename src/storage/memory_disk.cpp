#include "storage/memory_disk.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "base/assert.hpp"

namespace tarn::storage {

namespace {

// One file's content, as the process sees it and as it would be after a loss of power.
struct Node {
    Bytes content;
    Bytes synced;
    WallTime modified_at{};
    bool is_broken = false;
    std::optional<Bytes> note = {};
};

using Names = std::map<std::string, std::shared_ptr<Node>, std::less<>>;

std::string prefix_of(std::string_view folder) {
    return folder.empty() ? "" : fmt::format("{}/", folder);
}

std::string_view folder_of(std::string_view path) {
    size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? "" : path.substr(0, slash);
}

// The names that start with `prefix`.
std::pair<Names::iterator, Names::iterator> below(Names& names, const std::string& prefix) {
    auto first = names.lower_bound(prefix);
    auto last = std::find_if(first, names.end(),
                             [&](const auto& named) { return !named.first.starts_with(prefix); });
    return {first, last};
}

void lose_unsynced(Node& node, Random* random) {
    size_t kept = node.synced.size();
    bool has_grown = node.content.size() > kept &&
                     std::equal(node.synced.begin(), node.synced.end(), node.content.begin());
    if (random && has_grown) {
        node.content.resize(kept + random->below(node.content.size() - kept + 1));
        node.synced = node.content;
    } else {
        node.content = node.synced;
    }
    node.is_broken = false;
}

}  // namespace

struct MemoryDisk::State {
    // One call from its start to its end: it holds the lock and knows the fault that is due.
    struct Turn {
        std::unique_lock<std::mutex> lock;
        std::optional<Fault> fault;
        std::string path;

        bool is_torn() const { return fault && fault->effect == Effect::Torn; }
        void fail() const { throw Error(fault->code, "{}: this failure was asked for", path); }
        // The work is done; the answer may be lost.
        void finish() const {
            if (fault) fail();
        }
    };

    Turn begin(Call call, std::string_view path) {
        if (action) action(call, path);
        Turn turn{std::unique_lock(mutex), due_fault(call), std::string(path)};
        if (turn.fault && turn.fault->effect == Effect::None) turn.fail();
        return turn;
    }

    // For what was opened when `life` was lived.
    Turn begin(Call call, std::string_view path, int life) {
        Turn turn = begin(call, path);
        if (life != lives) {
            throw Error(ErrorCode::Unavailable, "{}: power was lost since it was opened", path);
        }
        return turn;
    }

    std::optional<Fault> due_fault(Call call) {
        std::optional<Fault> due;
        for (auto fault = faults.begin(); fault != faults.end();) {
            bool is_due = fault->call == call && --fault->nth == 0;
            if (is_due) due = *fault;
            fault = is_due ? faults.erase(fault) : std::next(fault);
        }
        return due;
    }

    std::shared_ptr<Node> find(std::string_view path) const {
        auto named = names.find(path);
        if (named == names.end()) throw Error(ErrorCode::NotFound, "{} is not there", path);
        return named->second;
    }

    // As on a real disk, a name is a file or a folder.
    void refuse_misplaced(std::string_view path) {
        for (auto folder = folder_of(path); !folder.empty(); folder = folder_of(folder)) {
            if (!names.contains(folder)) continue;
            throw Error(ErrorCode::Conflict, "cannot write {}: {} is a file", path, folder);
        }
        auto [first, last] = below(names, prefix_of(path));
        if (first != last) throw Error(ErrorCode::Conflict, "{} is a folder", path);
    }

    void append(Node& node, BytesView bytes, const Turn& turn) {
        if (node.is_broken) {
            throw Error(ErrorCode::Corrupt, "{}: an earlier write or sync of it failed", turn.path);
        }
        if (bytes_max) refuse_if_full(node, bytes, turn.path);
        if (turn.is_torn()) {
            bytes = bytes.first(std::min(bytes.size(), turn.fault->torn_after));
            node.is_broken = true;
        }
        node.content.insert(node.content.end(), bytes.begin(), bytes.end());
        node.modified_at = clock.now();
    }

    void refuse_if_full(const Node& node, BytesView bytes, std::string_view path) const {
        // The node may have no name yet.
        std::set<const Node*> nodes = {&node};
        for (const auto& [name, named] : names) nodes.insert(named.get());
        int64_t stored = 0;
        for (const Node* each : nodes) stored += static_cast<int64_t>(each->content.size());
        if (stored + static_cast<int64_t>(bytes.size()) <= *bytes_max) return;
        throw Error(ErrorCode::StorageFull, "cannot write {}: {} of {} bytes are used", path,
                    stored, *bytes_max);
    }

    void publish(std::string_view path, std::shared_ptr<Node> node, WriteOptions options) {
        refuse_misplaced(path);
        node->modified_at = clock.now();
        names[std::string(path)] = node;
        if (options.durability == Durability::Buffered) return;
        node->synced = node->content;
        sync_names(folder_of(path));
    }

    void sync_names(std::string_view folder) {
        std::string prefix = prefix_of(folder);
        auto is_inside = [&](const auto& named) {
            return named.first.starts_with(prefix) && folder_of(named.first) == folder;
        };
        std::erase_if(synced_names, is_inside);
        std::copy_if(names.begin(), names.end(), std::inserter(synced_names, synced_names.begin()),
                     is_inside);
    }

    void lose_power(Random* random) {
        std::lock_guard lock(mutex);
        ++lives;
        bool names_are_kept = random && random->below(2) == 1;
        if (!names_are_kept) names = synced_names;
        for (auto& [path, node] : names) lose_unsynced(*node, random);
        synced_names = names;
    }

    explicit State(const Clock& clock) : clock(clock) {}

    const Clock& clock;
    std::function<void(Call, std::string_view)> action;
    std::mutex mutex;
    Names names;
    Names synced_names;
    std::vector<Fault> faults;
    std::optional<int64_t> bytes_max;
    int lives = 1;
};

class MemoryDisk::MemoryFile : public File {
public:
    MemoryFile(std::shared_ptr<State> state, std::string_view path, std::shared_ptr<Node> node)
        : state_(std::move(state)), path_(path), node_(std::move(node)), life_(state_->lives) {}

    int64_t size() const override {
        std::lock_guard lock(state_->mutex);
        return static_cast<int64_t>(node_->content.size());
    }

    size_t read_at(int64_t offset, std::span<std::byte> into) const override {
        TARN_ASSERT(offset >= 0);
        auto turn = state_->begin(Call::Read, path_, life_);
        size_t start = std::min(static_cast<size_t>(offset), node_->content.size());
        size_t count = std::min(into.size(), node_->content.size() - start);
        std::copy_n(node_->content.begin() + static_cast<ptrdiff_t>(start), count, into.begin());
        turn.finish();
        return count;
    }

    void append(BytesView bytes) override {
        auto turn = state_->begin(Call::Append, path_, life_);
        state_->append(*node_, bytes, turn);
        turn.finish();
    }

    void truncate(int64_t size) override {
        auto turn = state_->begin(Call::Truncate, path_, life_);
        refuse_if_broken();
        TARN_ASSERT(size >= 0 && static_cast<size_t>(size) <= node_->content.size());
        node_->content.resize(static_cast<size_t>(size));
        turn.finish();
    }

    void sync() override {
        try {
            auto turn = state_->begin(Call::Sync, path_, life_);
            refuse_if_broken();
            node_->synced = node_->content;
            turn.finish();
        } catch (const Error&) {
            std::lock_guard lock(state_->mutex);
            node_->is_broken = life_ == state_->lives;
            throw;
        }
    }

private:
    void refuse_if_broken() const {
        if (node_->is_broken) {
            throw Error(ErrorCode::Corrupt, "{}: an earlier write or sync of it failed", path_);
        }
    }

    std::shared_ptr<State> state_;
    std::string path_;
    std::shared_ptr<Node> node_;
    int life_;
};

class MemoryDisk::MemoryWriter : public DiskWriter {
public:
    MemoryWriter(std::shared_ptr<State> state, std::string_view path, WriteOptions options)
        : state_(std::move(state)), path_(path), options_(options), life_(state_->lives) {}

private:
    void write_next(BytesView bytes) override {
        auto turn = state_->begin(Call::Append, path_, life_);
        state_->append(*node_, bytes, turn);
        turn.finish();
    }

    void close_whole() override {
        auto turn = state_->begin(Call::Publish, path_, life_);
        state_->publish(path_, node_, options_);
        turn.finish();
    }

    void keep_note(BytesView note) override { node_->note = copy_of(note); }

    bool close_whole_if_absent() override {
        auto turn = state_->begin(Call::Publish, path_, life_);
        bool is_free = !state_->names.contains(path_);
        if (is_free) state_->publish(path_, node_, options_);
        turn.finish();
        return is_free;
    }

    std::shared_ptr<State> state_;
    std::string path_;
    WriteOptions options_;
    std::shared_ptr<Node> node_ = std::make_shared<Node>();
    int life_;
};

MemoryDisk::MemoryDisk(Uri root, const Clock& clock)
    : Disk(std::move(root)), state_(std::make_shared<State>(clock)) {}

MemoryDisk::~MemoryDisk() = default;

void MemoryDisk::inject(Fault fault) {
    TARN_ASSERT(fault.nth >= 1);
    TARN_ASSERT(fault.effect != Effect::Torn || fault.call == Call::Append);
    std::lock_guard lock(state_->mutex);
    state_->faults.push_back(fault);
}

void MemoryDisk::limit_size(int64_t bytes_max) {
    std::lock_guard lock(state_->mutex);
    state_->bytes_max = bytes_max;
}

void MemoryDisk::before_each_call(std::function<void(Call, std::string_view path)> action) {
    state_->action = std::move(action);
}

void MemoryDisk::lose_power() {
    state_->lose_power(nullptr);
}

void MemoryDisk::lose_power(Random& random) {
    state_->lose_power(&random);
}

std::unique_ptr<Reader> MemoryDisk::open_reader_checked(std::string_view path) const {
    auto turn = state_->begin(Call::Open, path);
    auto reader = std::make_unique<MemoryFile>(state_, path, state_->find(path));
    turn.finish();
    return reader;
}

bool MemoryDisk::create_checked(std::string_view path, BytesView content, WriteOptions options) {
    auto turn = state_->begin(Call::Publish, path);
    bool is_free = !state_->names.contains(path);
    if (is_free) {
        auto node = std::make_shared<Node>();
        state_->append(*node, content, turn);
        state_->publish(path, node, options);
    }
    turn.finish();
    return is_free;
}

std::optional<Entry> MemoryDisk::stat_checked(std::string_view path) const {
    auto turn = state_->begin(Call::List, path);
    turn.finish();
    auto named = state_->names.find(path);
    if (named == state_->names.end()) return std::nullopt;
    return Entry{.path = std::string(path),
                 .size = static_cast<int64_t>(named->second->content.size()),
                 .modified_at = named->second->modified_at};
}

std::vector<Entry> MemoryDisk::list_checked(std::string_view folder, Depth depth) const {
    auto turn = state_->begin(Call::List, folder);
    turn.finish();
    std::vector<Entry> entries;
    std::string prefix = prefix_of(folder);
    auto [first, last] = below(state_->names, prefix);
    for (auto named = first; named != last; ++named) {
        const auto& [path, node] = *named;
        size_t slash = path.find('/', prefix.size());
        if (depth == Depth::AllBelow || slash == std::string::npos) {
            entries.push_back({.path = path,
                               .size = static_cast<int64_t>(node->content.size()),
                               .modified_at = node->modified_at});
        } else if (entries.empty() || entries.back().path != path.substr(0, slash)) {
            entries.push_back({.path = path.substr(0, slash), .is_folder = true});
        }
    }
    return entries;
}

void MemoryDisk::remove_checked(std::span<const std::string> paths) {
    for (const std::string& path : paths) {
        auto turn = state_->begin(Call::Remove, path);
        state_->names.erase(path);
        turn.finish();
    }
}

void MemoryDisk::remove_folder_checked(std::string_view folder) {
    auto turn = state_->begin(Call::Remove, folder);
    auto [first, last] = below(state_->names, prefix_of(folder));
    state_->names.erase(first, last);
    turn.finish();
}

std::unique_ptr<File> MemoryDisk::open_file_checked(std::string_view path) {
    auto turn = state_->begin(Call::Open, path);
    auto file = std::make_unique<MemoryFile>(state_, path, state_->find(path));
    turn.finish();
    return file;
}

std::unique_ptr<File> MemoryDisk::create_file_checked(std::string_view path) {
    auto turn = state_->begin(Call::Open, path);
    if (state_->names.contains(path)) {
        throw Error(ErrorCode::Conflict, "cannot create {}: it is there already", path);
    }
    auto node = std::make_shared<Node>();
    state_->publish(path, node, {.durability = Durability::Buffered});
    turn.finish();
    return std::make_unique<MemoryFile>(state_, path, node);
}

void MemoryDisk::rename_checked(std::string_view from, std::string_view to) {
    auto turn = state_->begin(Call::Rename, from);
    auto node = state_->find(from);
    state_->refuse_misplaced(to);
    state_->names.erase(state_->names.find(from));
    state_->names[std::string(to)] = node;
    turn.finish();
}

void MemoryDisk::sync_folder_checked(std::string_view folder) {
    auto turn = state_->begin(Call::SyncFolder, folder);
    state_->sync_names(folder);
    turn.finish();
}

std::unique_ptr<DiskWriter> MemoryDisk::open_disk_writer_checked(std::string_view path,
                                                                 WriteOptions options) {
    auto turn = state_->begin(Call::Open, path);
    state_->refuse_misplaced(path);
    auto writer = std::make_unique<MemoryWriter>(state_, path, options);
    turn.finish();
    return writer;
}

std::optional<Bytes> MemoryDisk::note_checked(std::string_view path) const {
    auto turn = state_->begin(Call::List, path);
    turn.finish();
    auto named = state_->names.find(path);
    return named == state_->names.end() ? std::nullopt : named->second->note;
}

bool MemoryDisk::remove_empty_folder_checked(std::string_view folder) {
    auto turn = state_->begin(Call::Remove, folder);
    turn.finish();
    // A folder of no files has no name here, so it is gone already.
    auto [first, last] = below(state_->names, prefix_of(folder));
    return first == last;
}

}  // namespace tarn::storage
