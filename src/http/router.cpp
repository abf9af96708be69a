#include <algorithm>

#include "base/assert.hpp"
#include "http/route.hpp"
#include "http/target.hpp"

namespace tarn::http {

// One segment of the paths below it. Names of parameters are the routes' own: two routes may call
// the same segment differently.
struct Router::Node {
    struct Word {
        std::string text;
        std::unique_ptr<Node> node;
    };
    struct Entry {
        Method method;
        size_t route;
    };

    std::vector<Word> words;
    std::unique_ptr<Node> parameter;
    std::unique_ptr<Node> rest;
    std::vector<Entry> methods;
};

namespace {

bool is_parameter(std::string_view segment) {
    return segment.starts_with('{') && segment.ends_with('}');
}

bool is_rest(std::string_view segment) {
    return is_parameter(segment) && segment.ends_with("...}");
}

// The name in "{table}" or "{key...}".
std::string_view parameter_name(std::string_view segment) {
    return segment.substr(1, segment.size() - (is_rest(segment) ? 5 : 2));
}

// Takes "/segment" off the front of a path.
std::string_view take_segment(std::string_view& path) {
    path.remove_prefix(1);
    std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    return segment;
}

}  // namespace

// Walks the tree with all its alternatives. It keeps the methods of every node that the path leads
// to, for the Allow header, until one has the method asked for.
struct Router::Search {
    Method method;
    std::vector<std::string_view> values = {};  // of parameters, escaped
    std::vector<Method> allowed = {};
    std::optional<size_t> route = {};

    bool at(const Node& node, std::string_view path) {
        if (path.empty()) return ends_at(node);
        std::string_view rest = path;
        std::string_view segment = take_segment(rest);

        if (const Node* next = word_of(node, segment); next && at(*next, rest)) return true;
        if (node.parameter && !segment.empty() && takes(*node.parameter, segment, rest))
            return true;
        if (node.rest && path.size() > 1) return takes(*node.rest, path.substr(1), {});
        return false;
    }

private:
    bool takes(const Node& node, std::string_view value, std::string_view rest) {
        values.push_back(value);
        if (at(node, rest)) return true;
        values.pop_back();
        return false;
    }

    bool ends_at(const Node& node) {
        for (Method wanted : {method, Method::Get}) {
            for (auto& entry : node.methods) {
                if (entry.method == wanted) {
                    route = entry.route;
                    return true;
                }
            }
            if (method != Method::Head) break;
        }
        for (auto& entry : node.methods) allowed.push_back(entry.method);
        return false;
    }

    static const Node* word_of(const Node& node, std::string_view segment) {
        std::optional<std::string> decoded;
        if (segment.find('%') != std::string_view::npos) {
            decoded = percent_decoded(segment);
            if (decoded) segment = *decoded;
        }
        for (auto& word : node.words) {
            if (word.text == segment) return word.node.get();
        }
        return nullptr;
    }
};

Router::Router()
    : shape_(std::make_shared<const ErrorShape>(
          [](const Failure& failure) { return error_response(failure); })),
      root_(std::make_unique<Node>()) {}

Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

Router& Router::add(Route route) {
    TARN_ASSERT(route.path.starts_with('/') && route.handler);
    routes_.push_back(std::move(route));
    shapes_.push_back(shape_);
    link(routes_.size() - 1);
    return *this;
}

Router& Router::mount(Router other) {
    for (size_t i = 0; i < other.routes_.size(); ++i) {
        routes_.push_back(std::move(other.routes_[i]));
        shapes_.push_back(std::move(other.shapes_[i]));
        link(routes_.size() - 1);
    }
    return *this;
}

Router& Router::set_error_shape(ErrorShape shape) {
    shape_ = std::make_shared<const ErrorShape>(std::move(shape));
    return *this;
}

void Router::link(size_t index) {
    const Route& route = routes_[index];
    Node* node = root_.get();
    std::string_view path = route.path;
    if (path == "/") path = {};
    auto step_into = [&](std::unique_ptr<Node>& next) {
        if (!next) next = std::make_unique<Node>();
        node = next.get();
    };
    while (!path.empty()) {
        std::string_view segment = take_segment(path);
        if (is_rest(segment)) {
            TARN_ASSERT(path.empty());
            step_into(node->rest);
        } else if (is_parameter(segment)) {
            step_into(node->parameter);
        } else {
            auto word = std::find_if(node->words.begin(), node->words.end(),
                                     [&](const Node::Word& word) { return word.text == segment; });
            if (word == node->words.end()) {
                word = node->words.insert(word, {std::string(segment), nullptr});
            }
            step_into(word->node);
        }
    }
    bool is_new = std::none_of(node->methods.begin(), node->methods.end(),
                               [&](auto& entry) { return entry.method == route.method; });
    TARN_ASSERT(is_new);
    node->methods.push_back({route.method, index});
}

Router::Match Router::match(Method method, std::string_view path) const {
    Search search{.method = method};
    bool is_found = search.at(*root_, path == "/" ? std::string_view() : path);
    // A slash at the end means the same place, unless a route takes it for itself.
    if (!is_found && path.size() > 1 && path.ends_with('/')) {
        search.values.clear();
        is_found = search.at(*root_, path.substr(0, path.size() - 1));
    }

    Match match;
    if (!is_found) {
        std::sort(search.allowed.begin(), search.allowed.end());
        auto repeated = std::unique(search.allowed.begin(), search.allowed.end());
        search.allowed.erase(repeated, search.allowed.end());
        match.allowed = std::move(search.allowed);
        return match;
    }
    match.index = *search.route;
    match.route = &routes_[match.index];
    std::string_view pattern = match.route->path;
    for (std::string_view value : search.values) {
        std::string_view segment = take_segment(pattern);
        while (!is_parameter(segment)) segment = take_segment(pattern);
        // parse_target has refused broken escapes already.
        match.parameters.push_back({parameter_name(segment), percent_decoded(value).value_or("")});
    }
    return match;
}

const ErrorShape& Router::error_shape_of(const Match& match) const {
    return match.route ? *shapes_[match.index] : *shape_;
}

}  // namespace tarn::http
