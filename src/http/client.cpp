#include "http/client.hpp"

#include <boost/json/value.hpp>

#include "http/client_connection.hpp"
#include "http/failure.hpp"
#include "http/json.hpp"
#include "net/tls_files.hpp"

namespace tarn::http {
namespace {

// Whether sending the request twice does no more than sending it once, and we still can.
bool may_repeat(const ClientRequest& request) {
    return request.method != Method::Post && request.method != Method::Patch &&
           !std::holds_alternative<BodyStream>(request.body);
}

}  // namespace

boost::json::value ClientResponse::json() const {
    return parse_json(body, "answer of " + url);
}

const ClientResponse& ClientResponse::or_throw() const {
    if (is_success()) return *this;
    std::string message;
    std::string hint;
    boost::system::error_code not_ours;
    try {
        boost::json::value shape = json();
        if (auto* found = shape.find_pointer("/error/message", not_ours)) {
            if (found->is_string()) message = found->get_string();
        }
        if (auto* found = shape.find_pointer("/error/hint", not_ours)) {
            if (found->is_string()) hint = found->get_string();
        }
    } catch (const Error&) {
        // Not JSON: a proxy's page, most likely. The status has to do.
    }
    if (message.empty()) message = reason_of(status);
    throw Error(error_code_of(status), "{}: {} {}", url, status, message).with_hint(hint);
}

ResponseStream::ResponseStream(Client& client, std::unique_ptr<ClientConnection> connection)
    : client_(client),
      connection_(std::move(connection)),
      status_(connection_->head().status),
      headers_(std::move(connection_->head().headers)) {}

ResponseStream::ResponseStream(ResponseStream&&) noexcept = default;
ResponseStream::~ResponseStream() = default;

awaitable<std::optional<Bytes>> ResponseStream::next_chunk() {
    if (!connection_) co_return std::nullopt;
    auto chunk = co_await connection_->next_chunk();
    if (!chunk) client_.keep(std::move(connection_));
    co_return chunk;
}

Client::Client(Executor executor) : Client(std::move(executor), ClientOptions()) {}

Client::Client(Executor executor, ClientOptions options)
    : executor_(executor), options_(std::move(options)), watchdog_(executor, WatchInterval) {}

Client::~Client() = default;

awaitable<ClientResponse> Client::get(std::string url) {
    ClientRequest wanted{.url = std::move(url)};
    co_return co_await request(std::move(wanted));
}

awaitable<ClientResponse> Client::post(std::string url, std::string body,
                                       std::string content_type) {
    ClientRequest wanted{.method = Method::Post,
                         .url = std::move(url),
                         .headers = {{"Content-Type", content_type}},
                         .body = std::move(body)};
    co_return co_await request(std::move(wanted));
}

awaitable<ClientResponse> Client::request(ClientRequest request) {
    std::string url = request.url;
    ResponseStream stream = co_await open(std::move(request));
    ClientResponse response{
        .status = stream.status(), .headers = stream.headers(), .body = {}, .url = std::move(url)};
    while (auto chunk = co_await stream.next_chunk()) {
        response.body.append(as_text(*chunk));
        if (response.body.size() > options_.body_bytes_max) {
            throw Error(ErrorCode::TooLarge, "{}: the answer has more than {} bytes", response.url,
                        options_.body_bytes_max);
        }
    }
    co_return response;
}

awaitable<ResponseStream> Client::open(ClientRequest request) {
    Url url = parse_url(request.url);
    std::string origin = url.origin();
    auto connection = take_kept(origin);
    bool is_kept = connection != nullptr;
    if (!is_kept) connection = co_await connect(url);
    bool has_answer = co_await connection->exchange(request, url);
    // A server may close a kept connection at the moment that we use it again.
    if (!has_answer && is_kept && may_repeat(request)) {
        connection = co_await connect(url);
        has_answer = co_await connection->exchange(request, url);
    }
    if (!has_answer) {
        throw Error(ErrorCode::Unavailable,
                    "{}: the server closed the connection without an answer", request.url);
    }
    co_return ResponseStream(*this, std::move(connection));
}

awaitable<std::unique_ptr<ClientConnection>> Client::connect(Url url) {
    auto connection = std::make_unique<ClientConnection>(watchdog_, options_, url.origin());
    // Not as a conditional expression inside the co_await: GCC 12 would evaluate both of its arms.
    net::TlsContext context;
    if (url.is_tls) context = tls();
    co_await connection->connect(executor_, url, context);
    co_return connection;
}

std::unique_ptr<ClientConnection> Client::take_kept(const std::string& origin) {
    Ticks now = std::chrono::steady_clock::now();
    std::erase_if(kept_, [&](const Kept& kept) { return kept.until <= now; });
    for (auto kept = kept_.begin(); kept != kept_.end(); ++kept) {
        if (kept->connection->origin() != origin) continue;
        auto connection = std::move(kept->connection);
        kept_.erase(kept);
        if (connection->has_peer_left()) return take_kept(origin);
        return connection;
    }
    return nullptr;
}

void Client::keep(std::unique_ptr<ClientConnection> connection) {
    if (!connection->is_reusable()) return;
    kept_.push_front(
        {std::move(connection), std::chrono::steady_clock::now() + options_.keep_alive});
    if (kept_.size() > options_.idle_connections_max) kept_.pop_back();
}

net::TlsContext Client::tls() {
    if (tls_) return tls_;
    net::ClientTls tls;
    if (!options_.ca_path.empty()) tls.trusted = net::read_tls_file(options_.ca_path).certificates;
    tls_ = net::client_context(tls);
    return tls_;
}

}  // namespace tarn::http
