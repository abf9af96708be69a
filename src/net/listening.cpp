#include "net/listening.hpp"

#include <boost/asio/as_tuple.hpp>

#include "base/error.hpp"
#include "base/log.hpp"

namespace tarn::net {
namespace {

using Tcp = asio::ip::tcp;

Tcp::endpoint endpoint_of(const ListenAddress& where) {
    boost::system::error_code failure;
    std::string address = where.address == "localhost" ? "127.0.0.1" : where.address;
    auto parsed = asio::ip::make_address(address, failure);
    if (failure) {
        throw Error(ErrorCode::InvalidInput, "{}: '{}' is no IP address to listen on", where.name,
                    where.address)
            .with_hint("use 127.0.0.1 for this machine only, 0.0.0.0 for every network");
    }
    return {parsed, where.port};
}

[[noreturn]] void cannot_listen(const ListenAddress& where, boost::system::error_code failure) {
    if (failure == asio::error::address_in_use) {
        throw Error(ErrorCode::Conflict, "{}: port {} on {} is taken", where.name, where.port,
                    where.address)
            .with_hint(fmt::format("stop what listens there (`ss -ltnp 'sport = :{}'` shows it) or "
                                   "choose another port",
                                   where.port));
    }
    auto code =
        failure == asio::error::access_denied ? ErrorCode::Forbidden : ErrorCode::InvalidInput;
    throw Error(code, "{}: cannot listen on {} port {}: {}", where.name, where.address, where.port,
                failure.message());
}

}  // namespace

Tcp::acceptor listen_on(const Executor& executor, const ListenAddress& where) {
    Tcp::endpoint endpoint = endpoint_of(where);
    Tcp::acceptor acceptor(executor);
    boost::system::error_code failure;
    acceptor.open(endpoint.protocol(), failure);
    // Connections of a server that just ended do not hold the port against its successor.
    if (!failure) acceptor.set_option(Tcp::acceptor::reuse_address(true), failure);
    if (!failure) acceptor.bind(endpoint, failure);
    if (!failure) acceptor.listen(Tcp::acceptor::max_listen_connections, failure);
    if (failure) cannot_listen(where, failure);
    return acceptor;
}

awaitable<Tcp::socket> accept_on(Tcp::acceptor& acceptor, Executor executor, std::string name) {
    while (true) {
        auto [failure, socket] =
            co_await acceptor.async_accept(executor, asio::as_tuple(use_awaitable));
        if (!failure) co_return std::move(socket);
        if (failure == asio::error::operation_aborted) throw boost::system::system_error(failure);
        // Most likely out of open files; connections that end will give some back.
        TARN_LOG_WARN("{}: cannot accept a connection: {}", name, failure.message());
        co_await runtime::sleep(std::chrono::milliseconds(100));
    }
}

std::string peer_address(const Tcp::socket& socket) {
    boost::system::error_code gone;
    auto peer = socket.remote_endpoint(gone);
    return gone ? "" : peer.address().to_string();
}

}  // namespace tarn::net
