// One use of each third-party library, in files apart so that their headers do not meet. Each
// function throws or returns a wrong answer when its library is broken.
#pragma once

#include <string>

namespace tarn::coexist {

// Writes a Parquet file into memory and reads it back; the number of rows that came back equal.
int rows_through_parquet();
// Starts and stops Arrow's S3 client around a look-up that needs no network.
void start_and_stop_s3();

// Each puts 42 in and returns what comes out.
int through_duckdb();
int through_sqlite();
int through_rocksdb(const std::string& folder);

std::string libpq_complaint_about_a_wrong_url();
std::string kafka_producer_name();

// Compresses and restores `text` by every codec in turn.
std::string through_codecs(const std::string& text);
std::string sha256_of(const std::string& text);
std::string curl_escaped(const std::string& text);
// Loads the system's certificates. It crashed while libparquet's own OpenSSL was in the way.
bool loads_trusted_certificates();

}  // namespace tarn::coexist
