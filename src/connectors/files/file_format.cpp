#include "connectors/files/file_format.hpp"

#include "connectors/files/file_kinds.hpp"
#include "connectors/formats/option_values.hpp"

namespace tarn::connectors {

FileFormatPtr file_format_of(const sql::Options& options) {
    auto name = OptionValues(options).text("format");
    if (name == "parquet") return parquet_file_format(options);
    if (name == "avro") return avro_file_format(options);
    return record_file_format(options);
}

}  // namespace tarn::connectors
