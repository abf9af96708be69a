// An HTTP server that gives prepared answers, one a connection, and keeps what it was asked. It
// stands for an S3 server in trouble.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/assert.hpp"
#include "base/error.hpp"

namespace tarn::storage::testing {

// Instead of an answer: the connection is closed once the request has come.
inline const std::string hang_up = "";

inline std::string answer(int status, const std::string& body = "") {
    return fmt::format("HTTP/1.1 {} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{}", status,
                       body.size(), body);
}

class CannedServer {
public:
    explicit CannedServer(std::vector<std::string> answers)
        : answers_(std::move(answers)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        TARN_ASSERT(::bind(listener_, generic, size) == 0);
        TARN_ASSERT(::listen(listener_, 16) == 0);
        TARN_ASSERT(::getsockname(listener_, generic, &size) == 0);
        port_ = ntohs(address.sin_port);
        serving_ = std::jthread([this] { serve(); });
    }
    ~CannedServer() {
        ::shutdown(listener_, SHUT_RDWR);
        serving_.join();
        ::close(listener_);
    }

    std::string url() const { return fmt::format("http://127.0.0.1:{}", port_); }

    // The requests so far, head and body.
    std::vector<std::string> requests() const {
        std::lock_guard lock(mutex_);
        return requests_;
    }

private:
    void serve() {
        for (const std::string& answer : answers_) {
            int connection = ::accept(listener_, nullptr, nullptr);
            if (connection < 0) return;
            std::string request = read_request(connection);
            {
                std::lock_guard lock(mutex_);
                requests_.push_back(std::move(request));
            }
            if (!answer.empty()) ::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
            ::close(connection);
        }
        ::shutdown(listener_, SHUT_RDWR);  // who asks once more is refused
    }

    static std::string read_request(int connection) {
        std::string request;
        char bytes[4096];
        while (!is_complete(request)) {
            ssize_t got = ::recv(connection, bytes, sizeof bytes, 0);
            if (got <= 0) break;
            request.append(bytes, static_cast<size_t>(got));
        }
        return request;
    }

    static bool is_complete(const std::string& request) {
        size_t head_end = request.find("\r\n\r\n");
        if (head_end == std::string::npos) return false;
        size_t length = request.find("Content-Length: ");
        size_t body_size = length < head_end ? std::stoul(request.substr(length + 16)) : 0;
        return request.size() >= head_end + 4 + body_size;
    }

    std::vector<std::string> answers_;
    int listener_;
    int port_ = 0;
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    std::jthread serving_;
};

}  // namespace tarn::storage::testing
