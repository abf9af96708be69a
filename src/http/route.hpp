// Routes are what a face writes down: method, path, handler, and enough description that OpenAPI,
// metrics and the access log follow from it. Paths have three kinds of segments: words, parameters
// "{table}" of one segment, and as the last one "{key...}", which takes the rest with its slashes.
// A word wins over a parameter, a parameter over the rest. A router is filled before it is given to
// a listener and does not change after; its handlers may then run on every shard of the server.
#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/request.hpp"
#include "http/response.hpp"

namespace tarn::http {

using Handler = std::function<awaitable<Response>(Request&)>;

// How a router's protocol writes a failure down.
using ErrorShape = std::function<Response(const Failure&)>;

enum class Auth {
    Token,  // the listener's bearer token, where it has one
    Open    // for health probes, and for faces that check signatures themselves
};

struct QueryParameter {
    std::string name;
    std::string description;
    bool is_required = false;
    std::string type = "string";  // of JSON Schema
};

struct BodyDescription {
    std::string description;
    std::string content_type = "application/json";
    boost::json::value schema = {};  // JSON Schema; null when there is nothing to say
};

struct Route {
    Method method;
    std::string path;
    std::string summary;
    Handler handler;

    std::optional<uint64_t> body_bytes_max = {};  // else the listener's
    Auth auth = Auth::Token;

    // For OpenAPI. Path parameters are taken from the path.
    std::string tag = {};
    std::vector<QueryParameter> query = {};
    std::optional<BodyDescription> request_body = {};
    std::map<int, BodyDescription> responses = {};
};

class Router {
public:
    Router();
    ~Router();
    Router(Router&&) noexcept;
    Router& operator=(Router&&) noexcept;

    // Adding a method and path twice is a bug and asserts.
    Router& add(Route route);

    // Adds the routes of another face, which keep their own error shape.
    Router& mount(Router other);

    // For the failures of routes that are added after this, and of paths that no route has.
    Router& set_error_shape(ErrorShape shape);

    struct Match {
        const Route* route = nullptr;
        size_t index = 0;  // of the route in routes()
        std::vector<PathParameter> parameters = {};
        std::vector<Method> allowed = {};  // of the path, when no route has the method
    };
    // Finds the route for a path as parse_target gives it. HEAD is answered by the route of GET.
    Match match(Method method, std::string_view path) const;

    const std::vector<Route>& routes() const { return routes_; }

    // The shape of the route with this index, or of the router itself.
    const ErrorShape& error_shape_of(const Match& match) const;

private:
    struct Node;
    struct Search;

    void link(size_t index);

    std::vector<Route> routes_;
    std::vector<std::shared_ptr<const ErrorShape>> shapes_;  // one for each route
    std::shared_ptr<const ErrorShape> shape_;
    std::unique_ptr<Node> root_;
};

}  // namespace tarn::http
