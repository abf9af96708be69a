#include "iceberg/rest/idempotency.hpp"

#include "base/error.hpp"
#include "base/ids.hpp"

namespace tarn::iceberg {
namespace {

constexpr size_t EntryBytes = 256;

// Answers that are made while they are sent cannot be sent again.
bool can_be_kept(const http::Response& response) {
    return response.status < 500 && std::holds_alternative<std::string>(response.body);
}

}  // namespace

size_t IdempotentAnswers::Kept::bytes() const {
    const auto* body = std::get_if<std::string>(&response.body);
    return EntryBytes + (body ? body->size() : 0);
}

http::Response IdempotentAnswers::answer(std::string_view key, const std::string& request,
                                         const std::function<http::Response()>& work) {
    if (!Uuid::parse(key)) {
        throw Error(ErrorCode::InvalidInput, "Idempotency-Key: '{}' is no UUID", key);
    }
    size_t hash = std::hash<std::string>()(request);
    std::unique_lock lock(mutex_);
    forget_old();
    std::string name(key);
    for (auto found = places_.find(name); found != places_.end(); found = places_.find(name)) {
        if (found->second->request_hash != hash) {
            throw Error(ErrorCode::InvalidInput,
                        "Idempotency-Key: {} came with another request before", key);
        }
        if (found->second->is_done) return found->second->response;
        is_done_.wait(lock);
    }
    Place place =
        kept_.insert(kept_.end(), {.key = name, .request_hash = hash, .since = clock_.ticks()});
    places_[name] = place;
    kept_bytes_ += place->bytes();
    lock.unlock();

    std::optional<http::Response> response;
    try {
        response = work();
    } catch (...) {
        lock.lock();
        forget(place);
        is_done_.notify_all();
        throw;
    }
    lock.lock();
    kept_bytes_ -= place->bytes();
    if (can_be_kept(*response)) place->response = *response;
    kept_bytes_ += place->bytes();
    place->is_done = true;
    if (!can_be_kept(*response)) forget(place);
    is_done_.notify_all();
    return *std::move(response);
}

void IdempotentAnswers::forget(Place place) {
    kept_bytes_ -= place->bytes();
    places_.erase(place->key);
    kept_.erase(place);
}

// One that is still being worked on stays: somebody may wait for it.
void IdempotentAnswers::forget_old() {
    Ticks now = clock_.ticks();
    for (auto place = kept_.begin(); place != kept_.end();) {
        auto next = std::next(place);
        bool is_old = now - place->since > IdempotencyLifetime;
        if (!is_old && kept_bytes_ <= IdempotentBytesMax) return;
        if (place->is_done) forget(place);
        place = next;
    }
}

}  // namespace tarn::iceberg
