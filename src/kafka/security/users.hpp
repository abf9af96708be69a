// The users of the cluster with their SCRAM credentials, never their passwords, kept in the
// registry under "user/NAME". Looking up is for any thread, and works on a table that does not
// change under the reader; changing blocks.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/random.hpp"
#include "kafka/security/scram.hpp"
#include "log/registry.hpp"

namespace tarn::kafka {

// What tools may choose between, as in Kafka. Each login by PLAIN costs us as many.
constexpr int IterationsMin = 4096;
constexpr int IterationsMax = 16384;

class Users {
public:
    using Credentials = std::map<Hash, ScramCredential>;
    using Table = std::map<std::string, Credentials, std::less<>>;

    // Small enough to live in memory.
    static constexpr int UsersMax = 10'000;

    Users(log::Registry& registry, Random& random);

    std::shared_ptr<const Table> table() const { return table_.load(); }

    struct Found {
        ScramCredential credential;
        bool is_real = true;
    };
    // Of a user who does not exist, or has no such credential, one that no password fits: always
    // the same for a name, so that nobody can tell by it who exists.
    Found credential(std::string_view user, Hash hash) const;

    // Throws InvalidInput for a name that is no text, Unavailable when there are too many users.
    void put(const std::string& user, Hash hash, ScramCredential credential);
    // False when there is none.
    bool remove(std::string_view user, Hash hash);

private:
    void publish(const std::string& user, Credentials credentials);

    log::Registry& registry_;
    Bytes secret_;  // what made-up credentials are made of
    std::mutex changing_;
    std::atomic<std::shared_ptr<const Table>> table_;
};

}  // namespace tarn::kafka
