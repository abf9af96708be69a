#include "kafka/broker/connection.hpp"

#include "base/error.hpp"
#include "base/log.hpp"
#include "kafka/broker/broker.hpp"
#include "kafka/broker/broker_metrics.hpp"
#include "kafka/broker/handlers.hpp"
#include "kafka/broker/sasl.hpp"

namespace tarn::kafka {
namespace {

// A client may have this many requests carried out whose answers wait. Clients keep five.
constexpr size_t AnswersWaitingMax = 32;

// Between an answer that says why the connection ends, and its end: some clients (kafka-python)
// do not read what comes together with the end.
constexpr std::chrono::milliseconds LastAnswerDelay{100};

// Whether the client has sent what is no request, or what it may not send yet.
bool is_refusal(const std::exception& failure) {
    const auto* error = dynamic_cast<const Error*>(&failure);
    return error && (error->code() == ErrorCode::InvalidInput ||
                     error->code() == ErrorCode::Corrupt || error->code() == ErrorCode::Forbidden);
}

}  // namespace

Connection::Connection(std::unique_ptr<net::Transport> transport, Session session, Broker& broker,
                       BufferPool& pool, runtime::TaskGroup& tasks)
    : transport_(std::move(transport)),
      session_(std::move(session)),
      broker_(broker),
      buffer_(pool),
      tasks_(tasks),
      last_heard_(broker.clock.ticks()),
      has_room_(tasks.executor()) {}

Connection::~Connection() = default;

awaitable<void> Connection::serve() {
    auto executor = co_await asio::this_coro::executor;
    asio::steady_timer patience(executor, broker_.settings.sasl_wait_max);
    if (is_stranger(session_)) {
        patience.async_wait([weak = weak_from_this()](auto cancelled) {
            auto self = weak.lock();
            if (!cancelled && self && is_stranger(self->session_)) self->close();
        });
    }
    try {
        greeting_since_ = broker_.clock.ticks();
        co_await transport_->handshake(Ticks::max());
        greeting_since_.reset();
        co_await serve_requests();
    } catch (const std::exception& error) {
        if (is_refusal(error)) broker_.metrics.frames_refused.Increment();
        if (!runtime::is_cancellation(error)) {
            TARN_LOG_INFO("closing the connection of {}: {}", session_.client_host, error.what());
        }
        transport_->close();
    }
    while (is_writing_) co_await has_room_.wait();
    transport_->close();
}

void Connection::close_if_overdue(Ticks now) {
    bool takes_nothing = writing_since_ && now - *writing_since_ > broker_.settings.write_time_max;
    bool is_silent = !is_answering_ && !writing_since_ && !is_writing_ &&
                     now - last_heard_ > broker_.settings.idle_max;
    bool is_slow_to_greet =
        greeting_since_ && now - *greeting_since_ > broker_.settings.tls_wait_max;
    if (!takes_nothing && !is_silent && !is_slow_to_greet) return;
    const char* reason = is_slow_to_greet ? "it does not end TLS's greeting"
                         : is_silent      ? "it has been silent for too long"
                                          : "it takes no answers";
    TARN_LOG_INFO("closing the connection of {}: {}", session_.client_host, reason);
    transport_->close();
}

awaitable<void> Connection::serve_requests() {
    while (true) {
        auto frame = buffer_.frame(frame_bytes_max(broker_.settings, session_));
        if (!frame) {
            size_t count = co_await transport_->read_some(buffer_.room(), Ticks::max());
            if (count == 0) co_return;
            buffer_.filled(count);
            last_heard_ = broker_.clock.ticks();
            continue;
        }
        is_answering_ = true;
        Answer answer = co_await handle(broker_, session_, *frame);
        is_answering_ = false;
        last_heard_ = broker_.clock.ticks();
        buffer_.drop_frame();
        bool is_over = answer.closes_connection;
        bool says_why = answer.frame || answer.later;
        co_await reply(std::move(answer));
        if (is_over && says_why) co_await runtime::sleep(LastAnswerDelay);
        if (is_over) co_return;
    }
}

awaitable<void> Connection::reply(Answer answer) {
    if (!answer.frame && !answer.later) co_return;
    if (answer.frame && !is_writing_) {
        co_await write(std::move(*answer.frame));
        co_return;
    }
    if (waiting_.size() >= AnswersWaitingMax) broker_.metrics.requests_held_back.Increment();
    while (waiting_.size() >= AnswersWaitingMax) co_await has_room_.wait();
    waiting_.push_back(std::move(answer));
    if (is_writing_) co_return;
    is_writing_ = true;
    tasks_.spawn("answers", write_waiting(shared_from_this()));
}

awaitable<void> Connection::write_waiting(std::shared_ptr<Connection> self) {
    try {
        co_await self->write_one_by_one();
    } catch (const std::exception& error) {
        // The other task notices by the closed socket.
        self->transport_->close();
        self->waiting_.clear();
    }
    self->is_writing_ = false;
    self->has_room_.notify();
}

awaitable<void> Connection::write_one_by_one() {
    while (!waiting_.empty()) {
        Answer answer = std::move(waiting_.front());
        waiting_.pop_front();
        has_room_.notify();
        if (answer.later) {
            auto frame = co_await answer.later();
            answer.frame = std::move(frame);
        }
        if (answer.frame) co_await write(std::move(*answer.frame));
    }
}

awaitable<void> Connection::write(Frame frame) {
    auto idle = broker_.settings.write_time_max;
    writing_since_ = broker_.clock.ticks();
    BytesView before;  // goes out together with the slice behind it
    for (const Frame::Piece& piece : frame.pieces()) {
        if (const auto* bytes = std::get_if<BytesView>(&piece)) {
            before = *bytes;
            continue;
        }
        const auto& slice = std::get<log::Slice>(piece);
        if (auto descriptor = slice.file->descriptor()) {
            co_await transport_->send_file(before, {*descriptor, slice.offset, slice.size}, idle);
        } else {
            Bytes content = slice.file->read_at(slice.offset, slice.size);
            co_await transport_->write({before, content}, idle);
        }
        before = {};
    }
    if (!before.empty()) co_await transport_->write({before, BytesView()}, idle);
    writing_since_.reset();
}

}  // namespace tarn::kafka
