// What is made from a text and wanted again for the next row, such as a compiled pattern: it is
// made anew only when the text is another one. For one batch, one thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace tarn::sql {

template <typename Made>
class Remembered {
public:
    template <typename Make>
    const Made& of(std::string_view text, const Make& make) const {
        if (!made_ || text != text_) {
            made_ = std::make_shared<Made>(make(text));
            text_ = text;
        }
        return *made_;
    }

private:
    mutable std::string text_;
    mutable std::shared_ptr<const Made> made_;
};

}  // namespace tarn::sql
