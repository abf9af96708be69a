// The decoding plan of an Avro file: for each field of the writer's schema whether and where the
// reader wants it. Fields are matched by field id, or by name where there are none, so files with
// more, fewer or otherwise ordered fields are read alike; what nobody wants is passed over.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/byte_reader.hpp"
#include "columns/avro_schema.hpp"
#include "columns/column_builder.hpp"

namespace tarn::columns {

class AvroFieldReader {
public:
    // A row as a whole into the columns of `rows`. Throws InvalidInput when the schemas cannot be
    // brought together: a required column that the file lacks, or a type that does not fit. With
    // `map_keys`, ascending and borrowed, the entries of maps by int that have other keys are
    // passed over.
    AvroFieldReader(const AvroSchema& schema, StructBuilder& rows,
                    const std::vector<int32_t>* map_keys = nullptr);

    // One value. Throws Corrupt when the bytes are not what the schema says; the builders then
    // hold half a row.
    void read(ByteReader& in);

private:
    AvroFieldReader(const AvroField& written, const arrow::Field* wanted, ColumnBuilder* builder,
                    const std::vector<int32_t>* map_keys);

    void plan_children(const arrow::DataType* wanted);
    void plan_record(const arrow::DataType* wanted);
    void check_type(const arrow::DataType& wanted) const;

    void read_value(ByteReader& in);
    void skip(ByteReader& in);
    void skip_value(ByteReader& in);
    void read_integer(ByteReader& in);
    void plan_unit(const arrow::DataType& wanted);
    int64_t in_wanted_unit(int64_t value) const;
    void read_bytes(BytesView bytes);
    void read_record(ByteReader& in);
    bool is_keyed_by_int() const;
    bool is_variable_number() const;
    void skip_blocks(ByteReader& in);
    void read_entry_if_wanted(ByteReader& in, StructBuilder& entries);
    // Arrays and maps: counts, blocks with their sizes, and the end.
    template <typename ReadItem>
    void read_blocks(ByteReader& in, const ReadItem& read_item);
    // The same with all items of a block at once.
    template <typename ReadItems>
    void each_block(ByteReader& in, const ReadItems& read_items);
    void append_null();
    // For values that take more memory than they took bytes in the file.
    void check_size() const;

    std::string name_;
    const AvroType* type_;
    bool can_be_null_;
    int null_branch_;
    // Null when the value is only passed over.
    ColumnBuilder* builder_;
    const std::vector<int32_t>* map_keys_;
    arrow::Type::type target_ = arrow::Type::NA;
    bool accepts_null_ = true;
    // Of timestamps that are written in another unit.
    int64_t multiplier_ = 1;
    int64_t divisor_ = 1;
    std::vector<AvroFieldReader> children_;
    // Wanted columns of a record that the file does not have.
    std::vector<ColumnBuilder*> absent_;
};

}  // namespace tarn::columns
