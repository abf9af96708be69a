// The REST catalog: what PyIceberg, Spark, Trino, Flink and DuckDB speak to. Paths may have a
// prefix or none; there is one catalog behind them either way.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/metrics.hpp"
#include "http/route.hpp"
#include "iceberg/catalog/catalog.hpp"
#include "iceberg/rest/idempotency.hpp"
#include "iceberg/scan/manifest_cache.hpp"
#include "runtime/blocking.hpp"

namespace tarn::iceberg {

// Outlives the server that answers by its routes.
struct RestCatalog {
    Catalog& catalog;
    runtime::BlockingPool& blocking;
    // What clients need to reach files in S3: "s3.endpoint" and its kin. Given out with each table
    // there, and to those who ask how to speak with the catalog.
    std::map<std::string, std::string> s3_settings = {};
    // The bearer token of the listener, given for the secret of `credential` ("name:secret").
    std::optional<std::string> token = {};
    std::optional<std::string> credential = {};
    IdempotentAnswers answers{catalog.parts().clock};
    // Of plans that were made before.
    ManifestCache manifests{catalog.parts().files};
};

http::Router catalog_routes(RestCatalog& face);

// Tables with many snapshots commit long lists.
inline constexpr uint64_t RequestBytesMax = 64 << 20;

}  // namespace tarn::iceberg
