#include "cli/interrupt.hpp"

#include <csignal>

namespace tarn::cli {
namespace {

volatile std::sig_atomic_t asked = 0;

void ask(int) {
    asked = 1;
}

}  // namespace

Interrupt::Interrupt() {
    struct sigaction action{};
    action.sa_handler = ask;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

bool Interrupt::is_asked() const {
    return asked != 0;
}

}  // namespace tarn::cli
