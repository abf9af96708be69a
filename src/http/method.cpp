#include "http/method.hpp"

namespace tarn::http {

std::string_view name_of(Method method) {
    switch (method) {
        case Method::Get:
            return "GET";
        case Method::Head:
            return "HEAD";
        case Method::Post:
            return "POST";
        case Method::Put:
            return "PUT";
        case Method::Delete:
            return "DELETE";
        case Method::Patch:
            return "PATCH";
        case Method::Options:
            return "OPTIONS";
        case Method::Other:
            return "OTHER";
    }
    return "OTHER";
}

Method method_named(std::string_view name) {
    for (Method method : {Method::Get, Method::Head, Method::Post, Method::Put, Method::Delete,
                          Method::Patch, Method::Options}) {
        if (name == name_of(method)) return method;
    }
    return Method::Other;
}

}  // namespace tarn::http
