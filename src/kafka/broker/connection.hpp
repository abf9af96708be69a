// One client's connection: requests are carried out in the order in which they come, and answered
// in that order. While an answer waits for a flush the next requests are read already, so that a
// producer with several requests on their way shares one flush among them.
//
// Two tasks serve a connection: one reads and carries out, and while answers wait a second one
// writes. Both hold the connection; when the client goes or breaks the protocol, both end.
#pragma once

#include <deque>
#include <memory>

#include "kafka/broker/answer.hpp"
#include "kafka/broker/frame_buffer.hpp"
#include "kafka/broker/session.hpp"
#include "net/transport.hpp"
#include "runtime/event.hpp"
#include "runtime/task_group.hpp"

namespace tarn::kafka {

struct Broker;

class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(std::unique_ptr<net::Transport> transport, Session session, Broker& broker,
               BufferPool& pool, runtime::TaskGroup& tasks);
    ~Connection();

    // Serves the client until one of the two ends the connection.
    awaitable<void> serve();

    // Ends it from outside.
    void close() { transport_->close(); }

    // Ends it if the client has been silent, has not taken an answer, or has not ended TLS's
    // greeting, for too long. Called now and then.
    void close_if_overdue(Ticks now);

private:
    awaitable<void> serve_requests();
    awaitable<void> reply(Answer answer);
    static awaitable<void> write_waiting(std::shared_ptr<Connection> self);
    awaitable<void> write_one_by_one();
    awaitable<void> write(Frame frame);

    std::unique_ptr<net::Transport> transport_;
    Session session_;
    Broker& broker_;
    FrameBuffer buffer_;
    runtime::TaskGroup& tasks_;

    std::deque<Answer> waiting_;
    bool is_writing_ = false;  // the second task runs
    Ticks last_heard_;
    std::optional<Ticks> greeting_since_;  // TLS's, while it lasts
    std::optional<Ticks> writing_since_;
    bool is_answering_ = false;  // a request is being carried out
    runtime::Event has_room_;
};

}  // namespace tarn::kafka
