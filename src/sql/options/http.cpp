#include "sql/options/entries.hpp"

namespace tarn::sql {

std::vector<Connector> http_connectors() {
    using enum OptionKind;
    return {
        {.name = "http",
         .text = "Rows are sent to a server, or asked of it by key. `header.NAME` is sent "
                 "with each request.",
         .roles = {"sink", "lookup"},
         .takes = {.options = {{.key = "url",
                                .kind = SomeText,
                                .text = "Where requests go.",
                                .is_required = true},
                               {.key = "insert-method",
                                .kind = Choice,
                                .text = "The method of a request with rows.",
                                .fallback = "POST",
                                .choices = {"POST", "PUT"}},
                               {.key = "lookup-method",
                                .kind = Choice,
                                .text = "The method of a question.",
                                .fallback = "GET",
                                .choices = {"GET", "POST", "PUT"}},
                               {"lookup.max-retries", Natural,
                                "How often a question is asked again that failed.", "3"},
                               {"request.timeout", Duration, "How long an answer may take.", "30s"},
                               {"sink.batch.max-size", Positive, "How many rows go into a request.",
                                "500"},
                               {"sink.requests.max-inflight", Positive,
                                "How many requests are under way at once.", "50"},
                               {"sink.flush-buffer.timeout", Duration,
                                "How long rows wait at most.", "5s"},
                               {"sink.parallelism", Positive, "How many tasks write."}},
                   .passed = {"header."}},
         .formats = {{.key = "format", .is_required = true}}}};
}

}  // namespace tarn::sql
