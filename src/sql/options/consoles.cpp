#include "sql/options/entries.hpp"

namespace tarn::sql {

std::vector<Connector> console_connectors() {
    using enum OptionKind;
    return {{.name = "print",
             .text = "Rows go to standard output, each with its kind of change: +I[a, 1].",
             .roles = {"sink"},
             .takes = {.options = {{"print-identifier", Text, "Stands before each row."},
                                   {"standard-error", Boolean,
                                    "Whether rows go to standard error instead.", "false"},
                                   {"sink.parallelism", Positive, "How many tasks write."}}}},
            {.name = "blackhole", .text = "Rows go nowhere.", .roles = {"sink"}, .takes = {}}};
}

}  // namespace tarn::sql
