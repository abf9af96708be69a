// What one has to know of a REST catalog elsewhere to speak with it.
#pragma once

#include <chrono>
#include <string>

namespace tarn::iceberg {

struct RemoteSettings {
    std::string uri;             // "https://host/catalog": what stands before "/v1"
    std::string warehouse = {};  // for servers that have several
    std::string prefix = {};     // of the paths; servers mostly say it themselves
    std::string token = {};      // a bearer token
    // "NAME:SECRET", or "SECRET" alone, for which the server gives tokens.
    std::string credential = {};
    std::string scope = "catalog";
    std::string token_uri = {};  // where tokens are had; empty: the catalog's own place for it
    std::string ca_path = {};    // PEM; empty: the certificates of the system
    int page_size = 0;           // how many names a list gives at once; 0 leaves it to the server
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds response_timeout{60'000};
};

}  // namespace tarn::iceberg
