#include "server/parts.hpp"

#include <algorithm>

namespace tarn::server {

std::string_view name_of(PartState state) {
    switch (state) {
        case PartState::Starting:
            return "starting";
        case PartState::Ready:
            return "ready";
        case PartState::Stopping:
            return "stopping";
        case PartState::Failed:
            return "failed";
    }
    return "failed";
}

void Parts::report(std::string_view name, PartState state, std::string address,
                   std::string reason) {
    std::lock_guard lock(mutex_);
    auto part = std::ranges::find(parts_, name, &Part::name);
    if (part == parts_.end()) {
        part = parts_.insert(part, Part{.name = std::string(name)});
    }
    part->state = state;
    if (!address.empty()) part->address = std::move(address);
    part->reason = std::move(reason);
    part->since = clock_.now();
}

std::vector<Part> Parts::all() const {
    std::lock_guard lock(mutex_);
    return parts_;
}

bool Parts::are_ready() const {
    std::lock_guard lock(mutex_);
    return std::ranges::all_of(parts_,
                               [](const Part& part) { return part.state == PartState::Ready; });
}

}  // namespace tarn::server
