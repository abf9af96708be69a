#include "kafka/security/mechanism.hpp"

namespace tarn::kafka {

std::string_view name_of(Mechanism mechanism) {
    switch (mechanism) {
        case Mechanism::Plain:
            return "PLAIN";
        case Mechanism::ScramSha256:
            return "SCRAM-SHA-256";
        case Mechanism::ScramSha512:
            return "SCRAM-SHA-512";
    }
    return "";
}

std::optional<Mechanism> mechanism_named(std::string_view name) {
    for (Mechanism mechanism : {Mechanism::Plain, Mechanism::ScramSha256, Mechanism::ScramSha512}) {
        if (name_of(mechanism) == name) return mechanism;
    }
    return std::nullopt;
}

}  // namespace tarn::kafka
