#include <curl/curl.h>
#include <lz4.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include "base/bytes.hpp"
#include "uses.hpp"

namespace tarn::coexist {
namespace {

std::string through_zstd(const std::string& text) {
    std::string packed(ZSTD_compressBound(text.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 1));
    std::string restored(text.size(), '\0');
    restored.resize(
        ZSTD_decompress(restored.data(), restored.size(), packed.data(), packed.size()));
    return restored;
}

std::string through_lz4(const std::string& text) {
    int size = static_cast<int>(text.size());
    std::string packed(static_cast<size_t>(LZ4_compressBound(size)), '\0');
    int packed_size =
        LZ4_compress_default(text.data(), packed.data(), size, static_cast<int>(packed.size()));
    std::string restored(text.size(), '\0');
    LZ4_decompress_safe(packed.data(), restored.data(), packed_size, size);
    return restored;
}

std::string through_snappy(const std::string& text) {
    std::string packed, restored;
    snappy::Compress(text.data(), text.size(), &packed);
    snappy::Uncompress(packed.data(), packed.size(), &restored);
    return restored;
}

std::string through_zlib(const std::string& text) {
    uLongf packed_size = compressBound(text.size());
    std::string packed(packed_size, '\0'), restored(text.size(), '\0');
    auto bytes = [](std::string& s) { return reinterpret_cast<Bytef*>(s.data()); };
    compress(bytes(packed), &packed_size, reinterpret_cast<const Bytef*>(text.data()), text.size());
    uLongf restored_size = restored.size();
    uncompress(bytes(restored), &restored_size, bytes(packed), packed_size);
    return restored;
}

}  // namespace

std::string through_codecs(const std::string& text) {
    return through_zlib(through_snappy(through_lz4(through_zstd(text))));
}

std::string sha256_of(const std::string& text) {
    Bytes digest(32);
    EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr,
               EVP_sha256(), nullptr);
    return to_hex(digest);
}

std::string curl_escaped(const std::string& text) {
    char* escaped = curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size()));
    std::string copy = escaped;
    curl_free(escaped);
    return copy;
}

bool loads_trusted_certificates() {
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    bool is_loaded = SSL_CTX_set_default_verify_paths(context) == 1;
    SSL_CTX_free(context);
    return is_loaded;
}

}  // namespace tarn::coexist
