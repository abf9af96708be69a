// One connection of the client: a request goes out, an answer comes in, and again. Failures of the
// network come out as Errors that name the URL.
#pragma once

#include <optional>
#include <string>

#include "http/client.hpp"
#include "http/message_parser.hpp"
#include "http/url.hpp"
#include "net/transport.hpp"

namespace tarn::http {

class ClientConnection : private Watchdog::Watched {
public:
    ClientConnection(Watchdog& watchdog, const ClientOptions& options, std::string origin);

    awaitable<void> connect(Executor executor, Url url, net::TlsContext tls);

    // Sends the request and reads the head of the answer. False when a kept connection turns out to
    // have been closed by the server before it saw the request.
    awaitable<bool> exchange(const ClientRequest& request, Url url);

    awaitable<std::optional<Bytes>> next_chunk();

    MessageHead& head() { return parser_.head(); }
    const std::string& origin() const { return origin_; }
    bool has_peer_left() { return transport_->has_peer_left(); }
    // After the end of an answer: whether another request may follow.
    bool is_reusable() const;

private:
    awaitable<void> send(const ClientRequest& request, Url url);
    awaitable<bool> read_head();
    // Into input_; 0 at the end.
    awaitable<size_t> read_some(Ticks deadline, std::string_view when_late);
    void check(Ticks now) override;
    std::string head_of(const ClientRequest& request, const Url& url) const;

    const ClientOptions& options_;
    std::string origin_;
    std::string url_;  // of the running request, for messages
    std::optional<net::Socket> connecting_;
    Ticks connect_deadline_ = Ticks::max();
    std::unique_ptr<net::Transport> transport_;
    InputBuffer input_;
    MessageParser parser_;
    bool is_head_ = false;       // the answer has no body, whatever its head says
    bool has_received_ = false;  // a byte of the answer
    bool is_clean_ = false;      // the request went out whole and was answered
};

}  // namespace tarn::http
