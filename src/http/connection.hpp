// Serves one client from its first byte to its last. The coroutine that runs serve() owns the
// connection; cancelling it is all it takes to close. Requests are answered one after another, so
// pipelined ones wait in the input until their turn.
#pragma once

#include <boost/asio/cancellation_signal.hpp>

#include "http/listener.hpp"
#include "http/message_parser.hpp"
#include "http/server_shard.hpp"
#include "http/wire_writer.hpp"

namespace tarn::http {

class Connection : private BodySource, private Watchdog::Watched {
public:
    Connection(std::unique_ptr<net::Transport> transport, std::string client_address,
               const Listener& listener, ServerShard& shard);
    ~Connection() override;

    awaitable<void> serve();

    asio::cancellation_slot cancel_slot() { return cancel_.slot(); }

    // Ends after the request that is running, or at the deadline in the middle of it.
    void stop_by(Ticks deadline);

private:
    enum class Next { Request, Close };

    awaitable<Next> serve_one();

    // Close when the client has ended between two requests; refusal_ when what came is no request.
    awaitable<Next> read_head();
    void accept_head();

    awaitable<Response> answer();
    std::optional<Response> refuse_by_head();
    awaitable<Response> call_handler();
    Response refused(const Failure& failure) const;

    Failure explain(std::exception_ptr failure) const;

    awaitable<void> send(Response& response);
    awaitable<void> send_whole(const Response& response);
    // A failure that came before the first byte went out, so that it can still be answered.
    awaitable<std::optional<Failure>> send_stream(const Response& response, const BodyStream& body);
    void write_head(const Response& response, Framing framing, std::optional<uint64_t> length);
    bool may_keep_alive() const;
    bool has_body(const Response& response) const;

    // Reads away what is left of the request's body.
    awaitable<void> drain();
    // Lets the client read our last words: closing on unread input would make the kernel drop them.
    awaitable<void> linger();

    void record(int status);

    awaitable<std::optional<Bytes>> next_chunk() override;
    void check(Ticks now) override;
    void cancel();

    std::unique_ptr<net::Transport> transport_;
    const Listener& listener_;
    ServerShard& shard_;
    RouteMetrics& metrics_;
    std::list<Connection*>::iterator place_;
    asio::cancellation_signal cancel_;
    Ticks stop_deadline_ = Ticks::max();

    InputBuffer input_;
    MessageParser parser_;
    std::string output_;

    // Of the request being served.
    Request request_;
    Router::Match match_;
    std::optional<Failure> refusal_;
    Ticks started_;
    uint64_t body_bytes_max_ = 0;
    uint64_t body_bytes_read_ = 0;
    uint64_t bytes_sent_ = 0;
    bool expects_continue_ = false;

    bool is_first_ = true;
    bool is_idle_ = false;
    bool is_stopping_ = false;
    bool is_cancelled_ = false;
    bool is_streaming_ = false;
    bool is_endless_ = false;
    bool must_close_ = false;
};

}  // namespace tarn::http
