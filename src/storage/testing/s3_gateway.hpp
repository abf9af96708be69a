// A real S3 server for one test: versitygw over a folder of its own, on a free port of loopback,
// with keys that no other server knows. It ends with the test, also when the test crashes.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "base/random.hpp"
#include "storage/s3.hpp"
#include "storage/s3_client.hpp"
#include "storage/testing/free_port.hpp"
#include "storage/testing/temp_folder.hpp"

namespace tarn::storage::testing {

class S3Gateway {
public:
    static std::string program() {
        const char* source_dir = std::getenv("TARN_SOURCE_DIR");
        return std::string(source_dir ? source_dir : ".") + "/.deps/versitygw/bin/versitygw";
    }
    static bool is_installed() { return ::access(program().c_str(), X_OK) == 0; }

    S3Gateway() {
        // Another process may take the port between our look and the server's start.
        for (int tries = 0; tries < 5; ++tries) {
            start();
            if (is_ready()) return;
            stop();
        }
        throw Error(ErrorCode::Unavailable, "the S3 test server does not start");
    }
    ~S3Gateway() { stop(); }
    S3Gateway(const S3Gateway&) = delete;
    S3Gateway& operator=(const S3Gateway&) = delete;

    S3Settings settings() const {
        return {.endpoint = fmt::format("http://127.0.0.1:{}", port_),
                .access_key = key_,
                .secret_key = key_ + "-secret",
                .make_bucket = true,
                .first_wait = std::chrono::milliseconds(1)};
    }

private:
    void start() {
        port_ = free_port();
        std::string address = fmt::format("127.0.0.1:{}", port_);
        std::string binary = program();
        std::string secret = settings().secret_key;
        std::string folder = folder_.path().native();
        std::array<const char*, 11> arguments = {
            binary.c_str(), "--quiet",      "--port", address.c_str(), "--access", key_.c_str(),
            "--secret",     secret.c_str(), "posix",  folder.c_str(),  nullptr};
        pid_t parent = ::getpid();
        pid_ = ::fork();
        TARN_ASSERT(pid_ >= 0);
        if (pid_ > 0) return;
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) ::_exit(1);  // it died before we asked to follow it
        ::close(STDOUT_FILENO);
        ::close(STDERR_FILENO);
        ::execv(binary.c_str(), const_cast<char* const*>(arguments.data()));
        ::_exit(127);
    }

    // The right answer to our own keys: this server and no other runs there.
    bool is_ready() {
        S3Settings once = settings();
        once.tries_max = 1;
        S3Client client(once, "lake",
                        [&] { return S3Credentials{once.access_key, once.secret_key, ""}; });
        for (int tries = 0; tries < 1000; ++tries) {
            try {
                client.make_bucket();
                return true;
            } catch (const Error& error) {
                if (::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = 0;
                if (pid_ == 0 || error.code() != ErrorCode::Unavailable) return false;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return false;
    }

    void stop() {
        if (pid_ <= 0) return;  // it has ended by itself, and its number may be another's by now
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = 0;
    }

    TempFolder folder_;
    std::string key_ = fmt::format("{:016x}", SystemRandom().next());
    int port_ = 0;
    pid_t pid_ = 0;  // 0: none runs
};

// The S3Library of the test program, shut down before it ends.
inline S3Library& s3_library() {
    class Owner : public ::testing::Environment {
    public:
        void TearDown() override { library.reset(); }
        std::unique_ptr<S3Library> library = std::make_unique<S3Library>();
    };
    static auto* owner =
        static_cast<Owner*>(::testing::AddGlobalTestEnvironment(new Owner));  // gtest deletes it
    return *owner->library;
}

}  // namespace tarn::storage::testing
