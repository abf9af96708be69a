#include "log/flush_work.hpp"

#include "base/error.hpp"

namespace tarn::log {

void RecoveryPoint::raise(Offset offset) {
    std::lock_guard lock(writing_);
    if (offset <= written_) return;
    disk_.write(path_, offset_file(RecoveryPointKind, offset));
    written_ = offset;
}

void FlushWork::run() {
    try {
        sync_all();
    } catch (const Error& error) {
        failure_ = error.full_text();
    } catch (const std::exception& error) {
        failure_ = error.what();
    }
    has_run_ = true;
}

void FlushWork::sync_all() {
    for (const auto& file : files_) file->sync();
    for (const std::string& path : caches_) {
        try {
            disk_.open_file(path)->sync();
        } catch (const Error&) {
            // It can be built anew, and retention may have removed it by now.
        }
    }
    // The names before the point: it speaks of segments that must be there.
    if (syncs_folder_) disk_.sync_folder(folder_path_);
    try {
        if (raises_) raises_->raise(recovery_point_);
    } catch (const Error& error) {
        // On a full disk it stays behind, and the next start reads more than it had to.
        if (error.code() != ErrorCode::StorageFull) throw;
    }
}

}  // namespace tarn::log
