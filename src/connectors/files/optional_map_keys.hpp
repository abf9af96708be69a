// Flink and others write maps whose keys may be NULL into Parquet. Arrow reads none of them, and no
// other column of their files: it wants keys to be required.
#pragma once

namespace parquet {
class ParquetFileReader;
}

namespace tarn::connectors {

// Makes the reader take such a map for what it is without its annotation, a row of one list of keys
// and values; columns::fitted() makes a map of that again. Before anything is read.
void read_optional_keys(parquet::ParquetFileReader& file);

}  // namespace tarn::connectors
