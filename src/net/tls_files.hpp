// Certificates and keys out of the files that they come in. PEM is what Tarn speaks; the stores of
// Java are turned into it where OpenSSL can read them.
#pragma once

#include <string>
#include <string_view>

namespace tarn::net {

// What a file holds, as PEM text. Of a PEM file both are the whole of it: who looks for a
// certificate there passes over keys.
struct TlsFile {
    std::string certificates;
    std::string key;
};

// Reads PEM, or PKCS12 with its password. Throws InvalidInput for what is neither, and tells how a
// Java keystore is turned into one.
TlsFile read_tls_file(const std::string& path, const std::string& password = "");

// PEM as it stands in a setting, perhaps all in one line with blanks between its parts, with the
// lines that OpenSSL wants.
std::string with_pem_lines(std::string_view text);

}  // namespace tarn::net
