#include "iceberg/catalog/catalog_error.hpp"

#include "base/assert.hpp"

namespace tarn::iceberg {

std::string_view name_of(CatalogFault fault) {
    switch (fault) {
        case CatalogFault::NoSuchNamespace:
            return "NoSuchNamespaceException";
        case CatalogFault::NoSuchTable:
            return "NoSuchTableException";
        case CatalogFault::NoSuchView:
            return "NoSuchViewException";
        case CatalogFault::AlreadyExists:
            return "AlreadyExistsException";
        case CatalogFault::NamespaceNotEmpty:
            return "NamespaceNotEmptyException";
        case CatalogFault::CommitFailed:
            return "CommitFailedException";
        case CatalogFault::CommitStateUnknown:
            return "CommitStateUnknownException";
    }
    TARN_ASSERT(false);
}

ErrorCode CatalogError::code_of(CatalogFault fault) {
    switch (fault) {
        case CatalogFault::NoSuchNamespace:
        case CatalogFault::NoSuchTable:
        case CatalogFault::NoSuchView:
            return ErrorCode::NotFound;
        case CatalogFault::AlreadyExists:
        case CatalogFault::NamespaceNotEmpty:
        case CatalogFault::CommitFailed:
            return ErrorCode::Conflict;
        case CatalogFault::CommitStateUnknown:
            return ErrorCode::Unavailable;
    }
    TARN_ASSERT(false);
}

}  // namespace tarn::iceberg
