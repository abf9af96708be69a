#include "kafka/security/users.hpp"

#include <boost/json/object.hpp>

#include <cstring>

#include "base/error.hpp"

namespace tarn::kafka {
namespace {

namespace json = boost::json;

constexpr std::string_view SecretName = "cluster/made-up-credentials";
constexpr size_t SecretSize = 32;
constexpr size_t MadeUpSaltSize = 24;

constexpr std::string_view key_of(Hash hash) {
    return hash == Hash::Sha256 ? "scram-sha-256" : "scram-sha-512";
}

Bytes bytes_in(const json::value& text, const std::string& user) {
    auto bytes = from_base64(text.as_string());
    if (!bytes) throw Error(ErrorCode::Corrupt, "the credentials of user '{}' are damaged", user);
    return *bytes;
}

json::object document_of(const Users::Credentials& credentials) {
    json::object document;
    for (const auto& [hash, credential] : credentials) {
        document[key_of(hash)] = json::object{
            {"salt", to_base64(credential.salt)},
            {"iterations", credential.iterations},
            {"stored-key", to_base64(credential.stored_key)},
            {"server-key", to_base64(credential.server_key)},
        };
    }
    return document;
}

Users::Credentials credentials_in(const json::value& document, const std::string& user) {
    Users::Credentials credentials;
    for (Hash hash : {Hash::Sha256, Hash::Sha512}) {
        const json::value* kept = document.as_object().if_contains(key_of(hash));
        if (!kept) continue;
        const json::object& fields = kept->as_object();
        credentials[hash] = {.salt = bytes_in(fields.at("salt"), user),
                             .iterations = static_cast<int>(fields.at("iterations").as_int64()),
                             .stored_key = bytes_in(fields.at("stored-key"), user),
                             .server_key = bytes_in(fields.at("server-key"), user)};
    }
    return credentials;
}

// The same over restarts: a salt that changes would tell who does not exist.
Bytes secret_of(log::Registry& registry, Random& random) {
    if (auto kept = registry.find(SecretName)) return bytes_in(*kept, "");
    Bytes secret = random_bytes(random, SecretSize);
    registry.put(std::string(SecretName), json::string(to_base64(secret)));
    return secret;
}

}  // namespace

Users::Users(log::Registry& registry, Random& random)
    : registry_(registry), secret_(secret_of(registry, random)) {
    auto table = std::make_shared<Table>();
    for (const auto& [user, document] : registry.of_kind("user")) {
        (*table)[user] = credentials_in(document, user);
    }
    table_ = std::move(table);
}

Users::Found Users::credential(std::string_view user, Hash hash) const {
    auto now = table();
    auto found = now->find(user);
    if (found != now->end()) {
        auto credential = found->second.find(hash);
        if (credential != found->second.end()) return {.credential = credential->second};
    }
    Bytes made_up = hmac(Hash::Sha512, secret_, as_bytes(user));
    Bytes salt(made_up.begin(), made_up.begin() + MadeUpSaltSize);
    Bytes keys = hmac(hash, made_up, as_bytes(key_of(hash)));
    return {.credential = {.salt = std::move(salt),
                           .iterations = IterationsMin,
                           .stored_key = keys,
                           .server_key = keys},
            .is_real = false};
}

void Users::put(const std::string& user, Hash hash, ScramCredential credential) {
    std::lock_guard lock(changing_);
    auto now = table();
    auto found = now->find(user);
    if (found == now->end() && std::ssize(*now) >= UsersMax) {
        throw Error(ErrorCode::Unavailable, "there are {} users, and no more are taken", UsersMax);
    }
    Credentials credentials = found == now->end() ? Credentials() : found->second;
    credentials[hash] = std::move(credential);
    registry_.put("user/" + user, document_of(credentials));
    publish(user, std::move(credentials));
}

bool Users::remove(std::string_view user, Hash hash) {
    std::lock_guard lock(changing_);
    auto now = table();
    auto found = now->find(user);
    if (found == now->end() || !found->second.contains(hash)) return false;
    Credentials credentials = found->second;
    credentials.erase(hash);
    std::string name = "user/" + found->first;
    if (credentials.empty()) {
        registry_.remove(name);
    } else {
        registry_.put(name, document_of(credentials));
    }
    publish(found->first, std::move(credentials));
    return true;
}

void Users::publish(const std::string& user, Credentials credentials) {
    auto next = std::make_shared<Table>(*table());
    if (credentials.empty()) {
        next->erase(user);
    } else {
        (*next)[user] = std::move(credentials);
    }
    table_ = std::move(next);
}

}  // namespace tarn::kafka
