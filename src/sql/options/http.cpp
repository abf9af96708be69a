#include "sql/options/entries.hpp"

namespace tarn::sql {
namespace {

using enum OptionKind;

OptionSet http_takes() {
    return {
        .options =
            {{.key = "url", .kind = SomeText, .text = "Where rows are sent.", .is_required = true},
             {.key = "insert-method",
              .kind = Choice,
              .text = "The method of a request with rows.",
              .fallback = "POST",
              .choices = {"POST", "PUT"}},
             {.key = "sink.body",
              .kind = Choice,
              .text = "Whether a request holds one JSON array of rows, or a row on each line.",
              .fallback = "array",
              .choices = {"array", "lines"}},
             {"sink.batch.max-size", Positive, "How many rows go into a request.", "500"},
             {"sink.flush-buffer.timeout", Duration, "How long rows wait at most.", "5s"},
             {.key = "sink.delivery-guarantee",
              .kind = Choice,
              .text = "Whether rows go at once, and some twice after a failure, or only when their "
                      "epoch is kept, in the same requests with the same keys.",
              .fallback = "at-least-once",
              .choices = {"at-least-once", "exactly-once"}},
             {"sink.idempotency-header", Text,
              "The header with the key of a request; none when it is empty.", "Idempotency-Key"},
             {"connect.timeout", Duration, "How long connecting may take.", "5s"},
             {"request.timeout", Duration, "How long an answer may take.", "30s"},
             {"sink.max-retries", Natural, "How often a request is tried again that failed.", "10"},
             {"sink.retry.wait", Duration,
              "How long to wait before the first of these; each time twice as long.", "200ms"},
             {"sink.retry.wait-max", Duration, "How long to wait at most.", "10s"},
             {"sink.retry.codes", SomeText,
              "Which statuses are tried again: numbers, or 5xx for all of those.",
              "408,425,429,5xx"},
             {"sink.requests.max-inflight", Positive,
              "Accepted, without effect: requests go one after another.", "1"},
             {"sink.parallelism", Positive, "How many tasks write."}},
        .passed = {"header."}};
}

}  // namespace

std::vector<Connector> http_connectors() {
    return {{.name = "http",
             .text = "Rows are sent to a server, a batch in each request. `header.NAME` is sent "
                     "with all of them.",
             .roles = {"sink"},
             .takes = http_takes(),
             .formats = {{.key = "format", .is_required = true}}}};
}

}  // namespace tarn::sql
