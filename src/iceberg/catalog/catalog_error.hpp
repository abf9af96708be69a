// What a catalog refuses, told apart as finely as its clients do.
#pragma once

#include <string_view>
#include <utility>

#include "base/error.hpp"

namespace tarn::iceberg {

enum class CatalogFault {
    NoSuchNamespace,
    NoSuchTable,
    NoSuchView,
    AlreadyExists,
    NamespaceNotEmpty,
    CommitFailed,
    // It may be done or not. Whoever asked must look, and delete nothing until then.
    CommitStateUnknown
};

// "NoSuchTableException": as the REST protocol has it.
std::string_view name_of(CatalogFault fault);

class CatalogError : public Error {
public:
    template <typename... Args>
    CatalogError(CatalogFault fault, fmt::format_string<Args...> text, Args&&... args)
        : Error(code_of(fault), text, std::forward<Args>(args)...), fault_(fault) {}

    CatalogFault fault() const { return fault_; }

private:
    static ErrorCode code_of(CatalogFault fault);

    CatalogFault fault_;
};

}  // namespace tarn::iceberg
