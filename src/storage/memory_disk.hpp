// A Disk in memory for tests: it behaves as the real one does, loses on command what was not
// synced, and fails where it is told to. It stands for any place: give it the root that the code
// under test should believe in.
#pragma once

#include <functional>
#include <memory>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/random.hpp"
#include "storage/file_system.hpp"

namespace tarn::storage {

// The steps that can fail. Writing an object is Open, Append and Publish; creating one is Publish.
enum class Call { Open, Read, Append, Truncate, Sync, Publish, Remove, Rename, List, SyncFolder };

enum class Effect {
    None,  // the call fails and has done nothing
    Full,  // the call does its work, yet fails: an answer that was lost on its way
    Torn   // of an Append, the first bytes are stored, and the file then refuses to be changed
};

struct Fault {
    Call call;
    int nth = 1;  // of the calls of this kind from now on
    Effect effect = Effect::None;
    ErrorCode code = ErrorCode::Unavailable;
    size_t torn_after = 0;  // bytes
};

class MemoryDisk : public Disk {
public:
    MemoryDisk(Uri root, const Clock& clock);
    ~MemoryDisk() override;

    // Each fault happens once.
    void inject(Fault fault);
    // Appends that would store more than this in all fail with StorageFull.
    void limit_size(int64_t bytes_max);
    // Runs before each call and may sleep, move a clock, or wait for another thread. Set
    // before other threads use the disk.
    void before_each_call(std::function<void(Call, std::string_view path)> action);

    // Power is lost and comes back: what was not synced is gone. Files, readers and writers opened
    // before throw Unavailable from then on, since the process that held them is gone too.
    void lose_power();
    // The same, but a random part of what was not synced has reached the disk all the same: the
    // first bytes of what was appended, and either all changes of names or none.
    void lose_power(Random& random);

private:
    struct State;
    class MemoryFile;
    class MemoryWriter;

    std::unique_ptr<Reader> open_reader_checked(std::string_view path) const override;
    bool create_checked(std::string_view path, BytesView content, WriteOptions options) override;
    std::optional<Entry> stat_checked(std::string_view path) const override;
    std::vector<Entry> list_checked(std::string_view folder, Depth depth) const override;
    void remove_checked(std::span<const std::string> paths) override;
    void remove_folder_checked(std::string_view folder) override;

    std::unique_ptr<File> open_file_checked(std::string_view path) override;
    std::unique_ptr<File> create_file_checked(std::string_view path) override;
    void rename_checked(std::string_view from, std::string_view to) override;
    void sync_folder_checked(std::string_view folder) override;
    std::unique_ptr<DiskWriter> open_disk_writer_checked(std::string_view path,
                                                         WriteOptions options) override;
    std::optional<Bytes> note_checked(std::string_view path) const override;
    bool remove_empty_folder_checked(std::string_view folder) override;

    // Shared with the files, readers and writers that are still open.
    std::shared_ptr<State> state_;
};

}  // namespace tarn::storage
