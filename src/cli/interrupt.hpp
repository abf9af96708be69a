// Ctrl+C while a command follows something: the first one asks it to end in order, a second one
// ends the process.
#pragma once

namespace tarn::cli {

class Interrupt {
public:
    Interrupt();

    bool is_asked() const;
};

}  // namespace tarn::cli
