// Looks after many connections with one timer. Arming a timer for each read and write would cost
// more than a small request does, so a connection only notes its deadline, and the watchdog
// compares all of them a few times a second. It belongs to one shard; without connections it does
// not tick.
#pragma once

#include <list>
#include <memory>

#include "base/clock.hpp"
#include "runtime/awaitable.hpp"

namespace tarn::http {

class Watchdog {
public:
    // Something that wants a look at the clock now and then, for as long as it lives.
    class Watched {
    public:
        explicit Watched(Watchdog& watchdog);
        virtual ~Watched();
        Watched(const Watched&) = delete;
        Watched& operator=(const Watched&) = delete;

        // May end its own life, but no other's.
        virtual void check(Ticks now) = 0;

    private:
        Watchdog& watchdog_;
        std::list<Watched*>::iterator place_;
    };

    Watchdog(Executor executor, std::chrono::milliseconds interval);
    ~Watchdog();

private:
    void arm();

    std::chrono::milliseconds interval_;
    std::list<Watched*> watched_;
    std::shared_ptr<asio::steady_timer> timer_;
};

// How exactly timeouts are kept.
constexpr std::chrono::milliseconds WatchInterval{50};

}  // namespace tarn::http
