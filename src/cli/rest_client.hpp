// How client commands talk to a running Tarn: the one that --at names, else the one that has the
// data folder, else whatever answers at the default port.
#pragma once

#include <boost/json/value.hpp>

#include <string>

#include "cli/command.hpp"

namespace tarn::cli {

class RestClient {
public:
    static RestClient of_call(const Call& call);

    // The JSON at this path. Throws what the server answers, or Unavailable when nobody does.
    boost::json::value get(const std::string& path) const;

    const std::string& url() const { return url_; }

private:
    RestClient(std::string url, std::string token)
        : url_(std::move(url)), token_(std::move(token)) {}

    std::string url_;
    std::string token_;
};

}  // namespace tarn::cli
