// How client commands talk to a running Tarn: the one that --at names, else the one that has the
// data folder, else whatever answers at the default port.
#pragma once

#include <boost/json/value.hpp>

#include <functional>
#include <string>

#include "cli/command.hpp"
#include "http/server_sent_events.hpp"

namespace tarn::cli {

class RestClient {
public:
    static RestClient of_call(const Call& call);

    // The JSON at this path. Throws what the server answers, or Unavailable when nobody does.
    boost::json::value get(const std::string& path) const;

    // Posts JSON, or nothing for null.
    boost::json::value post(const std::string& path, const boost::json::value& body) const;

    // Posts JSON; `take` is told each event of the answer until it says that it has had enough, or
    // there are no more.
    using TakeEvent = std::function<bool(const http::ServerSentEvent& event)>;
    void post_for_events(const std::string& path, const boost::json::value& body,
                         const TakeEvent& take) const;

    const std::string& url() const { return url_; }

private:
    template <typename Ask>
    auto asked(const Ask& ask) const;

    RestClient(std::string url, std::string token)
        : url_(std::move(url)), token_(std::move(token)) {}

    std::string url_;
    std::string token_;
};

}  // namespace tarn::cli
