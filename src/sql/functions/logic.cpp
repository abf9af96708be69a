#include "sql/functions/logic.hpp"

#include <arrow/util/bitmap_ops.h>

#include <cstring>

#include "sql/functions/number_loops.hpp"
#include "sql/functions/scalar.hpp"

namespace tarn::sql {
namespace {

using columns::or_throw;

enum class Truth : uint8_t { No, Yes, Unknown };

Truth truth_at(const Reader<bool>& values, int64_t row) {
    if (values.is_null(row)) return Truth::Unknown;
    return values[row] ? Truth::Yes : Truth::No;
}

// The bits of a column of truths from the first on: which are TRUE, and which are known.
struct TruthBits {
    std::shared_ptr<arrow::Buffer> values;
    std::shared_ptr<arrow::Buffer> known;  // null when all are
};

std::shared_ptr<arrow::Buffer> same_bits(bool bit, int64_t rows) {
    auto bits = or_throw(arrow::AllocateBuffer(arrow::bit_util::BytesForBits(rows)));
    std::memset(bits->mutable_data(), bit ? 0xFF : 0, static_cast<size_t>(bits->size()));
    return bits;
}

std::shared_ptr<arrow::Buffer> bits_from(const std::shared_ptr<arrow::Buffer>& bits, int64_t offset,
                                         int64_t rows) {
    if (!bits || offset == 0) return bits;
    return or_throw(
        arrow::internal::CopyBitmap(arrow::default_memory_pool(), bits->data(), offset, rows));
}

TruthBits bits_of(const Column& column, int64_t rows) {
    if (column.is_constant) {
        Truth truth = truth_at(Reader<bool>(column), 0);
        bool is_known = truth != Truth::Unknown;
        return {same_bits(truth == Truth::Yes, rows), is_known ? nullptr : same_bits(false, rows)};
    }
    const auto& buffers = column.values->data()->buffers;
    bool has_nulls = column.values->null_count() > 0;
    int64_t offset = column.values->offset();
    return {bits_from(buffers[1], offset, rows),
            has_nulls ? bits_from(buffers[0], offset, rows) : nullptr};
}

uint8_t byte_at(const std::shared_ptr<arrow::Buffer>& bits, int64_t place) {
    return bits ? bits->data()[place] : 0xFF;
}

// AND of two, eight rows at a time. OR is the same of what is not TRUE.
Column decided(const Column& left, const Column& right, int64_t rows, bool is_and) {
    bool is_constant = left.is_constant && right.is_constant;
    if (is_constant) rows = 1;
    TruthBits a = bits_of(left, rows);
    TruthBits b = bits_of(right, rows);
    int64_t bytes = arrow::bit_util::BytesForBits(rows);
    std::shared_ptr<arrow::Buffer> values = or_throw(arrow::AllocateBuffer(bytes));
    std::shared_ptr<arrow::Buffer> known;
    if (a.known || b.known) known = or_throw(arrow::AllocateBuffer(bytes));
    uint8_t flip = is_and ? 0 : 0xFF;
    for (int64_t i = 0; i < bytes; ++i) {
        uint8_t first = a.values->data()[i] ^ flip;
        uint8_t second = b.values->data()[i] ^ flip;
        values->mutable_data()[i] = static_cast<uint8_t>((first & second) ^ flip);
        if (!known) continue;
        uint8_t first_known = byte_at(a.known, i);
        uint8_t second_known = byte_at(b.known, i);
        // One that is known to decide it is enough.
        known->mutable_data()[i] = static_cast<uint8_t>(
            (first_known & second_known) | (first_known & ~first) | (second_known & ~second));
    }
    int64_t nulls = known ? rows - arrow::internal::CountSetBits(known->data(), 0, rows) : 0;
    return {std::make_shared<arrow::BooleanArray>(rows, values, known, nulls), is_constant};
}

// Of a question that is never answered with NULL.
template <typename Answer>
Kernel asked(Answer answer) {
    return [answer](const KernelCall& call) {
        int64_t rows = rows_to_compute(call);
        Writer<bool> writer(call.type, rows);
        for (int64_t row = 0; row < rows; ++row) writer.append(answer(call.arguments[0], row));
        Column column = writer.finish();
        column.is_constant = all_constant(call.arguments);
        return column;
    };
}

Kernel null_test(bool wanted) {
    return asked(
        [wanted](const Column& column, int64_t row) { return column.is_null(row) == wanted; });
}

Kernel truth_test(Truth truth, bool wanted) {
    return [=](const KernelCall& call) {
        Reader<bool> values(call.arguments[0]);
        return asked([&](const Column&, int64_t row) {
            return (truth_at(values, row) == truth) == wanted;
        })(call);
    };
}

}  // namespace

Column conjunction(const Column& left, const Column& right, int64_t rows) {
    return decided(left, right, rows, true);
}

Column disjunction(const Column& left, const Column& right, int64_t rows) {
    return decided(left, right, rows, false);
}

std::optional<Signature> truth(Operator op, bool is_negated, Arguments arguments) {
    const Type& type = arguments[0].type;
    Type boolean = simple_type(TypeKind::Boolean);
    if (op == Operator::IsNull) {
        return Signature{boolean.not_null(), {type}, null_test(!is_negated), false};
    }
    if (type.kind != TypeKind::Boolean && type.kind != TypeKind::Null) return std::nullopt;
    Type taken = boolean.or_null(type.is_nullable);
    if (op == Operator::Not) {
        return Signature{taken, {taken}, kernel_of([](bool value) { return !value; }), false};
    }
    Truth asked_for = op == Operator::IsTrue    ? Truth::Yes
                      : op == Operator::IsFalse ? Truth::No
                                                : Truth::Unknown;
    return Signature{boolean.not_null(), {taken}, truth_test(asked_for, !is_negated), false};
}

}  // namespace tarn::sql
