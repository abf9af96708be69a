// The ways in which clients can say who they are.
#pragma once

#include <optional>
#include <string_view>

#include "kafka/security/digest.hpp"

namespace tarn::kafka {

enum class Mechanism { Plain, ScramSha256, ScramSha512 };

// "SCRAM-SHA-256", as the handshake has it.
std::string_view name_of(Mechanism mechanism);
std::optional<Mechanism> mechanism_named(std::string_view name);

}  // namespace tarn::kafka
