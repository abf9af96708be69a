// Users and their SCRAM credentials, as administrators' tools list and change them.

#include <set>

#include "base/error.hpp"
#include "kafka/broker/requests.hpp"
#include "kafka/wire/messages/alter_user_scram_credentials.hpp"
#include "kafka/wire/messages/describe_user_scram_credentials.hpp"

namespace tarn::kafka {
namespace {

// The mechanisms in the numbers of the protocol.
constexpr int8_t NumberOfSha256 = 1;
constexpr int8_t NumberOfSha512 = 2;

std::optional<Hash> hash_of(int8_t mechanism) {
    if (mechanism == NumberOfSha256) return Hash::Sha256;
    return mechanism == NumberOfSha512 ? std::optional(Hash::Sha512) : std::nullopt;
}

using Result = AlterUserScramCredentialsResponse::AlterUserScramCredentialsResult;

struct Refused {
    KafkaError error;
    std::string reason;
};

Hash checked_hash(const std::string& user, int8_t mechanism) {
    if (user.empty()) {
        throw Refused{KafkaError::UnacceptableCredential, "Username must not be empty"};
    }
    auto hash = hash_of(mechanism);
    if (!hash) throw Refused{KafkaError::UnsupportedSaslMechanism, "Unknown SCRAM mechanism"};
    return *hash;
}

using Upsertion = AlterUserScramCredentialsRequest::ScramCredentialUpsertion;

void check(const Upsertion& wanted) {
    using enum KafkaError;
    Hash hash = checked_hash(wanted.name, wanted.mechanism);
    if (wanted.iterations < IterationsMin)
        throw Refused{UnacceptableCredential, "Too few iterations"};
    if (wanted.iterations > IterationsMax) {
        throw Refused{UnacceptableCredential, "Too many iterations"};
    }
    if (wanted.salt.empty()) throw Refused{UnacceptableCredential, "The salt must not be empty"};
    if (wanted.salted_password.size() != size_of(hash)) {
        throw Refused{UnacceptableCredential, "The salted password is not one of the mechanism's"};
    }
}

// All changes of one request, user by user: none of a user's is made when one of them is wrong.
class Changes {
public:
    Changes(Users& users, const AlterUserScramCredentialsRequest& request)
        : users_(users), request_(request) {}

    AlterUserScramCredentialsResponse make() {
        for (const auto& each : request_.deletions) check_deletion(each.name, each.mechanism);
        for (const auto& each : request_.upsertions) check_upsertion(each);
        for (const auto& each : request_.deletions) {
            change(each.name, [&] { users_.remove(each.name, *hash_of(each.mechanism)); });
        }
        for (const auto& each : request_.upsertions) {
            change(each.name, [&] {
                Hash hash = *hash_of(each.mechanism);
                users_.put(each.name, hash,
                           scram_credential_of_stretched(hash, each.salted_password, each.salt,
                                                         each.iterations));
            });
        }
        AlterUserScramCredentialsResponse response;
        for (auto& [user, result] : results_) response.results.push_back(std::move(result));
        return response;
    }

private:
    template <typename Check>
    void note(const std::string& user, int8_t mechanism, Check check) {
        Result& result = results_.try_emplace(user).first->second;
        result.user = user;
        if (result.error_code != number_of(KafkaError::None)) return;
        try {
            check();
            if (!named_.emplace(user, mechanism).second) {
                throw Refused{KafkaError::DuplicateResource,
                              "A user credential cannot be altered twice in the same request"};
            }
            result.error_message = std::nullopt;
        } catch (const Refused& refused) {
            result.error_code = number_of(refused.error);
            result.error_message = refused.reason;
        }
    }
    void check_deletion(const std::string& user, int8_t mechanism) {
        note(user, mechanism, [&] {
            Hash hash = checked_hash(user, mechanism);
            auto now = users_.table();
            auto found = now->find(user);
            if (found == now->end() || !found->second.contains(hash)) {
                throw Refused{KafkaError::ResourceNotFound,
                              "Attempt to delete a user credential that does not exist"};
            }
        });
    }
    void check_upsertion(const Upsertion& wanted) {
        note(wanted.name, wanted.mechanism, [&] { check(wanted); });
    }
    template <typename Change>
    void change(const std::string& user, Change change) {
        Result& result = results_.at(user);
        if (result.error_code != number_of(KafkaError::None)) return;
        try {
            change();
        } catch (const Error& error) {
            bool is_name = error.code() == ErrorCode::InvalidInput;
            result.error_code =
                number_of(is_name ? KafkaError::UnacceptableCredential : kafka_error_of(error));
            result.error_message = error.what();
        }
    }

    Users& users_;
    const AlterUserScramCredentialsRequest& request_;
    std::map<std::string, Result> results_;
    std::set<std::pair<std::string, int8_t>> named_;
};

// Every user of the request with the same answer, each once.
AlterUserScramCredentialsResponse refuse_all(const AlterUserScramCredentialsRequest& request,
                                             KafkaError error) {
    std::set<std::string> users;
    for (const auto& each : request.deletions) users.insert(each.name);
    for (const auto& each : request.upsertions) users.insert(each.name);
    AlterUserScramCredentialsResponse response;
    for (const std::string& user : users) {
        response.results.push_back(
            {.user = user, .error_code = number_of(error), .error_message = "Not authorized."});
    }
    return response;
}

}  // namespace

DescribeUserScramCredentialsResponse answer_describe_users(
    const Context& context, const DescribeUserScramCredentialsRequest& request) {
    DescribeUserScramCredentialsResponse response;
    response.error_message = std::nullopt;
    if (!context.may(Operation::Describe, on_cluster())) {
        response.error_code = number_of(KafkaError::ClusterAuthorizationFailed);
        return response;
    }
    auto table = context.broker.users.table();
    std::map<std::string, int> wanted;
    if (request.users) {
        for (const auto& user : *request.users) ++wanted[user.name];
    }
    if (wanted.empty()) {
        for (const auto& [user, credentials] : *table) wanted[user] = 1;
    }
    for (const auto& [user, times] : wanted) {
        auto& result = response.results.emplace_back();
        result.user = user;
        result.error_message = std::nullopt;
        auto refuse = [&result](KafkaError error, std::string reason) {
            result.error_code = number_of(error);
            result.error_message = std::move(reason);
        };
        auto found = table->find(user);
        if (times > 1) {
            refuse(KafkaError::DuplicateResource,
                   "Cannot describe SCRAM credentials for the same user twice in a single "
                   "request: " +
                       user);
        } else if (found == table->end()) {
            refuse(KafkaError::ResourceNotFound,
                   "Attempt to describe a user credential that does not exist: " + user);
        } else {
            for (const auto& [hash, credential] : found->second) {
                result.credential_infos.push_back(
                    {.mechanism = hash == Hash::Sha256 ? NumberOfSha256 : NumberOfSha512,
                     .iterations = credential.iterations});
            }
        }
    }
    return response;
}

awaitable<AlterUserScramCredentialsResponse> answer_alter_users(
    Context context, AlterUserScramCredentialsRequest request) {
    if (!context.may(Operation::Alter, on_cluster())) {
        co_return refuse_all(request, KafkaError::ClusterAuthorizationFailed);
    }
    Users& users = context.broker.users;
    co_return co_await context.broker.blocking.run(
        [&users, &request] { return Changes(users, request).make(); });
}

}  // namespace tarn::kafka
