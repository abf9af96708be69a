#include "iceberg/remote/remote_error.hpp"

#include <array>
#include <optional>

#include "http/failure.hpp"
#include "iceberg/catalog/catalog_error.hpp"
#include "iceberg/format/json_object.hpp"

namespace tarn::iceberg {
namespace {

struct Said {
    std::string message;
    std::string type;
};

// {"error":{"message":…,"type":…,"code":…}}, unless it is a page of some proxy.
Said said_in(const http::ClientResponse& answer) {
    try {
        boost::json::value shape = answer.json();
        JsonObject error = JsonObject(shape, "").object("error");
        return {error.find_text("message").value_or(""), error.find_text("type").value_or("")};
    } catch (const Error&) {
        return {};
    }
}

std::optional<CatalogFault> fault_named(std::string_view type) {
    constexpr std::array all = {CatalogFault::NoSuchNamespace,   CatalogFault::NoSuchTable,
                                CatalogFault::NoSuchView,        CatalogFault::AlreadyExists,
                                CatalogFault::NamespaceNotEmpty, CatalogFault::CommitFailed,
                                CatalogFault::CommitStateUnknown};
    for (CatalogFault fault : all) {
        if (name_of(fault) == type) return fault;
    }
    return std::nullopt;
}

// Of servers in between as well: none of these says that nothing was done.
bool is_unclear(int status) {
    return status == 500 || status == 502 || status == 503 || status == 504;
}

std::optional<CatalogFault> fault_of(int status, std::string_view type, Purpose purpose) {
    if (purpose == Purpose::Commit && is_unclear(status)) return CatalogFault::CommitStateUnknown;
    // A type says more than its status, but a server must not make a failure out of its kind.
    auto fault = fault_named(type);
    if (fault && status < 500) return fault;
    if (purpose == Purpose::Commit && status == 409) return CatalogFault::CommitFailed;
    return std::nullopt;
}

}  // namespace

void throw_refusal(const http::ClientResponse& answer, Purpose purpose) {
    Said said = said_in(answer);
    if (said.message.empty()) {
        said.message =
            fmt::format("{}: {} {}", answer.url, answer.status, http::reason_of(answer.status));
    }
    if (auto fault = fault_of(answer.status, said.type, purpose)) {
        throw CatalogError(*fault, "{}", said.message);
    }
    ErrorCode code = http::error_code_of(answer.status);
    // 406 is the protocol's "we cannot do this", 419 its "your token has ended".
    if (answer.status == 419) code = ErrorCode::Unauthorized;
    Error error(code, "{}", said.message);
    if (code == ErrorCode::Unauthorized) {
        throw std::move(error).with_hint("give the catalog's token, or its credential");
    }
    throw error;
}

}  // namespace tarn::iceberg
