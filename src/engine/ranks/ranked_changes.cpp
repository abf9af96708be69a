#include "engine/ranks/ranked_changes.hpp"

#include <utility>

namespace tarn::engine {

void RankedChanges::pass_on(Output& output) {
    if (rows_.is_empty()) return;
    ChangeBatch batch = rows_.take();
    if (form_.with_number) {
        batch.rows.columns.push_back({number_column(std::exchange(ranks_, {}))});
    }
    output.take(batch);
}

}  // namespace tarn::engine
