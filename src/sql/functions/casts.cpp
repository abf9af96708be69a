#include "sql/functions/casts.hpp"

#include "sql/functions/characters.hpp"
#include "sql/functions/scalar.hpp"
#include "sql/functions/time_casts.hpp"
#include "sql/types/type_rules.hpp"

namespace tarn::sql {
namespace {

Kernel same() {
    return [](const KernelCall& call) { return call.arguments[0]; };
}

std::optional<Kernel> to_text(const Type& from) {
    if (is_text(from)) return same();
    if (is_bytes(from)) {
        return kernel_of([](BytesView value) {
            std::string room;
            return std::string(sound_text(value.bytes, room));
        });
    }
    if (is_numeric(from) || from.kind == TypeKind::Boolean) return number_to_text(from);
    return nested_to_text(from);
}

std::optional<Kernel> to_bytes(const Type& from) {
    if (is_bytes(from)) return same();
    if (is_text(from)) return kernel_of([](std::string_view text) { return BytesView{text}; });
    return std::nullopt;
}

// Cut by characters, and padded to units of UTF-16.
Kernel fitted_text(Kernel kernel, const Type& to) {
    auto length = static_cast<size_t>(to.precision);
    bool is_padded = to.kind == TypeKind::Char;
    auto fit = [=](std::string_view text) {
        std::string out(characters(text, 0, to.precision));
        if (is_padded)
            out.append(length - std::min(length, static_cast<size_t>(utf16_length(out))), ' ');
        return out;
    };
    return [kernel = std::move(kernel), fit](const KernelCall& call) {
        Column text = kernel(call);
        return apply(fit, {std::span(&text, 1), call.rows, call.type, call.session});
    };
}

Kernel fitted_bytes(Kernel kernel, const Type& to) {
    auto length = static_cast<size_t>(to.precision);
    bool is_padded = to.kind == TypeKind::Binary;
    auto fit = [=](BytesView value) {
        Bytes out{std::string(value.bytes.substr(0, length))};
        if (is_padded) out.bytes.resize(length, '\0');
        return out;
    };
    return [kernel = std::move(kernel), fit](const KernelCall& call) {
        Column bytes = kernel(call);
        return apply(fit, {std::span(&bytes, 1), call.rows, call.type, call.session});
    };
}

std::optional<Kernel> unfitted(const Type& from, const Type& to, bool is_try) {
    if (auto kernel = time_cast(from, to, is_try)) return kernel;
    if (is_text(to)) return to_text(from);
    if (is_bytes(to)) return to_bytes(from);
    if (!to.parts.empty() || !to.fields.empty()) return nested_cast(from, to, is_try);
    bool is_number = is_numeric(to) || to.kind == TypeKind::Boolean;
    if (is_number && is_text(from)) return text_to_number(to, is_try);
    if (is_number) return number_cast(from, to);
    if (is_interval(to) && from.kind == to.kind) return same();
    return std::nullopt;
}

}  // namespace

Kernel fitted(Kernel kernel, const Type& to) {
    if (to.precision == Type::LengthMax) return kernel;
    return is_text(to) ? fitted_text(std::move(kernel), to) : fitted_bytes(std::move(kernel), to);
}

std::optional<Kernel> cast_kernel(const Type& from, const Type& to, bool is_try) {
    if (from.kind == TypeKind::Null) {
        return [to](const KernelCall&) { return null_column(to); };
    }
    if (from.or_null() == to.or_null()) return same();
    if (!can_cast(from, to)) return std::nullopt;
    auto kernel = unfitted(from, to, is_try);
    if (kernel && (is_text(to) || is_bytes(to))) return fitted(std::move(*kernel), to);
    return kernel;
}

}  // namespace tarn::sql
