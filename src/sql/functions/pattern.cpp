#include "sql/functions/pattern.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>

#include "base/error.hpp"
#include "sql/functions/java_class.hpp"
#include "sql/functions/java_pattern.hpp"

namespace tarn::sql {
namespace {

constexpr size_t JitStackBytesMin = 32 * 1024;
constexpr size_t JitStackBytesMax = 1024 * 1024;

PCRE2_SPTR raw(std::string_view text) {
    // An empty view may point nowhere, which PCRE2 does not take.
    return reinterpret_cast<PCRE2_SPTR>(text.data() ? text.data() : "");
}

}  // namespace

struct Pattern::Compiled {
    pcre2_code* code = nullptr;
    pcre2_match_data* match = nullptr;
    pcre2_match_context* context = nullptr;
    pcre2_jit_stack* stack = nullptr;
    const size_t* places = nullptr;
    bool is_machine_code = false;

    ~Compiled() {
        pcre2_jit_stack_free(stack);
        pcre2_match_context_free(context);
        pcre2_match_data_free(match);
        pcre2_code_free(code);
    }
};

Pattern::Pattern(std::string_view java) : compiled_(std::make_unique<Compiled>()), java_(java) {
    if (java.size() > PatternBytesMax) {
        throw Error(ErrorCode::InvalidInput, "a pattern of {} bytes is too long; {} is the most",
                    java.size(), PatternBytesMax);
    }
    TranslatedPattern translated = translated_pattern(java);
    std::unique_ptr<pcre2_compile_context, decltype(&pcre2_compile_context_free)> settings(
        pcre2_compile_context_create(nullptr), pcre2_compile_context_free);
    pcre2_set_newline(settings.get(), PCRE2_NEWLINE_ANY);
    uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C |
                       (translated.has_unicode_classes ? PCRE2_UCP : 0);
    int error = 0;
    size_t place = 0;
    compiled_->code = pcre2_compile(raw(translated.text), translated.text.size(), options, &error,
                                    &place, settings.get());
    if (!compiled_->code) {
        if (error == PCRE2_ERROR_LOOKBEHIND_NOT_FIXED_LENGTH) {
            throw UnsupportedPattern("a lookbehind of varying length", java_);
        }
        std::array<PCRE2_UCHAR, 200> message{};
        pcre2_get_error_message(error, message.data(), message.size());
        throw Error(ErrorCode::InvalidInput, "{} in the pattern {}",
                    reinterpret_cast<const char*>(message.data()), java_);
    }
    // Where it cannot be compiled to machine code, it is interpreted.
    compiled_->is_machine_code = pcre2_jit_compile(compiled_->code, PCRE2_JIT_COMPLETE) == 0;
    compiled_->match = pcre2_match_data_create_from_pattern(compiled_->code, nullptr);
    compiled_->context = pcre2_match_context_create(nullptr);
    pcre2_set_match_limit(compiled_->context, PatternStepsMax);
    compiled_->stack = pcre2_jit_stack_create(JitStackBytesMin, JitStackBytesMax, nullptr);
    pcre2_jit_stack_assign(compiled_->context, nullptr, compiled_->stack);
    compiled_->places = pcre2_get_ovector_pointer(compiled_->match);
    uint32_t groups = 0;
    pcre2_pattern_info(compiled_->code, PCRE2_INFO_CAPTURECOUNT, &groups);
    group_count_ = static_cast<int>(groups);
}

Pattern::~Pattern() = default;

bool Pattern::find(std::string_view text, size_t from) {
    return search(text, from, 0);
}

bool Pattern::matches(std::string_view text) {
    return search(text, 0, PCRE2_ANCHORED | PCRE2_ENDANCHORED);
}

bool Pattern::search(std::string_view text, size_t from, uint32_t options) {
    text_ = text;
    // Without options the machine code can be called as it is, which saves the checks of a call.
    auto* match = compiled_->is_machine_code && options == 0 ? pcre2_jit_match : pcre2_match;
    int found = match(compiled_->code, raw(text), text.size(), from, options, compiled_->match,
                      compiled_->context);
    if (found >= 0) return true;
    if (found == PCRE2_ERROR_NOMATCH) return false;
    throw Error(ErrorCode::InvalidInput,
                "the pattern {} takes more than {} steps for a text of {} bytes", java_,
                PatternStepsMax, text.size());
}

std::optional<int> Pattern::group_named(std::string_view name) const {
    std::string ended(name);
    int number = pcre2_substring_number_from_name(compiled_->code,
                                                  reinterpret_cast<PCRE2_SPTR>(ended.c_str()));
    return number > 0 ? std::optional(number) : std::nullopt;
}

std::optional<std::string_view> Pattern::group(int number) const {
    size_t begin = compiled_->places[2 * number];
    size_t end = compiled_->places[2 * number + 1];
    if (begin == PCRE2_UNSET || begin > end) return std::nullopt;
    return text_.substr(begin, end - begin);
}

size_t Pattern::begin() const {
    return compiled_->places[0];
}

size_t Pattern::end() const {
    return compiled_->places[1];
}

const PatternCache::Entry& PatternCache::entry(std::string_view java) {
    if (last_entry_ && last_ == java) return *last_entry_;
    auto found = entries_.find(std::string(java));
    if (found == entries_.end()) {
        if (entries_.size() >= PatternsMax) entries_.clear();
        Entry made;
        try {
            made.pattern = std::make_unique<Pattern>(java);
        } catch (const UnsupportedPattern& error) {
            made.problem = error.what();
            made.is_unsupported = true;
        } catch (const Error& error) {
            made.problem = error.what();
        }
        found = entries_.emplace(java, std::move(made)).first;
    }
    last_ = java;
    last_entry_ = &found->second;
    return *last_entry_;
}

Pattern* PatternCache::find(std::string_view java) {
    const Entry& known = entry(java);
    if (known.is_unsupported) throw Error(ErrorCode::InvalidInput, "{}", known.problem);
    return known.pattern.get();
}

Pattern& PatternCache::get(std::string_view java) {
    const Entry& known = entry(java);
    if (!known.pattern) throw Error(ErrorCode::InvalidInput, "{}", known.problem);
    return *known.pattern;
}

}  // namespace tarn::sql
