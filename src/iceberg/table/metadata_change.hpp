// A change to the metadata alone: properties, schemas, branches.
#pragma once

#include <functional>

#include "iceberg/table/table_change.hpp"

namespace tarn::iceberg {

class MetadataChange : public TableChange {
public:
    using Make = std::function<void(MetadataBuilder& table)>;

    // `make` may be called several times, each with the table as it is then.
    explicit MetadataChange(Make make) : make_(std::move(make)) {}

    void apply(MetadataBuilder& table, const ChangeContext&) override { make_(table); }

private:
    Make make_;
};

}  // namespace tarn::iceberg
