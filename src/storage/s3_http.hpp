// Sends one signed request to an S3 server over HTTP and says exactly what became of it. Arrow's S3
// client cannot send a conditional PUT, and folds what happened into a text; commits need both.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "storage/s3_settings.hpp"
#include "storage/sigv4.hpp"

namespace tarn::storage {

struct S3Answer {
    int status = 0;
    Bytes body = {};
    int64_t content_length = 0;  // of a HEAD: the object's size
    WallTime modified_at{};
};

// No answer came. The server has never seen the request, or it may have, and may still act on it.
enum class Arrival { Never, Perhaps };
struct NoAnswer {
    Arrival arrival;
    std::string reason;
};

using S3Outcome = std::variant<S3Answer, NoAnswer>;

enum class Connection { Any, Fresh };

class S3Http {
public:
    S3Http(const S3Settings& settings, std::function<S3Credentials()> credentials);
    ~S3Http();

    // A request for the object, or for the bucket when the key is empty.
    S3Request request(std::string method, std::string_view bucket, std::string_view key) const;

    // One try. On a kept connection that turns out dead libcurl sends the request again by itself;
    // what must not be sent twice unnoticed needs a fresh one.
    S3Outcome try_once(S3Request request, Connection connection = Connection::Any);

    // For requests that may be sent again: repeats while the server is out of reach or overloaded,
    // settings.tries_max times in all. Throws Unavailable when no answer came.
    S3Answer send(const S3Request& request);

    // Waits before the next try, longer from try to try.
    void wait_after(int tries) const;

private:
    class Handle;
    class Handles;

    S3Settings settings_;
    std::function<S3Credentials()> credentials_;
    std::unique_ptr<Handles> idle_;
};

// Whether the server, by this status, could not do now what it may do later.
bool is_passing_trouble(int status);

}  // namespace tarn::storage
