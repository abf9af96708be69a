#include "http/body.hpp"

namespace tarn::http {

SharedBytes::SharedBytes(std::string text) {
    auto kept = std::make_shared<const std::string>(std::move(text));
    view_ = as_bytes(*kept);
    owner_ = std::move(kept);
}

SharedBytes::SharedBytes(Bytes bytes) {
    auto kept = std::make_shared<const Bytes>(std::move(bytes));
    view_ = *kept;
    owner_ = std::move(kept);
}

}  // namespace tarn::http
