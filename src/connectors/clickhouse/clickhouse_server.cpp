#include "connectors/clickhouse/clickhouse_server.hpp"

#include "base/error.hpp"
#include "http/target.hpp"

namespace tarn::connectors {
namespace {

Patience patience_of(const sql::Options& options) {
    Patience patience{.statuses = {408, 429, 5}};
    patience.retries_max = OptionValues(options).whole("sink.max-retries").value_or(3);
    patience.wait = std::chrono::milliseconds(500);
    return patience;
}

std::string parameter(std::string_view name, std::string_view value) {
    return fmt::format("&{}={}", http::percent_encoded(name), http::percent_encoded(value));
}

// What holds for each INSERT, after which come the settings that the table names itself.
std::string settings_of(const sql::Options& options) {
    constexpr std::string_view Prefix = "properties.";
    // A NULL where a column takes none is an error, not the column's default.
    std::string settings = parameter("input_format_null_as_default", "0");
    // The answer says that the rows are there, and the token is looked at.
    settings += parameter("async_insert", "0");
    for (const sql::Option& option : options) {
        if (!option.key.starts_with(Prefix)) continue;
        settings += parameter(std::string_view(option.key).substr(Prefix.size()), option.value);
    }
    return settings;
}

http::ClientRequest request_of(const sql::Options& options) {
    OptionValues values(options);
    http::ClientRequest request{.method = http::Method::Post, .url = {}};
    request.headers.set("User-Agent", "tarn");
    if (auto user = values.text("username")) request.headers.set("X-ClickHouse-User", *user);
    if (auto password = values.text("password")) {
        request.headers.set("X-ClickHouse-Key", *password);
    }
    return request;
}

std::string quoted(std::string_view text, char quote) {
    std::string all(1, quote);
    for (char c : text) {
        if (c == quote || c == '\\') all += '\\';
        all += c;
    }
    return all + quote;
}

}  // namespace

std::string clickhouse_url(std::string_view text) {
    constexpr std::string_view Own = "clickhouse://";
    std::string url(text);
    if (text.starts_with(Own)) url = fmt::format("http://{}", text.substr(Own.size()));
    if (url.find(',') != std::string::npos) {
        throw Error(ErrorCode::InvalidInput, "url: '{}' names several servers", text)
            .with_hint("rows go to one, which may be a load balancer in front of others");
    }
    http::Url parsed = http::parse_url(url);
    if (parsed.target != "/") {
        throw Error(ErrorCode::InvalidInput, "url: '{}' has a path behind the server", text)
            .with_hint("the database is named by 'database-name'");
    }
    while (url.ends_with('/')) url.pop_back();
    // A colon behind the brackets of an address, if it has any.
    size_t host_end = std::max(url.find("://") + 3, url.rfind(']') + 1);
    bool has_port = url.find(':', host_end) != std::string::npos;
    return has_port || parsed.is_tls ? url : url + ":8123";
}

std::string clickhouse_text(std::string_view text) {
    return quoted(text, '\'');
}

std::string clickhouse_name(std::string_view name) {
    return quoted(name, '`');
}

ClickHouseServer::ClickHouseServer(const sql::Options& options, CancelFlag is_cancelled)
    : url_(clickhouse_url(OptionValues(options).wanted_text("url"))),
      settings_(settings_of(options)),
      request_(request_of(options)),
      client_(http::ClientOptions{}, patience_of(options), std::move(is_cancelled)) {}

std::string ClickHouseServer::answer(const std::string& query, std::string_view what) {
    http::ClientRequest request = request_;
    request.url = url_ + "/";
    request.body = query;
    try {
        return client_.send(request).body;
    } catch (const Error& error) {
        throw Error(error.code(), "{} cannot be asked for {}: {}", url_, what, error.what())
            .with_hint(error.hint());
    }
}

void ClickHouseServer::insert(const std::string& statement, std::string rows,
                              const std::string& token) {
    http::ClientRequest request = request_;
    request.url = fmt::format("{}/?query={}{}{}", url_, http::percent_encoded(statement),
                              parameter("insert_deduplication_token", token), settings_);
    request.body = std::move(rows);
    client_.send(request);
}

}  // namespace tarn::connectors
