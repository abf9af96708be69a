// What a catalog elsewhere refuses, in our words.
#pragma once

#include "http/client.hpp"

namespace tarn::iceberg {

// What a request is for, as far as its failure goes: a commit that was not answered clearly may
// have taken place.
enum class Purpose { Ask, Change, Commit };

// Of an answer whose status is 400 or more. Throws a CatalogError where the protocol has one.
[[noreturn]] void throw_refusal(const http::ClientResponse& answer, Purpose purpose);

}  // namespace tarn::iceberg
