#include <arrow/config.h>
#include <fmt/format.h>
#include <openssl/crypto.h>

#include <boost/json.hpp>
#include <boost/version.hpp>

#include "cli/build_info.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"

namespace tarn::cli {
namespace {

std::string boost_version() {
    return fmt::format("{}.{}.{}", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000,
                       BOOST_VERSION % 100);
}

int print_version(Call& call) {
    std::string arrow_version = arrow::GetBuildInfo().version_string;
    std::string openssl = OpenSSL_version(OPENSSL_VERSION_STRING);
    if (call.wants_json()) {
        boost::json::object info = {{"schema", "tarn.version/1"}, {"version", version()},
                                    {"commit", commit()},         {"compiler", __VERSION__},
                                    {"arrow", arrow_version},     {"boost", boost_version()},
                                    {"openssl", openssl}};
        call.terminal.print_line(boost::json::serialize(info));
        return ExitOk;
    }
    call.terminal.print_line(fmt::format("tarn {} ({})", version(), commit()));
    call.terminal.print_line(fmt::format("built by g++ {} with Arrow {}, Boost {}, OpenSSL {}",
                                         __VERSION__, arrow_version, boost_version(), openssl));
    return ExitOk;
}

}  // namespace

Command version_command() {
    return {.name = "version",
            .summary = "which Tarn this is and what it was built with",
            .examples = {"tarn version", "tarn version --json"},
            .options = {},
            .arguments = {},
            .run = print_version};
}

}  // namespace tarn::cli
