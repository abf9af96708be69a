#include "connectors/http/http_sink.hpp"

#include "base/error.hpp"

namespace tarn::connectors {
namespace {

using std::chrono::milliseconds;

class RecordsBody final : public RequestBody {
public:
    RecordsBody(std::unique_ptr<RowEncoder> encoder, bool is_array)
        : encoder_(std::move(encoder)), is_array_(is_array) {}

    void add(const engine::ChangeBatch& rows) override {
        EncodedRecords records = encoder_->encoded(rows);
        if (!is_array_) {
            lines_ += records.lines();
            return;
        }
        for (size_t i = 0; i < records.size(); ++i) {
            lines_ += lines_.empty() ? '[' : ',';
            lines_ += records[i];
        }
    }

    std::string finish() override {
        if (is_array_) lines_ += ']';
        return std::exchange(lines_, {});
    }

private:
    std::unique_ptr<RowEncoder> encoder_;
    bool is_array_;
    std::string lines_;
};

bool is_json(std::string_view format) {
    return format == "json" || format.ends_with("-json");
}

std::unique_ptr<RequestBody> body_of(const sql::stream::Sink& table) {
    OptionValues options(table.options);
    FormatPtr format = format_of(table.options);
    bool is_array = !options.is("sink.body", "lines");
    if (is_array && !is_json(options.wanted_text("format"))) {
        throw Error(ErrorCode::InvalidInput, "{}: rows in '{}' make no JSON array",
                    name_of(*table.table), options.wanted_text("format"))
            .with_hint("'sink.body' = 'lines' sends them one behind the other");
    }
    return std::make_unique<RecordsBody>(format->encoder(plain_columns(*table.table)), is_array);
}

std::string_view content_type(const OptionValues& options) {
    std::string format = options.wanted_text("format");
    if (!is_json(format)) return format == "csv" ? "text/csv" : "application/octet-stream";
    return options.is("sink.body", "lines") ? "application/x-ndjson" : "application/json";
}

http::ClientRequest request_of(const sql::Options& table_options) {
    constexpr std::string_view Prefix = "header.";
    OptionValues options(table_options);
    http::ClientRequest request{
        .method = options.is("insert-method", "PUT") ? http::Method::Put : http::Method::Post,
        .url = options.wanted_text("url")};
    http::parse_url(request.url);
    request.headers.set("Content-Type", content_type(options));
    request.headers.set("User-Agent", "tarn");
    for (const sql::Option& option : table_options) {
        if (!option.key.starts_with(Prefix)) continue;
        std::string_view name = std::string_view(option.key).substr(Prefix.size());
        request.headers.set(name, option.value);
    }
    return request;
}

http::ClientOptions client_options(const OptionValues& options) {
    http::ClientOptions client;
    client.connect_timeout = options.duration("connect.timeout").value_or(client.connect_timeout);
    client.response_timeout = options.duration("request.timeout").value_or(milliseconds(30'000));
    client.body_idle = client.response_timeout;
    return client;
}

Patience patience_of(const OptionValues& options) {
    Patience patience;
    patience.retries_max = options.whole("sink.max-retries").value_or(patience.retries_max);
    patience.wait = options.duration("sink.retry.wait").value_or(patience.wait);
    patience.wait_max = options.duration("sink.retry.wait-max").value_or(patience.wait_max);
    if (auto codes = options.text("sink.retry.codes")) patience.statuses = parse_statuses(*codes);
    return patience;
}

BatchedRows::Settings batches_of(const OptionValues& options, const std::string& writer) {
    return {.rows_max = options.whole("sink.batch.max-size").value_or(500),
            .interval = options.duration("sink.flush-buffer.timeout").value_or(milliseconds(5'000)),
            .is_exactly_once = options.is("sink.delivery-guarantee", "exactly-once"),
            .writer = writer};
}

}  // namespace

HttpSink::HttpSink(const sql::stream::Sink& table, const std::string& writer, const Clock& clock,
                   Random& random, CancelFlag is_cancelled)
    : client_(client_options(OptionValues(table.options)), patience_of(OptionValues(table.options)),
              std::move(is_cancelled)),
      request_(request_of(table.options)),
      key_header_(
          OptionValues(table.options).text("sink.idempotency-header").value_or("Idempotency-Key")),
      rows_(
          batches_of(OptionValues(table.options), writer), body_of(table),
          [this](std::string body, const std::string& key) { send(std::move(body), key); }, clock,
          random) {}

void HttpSink::send(std::string body, const std::string& key) {
    http::ClientRequest request = request_;
    if (!key_header_.empty()) request.headers.set(key_header_, key);
    request.body = std::move(body);
    client_.send(request);
}

}  // namespace tarn::connectors
