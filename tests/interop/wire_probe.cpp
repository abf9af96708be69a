// Reads Kafka's messages and writes them again, for KafkaMessages.java. A question on stdin is a
// kind, a key, a version, and bytes with their size; the answer on stdout is bytes with their size:
//   Q, P     a request, a response: read and written again
//   q, p     the same with nothing filled in
//   S, A     a consumer's subscription, its assignment; s, a with nothing filled in
//   h        the header of a request
//   H        which version of the header a request has, and a response
//   V        the lowest and the highest version; nothing when we have no such API
//   E        the name of the error whose code is the key, and whether it is retriable
// What is refused is answered with the reason as text.
#include <array>
#include <cstdio>

#include "base/error.hpp"
#include "kafka/wire/error_codes.hpp"
#include "kafka/wire/headers.hpp"
#include "kafka/wire/messages/consumer_protocol_assignment.hpp"
#include "kafka/wire/messages/consumer_protocol_subscription.hpp"
#include "kafka/wire/messages/every_message.hpp"

namespace {

using namespace tarn;
using namespace tarn::kafka;

struct Question {
    char kind;
    int16_t key;
    int version;
    Bytes bytes;
};

bool read_all(std::span<std::byte> into) {
    return std::fread(into.data(), 1, into.size(), stdin) == into.size();
}

std::optional<Question> next_question() {
    std::array<std::byte, 9> head;
    if (!read_all(head)) return std::nullopt;
    Reader in{head};
    Question question{.kind = static_cast<char>(in.take_int8()),
                      .key = in.take_int16(),
                      .version = in.take_int16(),
                      .bytes = {}};
    question.bytes.resize(static_cast<size_t>(in.take_int32()));
    if (!read_all(question.bytes)) return std::nullopt;
    return question;
}

template <typename Message>
Bytes written(const Message& message, int version) {
    Writer out;
    message.write(out, version);
    return std::move(out).finish();
}

template <typename Message>
Bytes written_again(const Question& question) {
    Reader in(question.bytes);
    auto message = Message::read(in, question.version);
    in.check_at_end();
    return written(message, question.version);
}

Bytes header_written_again(const Question& question) {
    Reader in(question.bytes);
    RequestHeader header = read_request_header(in);
    in.check_at_end();
    return written(header, request_header_version(*find_api(question.key), question.version));
}

Bytes two_bytes(int first, int second) {
    return {static_cast<std::byte>(first), static_cast<std::byte>(second)};
}

Bytes name_of_error(KafkaError error) {
    return copy_of(
        as_bytes(std::string(name_of(error)) + (is_retriable(error) ? " retriable" : "")));
}

Bytes answer_to(const Question& question) {
    const Api* api = find_api(question.key);
    auto key = static_cast<ApiKey>(question.key);
    int version = question.version;
    switch (question.kind) {
        case 'Q':
            return visit_request(key, [&]<typename T>() { return written_again<T>(question); });
        case 'P':
            return visit_response(key, [&]<typename T>() { return written_again<T>(question); });
        case 'q':
            return visit_request(key, [&]<typename T>() { return written(T(), version); });
        case 'p':
            return visit_response(key, [&]<typename T>() { return written(T(), version); });
        case 'S':
            return written_again<ConsumerProtocolSubscription>(question);
        case 'A':
            return written_again<ConsumerProtocolAssignment>(question);
        case 's':
            return written(ConsumerProtocolSubscription(), version);
        case 'a':
            return written(ConsumerProtocolAssignment(), version);
        case 'h':
            return header_written_again(question);
        case 'H':
            return two_bytes(request_header_version(*api, version),
                             response_header_version(*api, version));
        case 'V':
            return api ? two_bytes(api->min_version, api->max_version) : Bytes();
        case 'E':
            return name_of_error(static_cast<KafkaError>(question.key));
        default:
            throw Error(ErrorCode::InvalidInput, "wire_probe: no question '{}'", question.kind);
    }
}

Bytes answer_or_refusal(const Question& question) {
    try {
        return answer_to(question);
    } catch (const Error& error) {
        return copy_of(as_bytes(error.what()));
    }
}

}  // namespace

int main() {
    while (auto question = next_question()) {
        Writer out;
        out.put_bytes(Form::Plain, answer_or_refusal(*question));
        Bytes answer = std::move(out).finish();
        std::fwrite(answer.data(), 1, answer.size(), stdout);
        std::fflush(stdout);
    }
}
