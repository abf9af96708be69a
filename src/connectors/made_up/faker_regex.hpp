// Texts that a regular expression fits: "(NEW|SHIPPED|[A-Z]{2}-\d{3,5})".
#pragma once

#include "connectors/made_up/faker_text.hpp"

namespace tarn::connectors {

// Of regular expressions this knows letters, ., classes, groups, |, and how often something comes;
// * and + stand for eight at most. Throws InvalidInput for all else, and for texts over 1 MB.
FakerText regex_text(std::string_view regex);

}  // namespace tarn::connectors
