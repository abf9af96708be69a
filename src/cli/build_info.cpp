#include "cli/build_info.hpp"

#include "build_info_values.hpp"

namespace tarn::cli {

std::string_view version() {
    return TARN_VERSION;
}
std::string_view commit() {
    return TARN_COMMIT;
}

}  // namespace tarn::cli
