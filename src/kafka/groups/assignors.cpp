#include "kafka/groups/assignors.hpp"

namespace tarn::kafka {

Assignor find_assignor(std::string_view name) {
    if (name == DefaultAssignor) return assign_uniformly;
    return name == "range" ? assign_by_range : nullptr;
}

}  // namespace tarn::kafka
