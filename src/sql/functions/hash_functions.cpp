// Digests of texts and bytes, by OpenSSL, and Java's hash codes.
#include <openssl/evp.h>

#include <array>
#include <bit>

#include "sql/functions/characters.hpp"
#include "sql/functions/scalar.hpp"
#include "sql/functions/topics.hpp"

namespace tarn::sql {
namespace {

// --- digests

void write_hex(std::string& out, const unsigned char* bytes, size_t count) {
    constexpr std::string_view Digits = "0123456789abcdef";
    for (size_t i = 0; i < count; ++i) {
        out += Digits[bytes[i] >> 4];
        out += Digits[bytes[i] & 15];
    }
}

void write_digest(std::string& out, std::string_view bytes, const EVP_MD* algorithm) {
    // One context for all rows: making one costs more than the digest of a short text.
    struct Context {
        EVP_MD_CTX* context = EVP_MD_CTX_new();
        Context() = default;
        ~Context() { EVP_MD_CTX_free(context); }
    };
    thread_local Context shared;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned int count = 0;
    bool is_done = EVP_DigestInit_ex2(shared.context, algorithm, nullptr) == 1 &&
                   EVP_DigestUpdate(shared.context, bytes.data(), bytes.size()) == 1 &&
                   EVP_DigestFinal_ex(shared.context, digest.data(), &count) == 1;
    if (!is_done) throw Error(ErrorCode::Internal, "OpenSSL cannot compute a digest");
    write_hex(out, digest.data(), count);
}

// OpenSSL looks an algorithm up under a lock whenever it is used by name, so that is done once.
const EVP_MD* algorithm_named(const char* name) {
    EVP_MD* algorithm = EVP_MD_fetch(nullptr, name, nullptr);
    if (!algorithm) throw Error(ErrorCode::Internal, "OpenSSL has no {}", name);
    return algorithm;
}

template <typename View>
std::string_view bytes_of(const View& view) {
    if constexpr (std::is_same_v<View, BytesView>) {
        return view.bytes;
    } else {
        return view;
    }
}

// The algorithm is given as a function so that it is fetched when a digest is first wanted.
using Algorithm = const EVP_MD* (*)();

template <typename View>
Resolver digest_of(Algorithm algorithm, int digits) {
    auto write = [algorithm](std::string& out, View value) {
        write_digest(out, bytes_of(value), algorithm());
    };
    return scalar_giving(type_with(TypeKind::Char, digits), write);
}

Resolver digests(Algorithm algorithm, int digits) {
    return one_of(
        {digest_of<std::string_view>(algorithm, digits), digest_of<BytesView>(algorithm, digits)});
}

const EVP_MD* md5() {
    static const EVP_MD* algorithm = algorithm_named("MD5");
    return algorithm;
}
const EVP_MD* sha1() {
    static const EVP_MD* algorithm = algorithm_named("SHA1");
    return algorithm;
}
const EVP_MD* sha224() {
    static const EVP_MD* algorithm = algorithm_named("SHA224");
    return algorithm;
}
const EVP_MD* sha256() {
    static const EVP_MD* algorithm = algorithm_named("SHA256");
    return algorithm;
}
const EVP_MD* sha384() {
    static const EVP_MD* algorithm = algorithm_named("SHA384");
    return algorithm;
}
const EVP_MD* sha512() {
    static const EVP_MD* algorithm = algorithm_named("SHA512");
    return algorithm;
}

const EVP_MD* sha2(int32_t bits) {
    switch (bits) {
        case 224:
            return sha224();
        case 256:
            return sha256();
        case 384:
            return sha384();
        case 512:
            return sha512();
        default:
            throw Error(ErrorCode::InvalidInput, "SHA2 has 224, 256, 384 or 512 bits, not {}",
                        bits);
    }
}

template <typename View>
Resolver sha2_of() {
    auto write = [](std::string& out, View value, int32_t bits) {
        write_digest(out, bytes_of(value), sha2(bits));
    };
    return scalar_giving(type_with(TypeKind::VarChar, 128), write);
}

// --- hash codes

int32_t hash_of_long(int64_t value) {
    return static_cast<int32_t>(value ^ static_cast<int64_t>(static_cast<uint64_t>(value) >> 32));
}

// Of the units of UTF-16.
int32_t hash_of_text(std::string_view text) {
    uint32_t hash = 0;
    while (!text.empty()) {
        char32_t character = take_character(text);
        if (character > 0xFFFF) {
            hash = 31 * hash + (0xD7C0 + (character >> 10));
            hash = 31 * hash + (0xDC00 | (character & 0x3FF));
        } else {
            hash = 31 * hash + character;
        }
    }
    return static_cast<int32_t>(hash);
}

int32_t hash_of_boolean(bool value) {
    return value ? 1231 : 1237;
}

int32_t hash_of_float(float value) {
    return value != value ? 0x7FC00000 : std::bit_cast<int32_t>(value);
}

int32_t hash_of_double(double value) {
    return hash_of_long(value != value ? 0x7FF8000000000000 : std::bit_cast<int64_t>(value));
}

int32_t hash_of_day(Day day) {
    return day.days;
}

int32_t hash_of_time(TimeOfDay time) {
    return time.millis;
}

int32_t hash_of_point(const TimePoint& point) {
    return static_cast<int32_t>(31 * static_cast<uint32_t>(hash_of_long(point.millis)) +
                                static_cast<uint32_t>(point.nanos));
}

// Java's BigDecimal: the digits as one number of words of 32 bits, and the scale.
int32_t hash_of_decimal(const arrow::Decimal128& value, int scale) {
    arrow::Decimal128 magnitude = arrow::Decimal128::Abs(value);
    uint32_t hash = 0;
    for (uint64_t word : {static_cast<uint64_t>(magnitude.high_bits()), magnitude.low_bits()}) {
        hash = 31 * hash + static_cast<uint32_t>(word >> 32);
        hash = 31 * hash + static_cast<uint32_t>(word);
    }
    if (value < 0) hash = 0 - hash;
    return static_cast<int32_t>(31 * hash + static_cast<uint32_t>(scale));
}

template <typename T, typename Hash>
Kernel hash_kernel(Hash hash) {
    return [hash](const KernelCall& call) {
        Reader<T> reader(call.arguments[0]);
        bool is_constant = call.arguments[0].is_constant;
        int64_t rows = is_constant ? 1 : call.rows;
        Writer<int32_t> writer(call.type, rows);
        for (int64_t row = 0; row < rows; ++row) {
            reader.is_null(row) ? writer.append_null() : writer.append(hash(reader[row]));
        }
        Column result = writer.finish();
        result.is_constant = is_constant;
        return result;
    };
}

template <typename T>
int32_t hash_of_small(T value) {
    return value;
}

Kernel hash_kernel_for(const Type& type) {
    switch (type.kind) {
        case TypeKind::Boolean:
            return hash_kernel<bool>(hash_of_boolean);
        case TypeKind::TinyInt:
            return hash_kernel<int8_t>(hash_of_small<int8_t>);
        case TypeKind::SmallInt:
            return hash_kernel<int16_t>(hash_of_small<int16_t>);
        case TypeKind::Int:
            return hash_kernel<int32_t>(hash_of_small<int32_t>);
        case TypeKind::BigInt:
            return hash_kernel<int64_t>(hash_of_long);
        case TypeKind::Float:
            return hash_kernel<float>(hash_of_float);
        case TypeKind::Double:
            return hash_kernel<double>(hash_of_double);
        case TypeKind::Char:
        case TypeKind::VarChar:
            return hash_kernel<std::string_view>(hash_of_text);
        case TypeKind::Date:
            return hash_kernel<Day>(hash_of_day);
        case TypeKind::Time:
            return hash_kernel<TimeOfDay>(hash_of_time);
        case TypeKind::Timestamp:
            return hash_kernel<WallTime>(hash_of_point);
        case TypeKind::Decimal:
            return hash_kernel<arrow::Decimal128>(
                [scale = type.scale](const arrow::Decimal128& value) {
                    return hash_of_decimal(value, scale);
                });
        default:
            return nullptr;
    }
}

std::optional<Signature> hash_code(Arguments arguments) {
    if (arguments.size() != 1) return std::nullopt;
    const Type& type = arguments[0].type;
    Kernel kernel = hash_kernel_for(type);
    if (!kernel) return std::nullopt;
    return Signature{simple_type(TypeKind::Int).or_null(type.is_nullable), {type}, kernel};
}

}  // namespace

std::vector<Function> hash_functions() {
    return {
        {"MD5", Topic::Hash, "MD5(value)", "The MD5 digest, as 32 hexadecimal digits.",
         "MD5('') → 'd41d8cd98f00b204e9800998ecf8427e'", digests(md5, 32)},
        {"SHA1", Topic::Hash, "SHA1(value)", "The SHA-1 digest, as 40 hexadecimal digits.",
         "SHA1('abc') → 'a9993e364706816aba3e25717850c26c9cd0d89d'", digests(sha1, 40)},
        {"SHA224", Topic::Hash, "SHA224(value)", "The SHA-224 digest, as 56 hexadecimal digits.",
         "SHA224('abc') → '23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7'",
         digests(sha224, 56)},
        {"SHA256", Topic::Hash, "SHA256(value)", "The SHA-256 digest, as 64 hexadecimal digits.",
         "CHAR_LENGTH(SHA256('abc')) → 64", digests(sha256, 64)},
        {"SHA384", Topic::Hash, "SHA384(value)", "The SHA-384 digest, as 96 hexadecimal digits.",
         "CHAR_LENGTH(SHA384('abc')) → 96", digests(sha384, 96)},
        {"SHA512", Topic::Hash, "SHA512(value)", "The SHA-512 digest, as 128 hexadecimal digits.",
         "CHAR_LENGTH(SHA512('abc')) → 128", digests(sha512, 128)},
        {"SHA2", Topic::Hash, "SHA2(value, bits)",
         "The SHA-2 digest of 224, 256, 384 or 512 bits, in hexadecimal digits.",
         "SHA2('abc', 224) → '23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7'",
         one_of({sha2_of<std::string_view>(), sha2_of<BytesView>()})},
        {"HASH_CODE", Topic::Hash, "HASH_CODE(value)",
         "A number that is the same for equal values, as Java computes it.",
         "HASH_CODE('abc') → 96354", hash_code},
    };
}

}  // namespace tarn::sql
