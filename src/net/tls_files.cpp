#include "net/tls_files.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include <fstream>
#include <iterator>
#include <memory>

#include "base/error.hpp"

namespace tarn::net {
namespace {

template <auto Free>
struct Deleter {
    template <typename T>
    void operator()(T* what) const {
        Free(what);
    }
};
using Bio = std::unique_ptr<BIO, Deleter<BIO_free>>;
using Pkcs12 = std::unique_ptr<PKCS12, Deleter<PKCS12_free>>;
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;

struct ChainDeleter {
    void operator()(STACK_OF(X509) * chain) const { sk_X509_pop_free(chain, X509_free); }
};
using Chain = std::unique_ptr<STACK_OF(X509), ChainDeleter>;

std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw Error(ErrorCode::NotFound, "cannot read {}", path);
    return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string text_in(BIO* memory) {
    char* text = nullptr;
    long size = BIO_get_mem_data(memory, &text);
    return std::string(text, static_cast<size_t>(size));
}

std::string openssl_reason() {
    unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    const char* reason = ERR_reason_error_string(code);
    return reason ? reason : "it is damaged";
}

TlsFile opened(const std::string& path, PKCS12* store, const std::string& password) {
    EVP_PKEY* key = nullptr;
    X509* own = nullptr;
    STACK_OF(X509)* others = nullptr;
    if (PKCS12_parse(store, password.c_str(), &key, &own, &others) != 1) {
        throw Error(ErrorCode::InvalidInput, "cannot open {}: {}", path, openssl_reason())
            .with_hint("is its password the right one?");
    }
    Key owned_key(key);
    Certificate owned_certificate(own);
    Chain owned_others(others);

    Bio certificates(BIO_new(BIO_s_mem()));
    if (own) PEM_write_bio_X509(certificates.get(), own);
    for (int i = 0; i < sk_X509_num(others); ++i) {
        PEM_write_bio_X509(certificates.get(), sk_X509_value(others, i));
    }
    Bio private_key(BIO_new(BIO_s_mem()));
    if (key) {
        PEM_write_bio_PrivateKey(private_key.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    }
    return {.certificates = text_in(certificates.get()), .key = text_in(private_key.get())};
}

}  // namespace

TlsFile read_tls_file(const std::string& path, const std::string& password) {
    constexpr std::string_view JavaKeystore = "\xFE\xED\xFE\xED";
    std::string content = content_of(path);
    if (content.find("-----BEGIN ") != content.npos) {
        return {.certificates = content, .key = content};
    }
    if (content.starts_with(JavaKeystore)) {
        throw Error(ErrorCode::InvalidInput, "{} is a Java keystore, which only Java can read",
                    path)
            .with_hint(fmt::format("`keytool -importkeystore -srckeystore {0} -destkeystore "
                                   "{0}.p12 -deststoretype PKCS12` makes one for everybody",
                                   path));
    }
    Bio bytes(BIO_new_mem_buf(content.data(), static_cast<int>(content.size())));
    Pkcs12 store(d2i_PKCS12_bio(bytes.get(), nullptr));
    if (!store) {
        ERR_clear_error();
        throw Error(ErrorCode::InvalidInput, "{} holds neither PEM nor PKCS12", path)
            .with_hint("a certificate in PEM form begins with -----BEGIN CERTIFICATE-----");
    }
    return opened(path, store.get(), password);
}

std::string with_pem_lines(std::string_view text) {
    constexpr size_t LineMax = 64;
    std::string lines;
    while (true) {
        // "-----BEGIN X-----", then base64, then "-----END X-----"
        size_t begin = text.find("-----BEGIN ");
        size_t body = begin == text.npos ? text.npos : text.find("-----", begin + 5);
        size_t end = body == text.npos ? text.npos : text.find("-----END ", body);
        size_t after = end == text.npos ? text.npos : text.find("-----", end + 5);
        if (after == text.npos) return lines;
        body += 5;
        after += 5;
        lines.append(text.substr(begin, body - begin)).append("\n");
        size_t column = 0;
        for (char c : text.substr(body, end - body)) {
            if (static_cast<unsigned char>(c) <= ' ') continue;
            if (column++ == LineMax) {
                lines += '\n';
                column = 1;
            }
            lines += c;
        }
        lines.append("\n").append(text.substr(end, after - end)).append("\n");
        text.remove_prefix(after);
    }
}

}  // namespace tarn::net
