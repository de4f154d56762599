#include "bpe/model_encodings.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "bpe/encodings.h"
#include "data/model_name.h"

namespace toktally {
namespace {

constexpr bool kExact = false;
constexpr bool kPrefix = true;
constexpr bool kDocumented = true;
constexpr bool kAssumed = false;

// Read on 2026-11-22 from openai/tiktoken, tag 0.14.0. Its prefixes of fine-tunes are left out:
// "ft:" is taken off before, because "ft:gpt-4" would give gpt-4.1's fine-tunes the encoding of
// gpt-4.
constexpr ModelEncodingRule kRules[] = {
    {"o1", kExact, "o200k_base", kDocumented},
    {"o3", kExact, "o200k_base", kDocumented},
    {"o4-mini", kExact, "o200k_base", kDocumented},
    {"gpt-5", kExact, "o200k_base", kDocumented},
    {"gpt-4.1", kExact, "o200k_base", kDocumented},
    {"gpt-4o", kExact, "o200k_base", kDocumented},
    {"gpt-4", kExact, "cl100k_base", kDocumented},
    {"gpt-3.5-turbo", kExact, "cl100k_base", kDocumented},
    {"gpt-3.5", kExact, "cl100k_base", kDocumented},
    {"gpt-35-turbo", kExact, "cl100k_base", kDocumented},
    {"davinci-002", kExact, "cl100k_base", kDocumented},
    {"babbage-002", kExact, "cl100k_base", kDocumented},
    {"text-embedding-ada-002", kExact, "cl100k_base", kDocumented},
    {"text-embedding-3-small", kExact, "cl100k_base", kDocumented},
    {"text-embedding-3-large", kExact, "cl100k_base", kDocumented},
    {"text-davinci-003", kExact, "p50k_base", kDocumented},
    {"text-davinci-002", kExact, "p50k_base", kDocumented},
    {"code-davinci-002", kExact, "p50k_base", kDocumented},
    {"code-davinci-001", kExact, "p50k_base", kDocumented},
    {"code-cushman-002", kExact, "p50k_base", kDocumented},
    {"code-cushman-001", kExact, "p50k_base", kDocumented},
    {"davinci-codex", kExact, "p50k_base", kDocumented},
    {"cushman-codex", kExact, "p50k_base", kDocumented},
    {"text-davinci-edit-001", kExact, "p50k_edit", kDocumented},
    {"code-davinci-edit-001", kExact, "p50k_edit", kDocumented},
    {"text-davinci-001", kExact, "r50k_base", kDocumented},
    {"text-curie-001", kExact, "r50k_base", kDocumented},
    {"text-babbage-001", kExact, "r50k_base", kDocumented},
    {"text-ada-001", kExact, "r50k_base", kDocumented},
    {"davinci", kExact, "r50k_base", kDocumented},
    {"curie", kExact, "r50k_base", kDocumented},
    {"babbage", kExact, "r50k_base", kDocumented},
    {"ada", kExact, "r50k_base", kDocumented},
    {"text-similarity-davinci-001", kExact, "r50k_base", kDocumented},
    {"text-similarity-curie-001", kExact, "r50k_base", kDocumented},
    {"text-similarity-babbage-001", kExact, "r50k_base", kDocumented},
    {"text-similarity-ada-001", kExact, "r50k_base", kDocumented},
    {"text-search-davinci-doc-001", kExact, "r50k_base", kDocumented},
    {"text-search-curie-doc-001", kExact, "r50k_base", kDocumented},
    {"text-search-babbage-doc-001", kExact, "r50k_base", kDocumented},
    {"text-search-ada-doc-001", kExact, "r50k_base", kDocumented},
    {"code-search-babbage-code-001", kExact, "r50k_base", kDocumented},
    {"code-search-ada-code-001", kExact, "r50k_base", kDocumented},
    {"gpt2", kExact, "gpt2", kDocumented},
    {"gpt-2", kExact, "gpt2", kDocumented},

    {"o1-", kPrefix, "o200k_base", kDocumented},
    {"o3-", kPrefix, "o200k_base", kDocumented},
    {"o4-mini-", kPrefix, "o200k_base", kDocumented},
    {"gpt-5", kPrefix, "o200k_base", kDocumented},
    {"gpt-4.5-", kPrefix, "o200k_base", kDocumented},
    {"gpt-4.1-", kPrefix, "o200k_base", kDocumented},
    {"chatgpt-4o-", kPrefix, "o200k_base", kDocumented},
    {"gpt-4o-", kPrefix, "o200k_base", kDocumented},
    {"gpt-4-", kPrefix, "cl100k_base", kDocumented},
    {"gpt-3.5-turbo-", kPrefix, "cl100k_base", kDocumented},
    {"gpt-35-turbo-", kPrefix, "cl100k_base", kDocumented},
    {"gpt-oss-", kPrefix, "o200k_harmony", kDocumented},

    // What tiktoken answers with KeyError. That GPT-6 uses o200k_base says ttok 1.0 (2026-10-09),
    // not OpenAI; of the others, that every newer model of OpenAI does.
    {"gpt-6", kPrefix, "o200k_base", kAssumed},
    {"gpt-4.5", kExact, "o200k_base", kAssumed},
    {"chatgpt-4o", kExact, "o200k_base", kAssumed},
    {"chat-latest", kExact, "o200k_base", kAssumed},
    {"daybreak-blue-latest", kExact, "o200k_base", kAssumed},
    {"codex-mini", kPrefix, "o200k_base", kAssumed},
    {"computer-use-preview", kPrefix, "o200k_base", kAssumed},
    {"gpt-audio", kPrefix, "o200k_base", kAssumed},
    {"gpt-realtime", kPrefix, "o200k_base", kAssumed},
    {"gpt-live", kPrefix, "o200k_base", kAssumed},
    {"gpt-transcribe", kPrefix, "o200k_base", kAssumed},
    {"whisper-1", kExact, "o200k_base", kAssumed},
    {"gpt-oss", kExact, "o200k_harmony", kAssumed},
};

// A family of models without an encoding here.
struct ForeignFamily {
  std::string_view mark;
  bool anywhere;  // in the name; else at its beginning
  std::string_view why;
};

constexpr std::string_view kAnthropic =
    "has no public tokenizer; Anthropic's count_tokens endpoint counts for it";
constexpr std::string_view kGoogle =
    "has no public tokenizer; the countTokens method of the Gemini API counts for it";
constexpr std::string_view kXai =
    "has no public tokenizer; xAI's tokenize-text endpoint counts for it";
constexpr std::string_view kOtherTokenizer =
    "has a tokenizer of its own, which is none of toktally's encodings";
constexpr std::string_view kNotText = "is not counted by a public text tokenizer";

constexpr ForeignFamily kForeignFamilies[] = {
    {"claude", false, kAnthropic},
    {"gemini", false, kGoogle},
    {"grok", false, kXai},
    {"llama", true, kOtherTokenizer},
    {"mistral", true, kOtherTokenizer},
    {"mixtral", false, kOtherTokenizer},
    {"ministral", false, kOtherTokenizer},
    {"codestral", false, kOtherTokenizer},
    {"devstral", false, kOtherTokenizer},
    {"magistral", false, kOtherTokenizer},
    {"pixtral", false, kOtherTokenizer},
    {"voxtral", false, kOtherTokenizer},
    {"deepseek", false, kOtherTokenizer},
    {"gemma", false, kOtherTokenizer},
    {"qwen", false, kOtherTokenizer},
    {"qwq", false, kOtherTokenizer},
    {"kimi", false, kOtherTokenizer},
    {"glm-", false, kOtherTokenizer},
    {"command-", false, kOtherTokenizer},
    {"phi-", false, kOtherTokenizer},
    {"gpt-image", false, kNotText},
    {"dall-e", false, kNotText},
    {"sora", false, kNotText},
    {"tts-", false, kNotText},
    {"omni-moderation", false, kNotText},
    {"text-moderation", false, kNotText},
};

std::string Quoted(std::string_view name) {
  constexpr std::size_t kLongest = 80;
  if (name.size() > kLongest)
    return absl::StrCat("\"", std::string(name.substr(0, kLongest)), "…\"");
  return absl::StrCat("\"", std::string(name), "\"");
}

absl::Status UnknownModel(std::string_view model) {
  std::vector<std::string_view> known;
  for (const ModelEncodingRule& rule : kRules) {
    std::string_view name = rule.name;
    if (name.ends_with('-')) name.remove_suffix(1);
    known.push_back(name);
  }
  std::string message = absl::StrCat("unknown model ", Quoted(model));
  const char* before = "; did you mean ";
  for (const std::string_view near : NearestNames(ModelNameSpellings(model).back().name, known)) {
    absl::StrAppend(&message, before, std::string(near));
    before = ", ";
  }
  if (message.find(';') != std::string::npos) message += '?';
  return absl::NotFoundError(message);
}

}  // namespace

std::span<const ModelEncodingRule> ModelEncodingRules() { return kRules; }

const ModelEncodingRule* FindModelEncodingRule(std::string_view spelling) {
  for (const ModelEncodingRule& rule : kRules) {
    if (rule.is_prefix ? spelling.starts_with(rule.name) : spelling == rule.name) return &rule;
  }
  return nullptr;
}

std::optional<std::string_view> WhyNoEncoding(std::string_view spelling) {
  for (const ForeignFamily& family : kForeignFamilies) {
    const std::size_t at = spelling.find(family.mark);
    if (at == 0 || (family.anywhere && at != std::string_view::npos)) return family.why;
  }
  return std::nullopt;
}

absl::StatusOr<ModelEncoding> EncodingForModel(std::string_view model) {
  const std::vector<ModelNameSpelling> spellings = ModelNameSpellings(model);
  for (const ModelNameSpelling& spelling : spellings) {
    const ModelEncodingRule* rule = FindModelEncodingRule(spelling.name);
    if (rule == nullptr) continue;
    std::string how = rule->is_prefix ? "prefix " + std::string(rule->name) : "exact name";
    if (!spelling.how.empty()) how = spelling.how + ", " + how;
    return ModelEncoding{FindEncoding(rule->encoding), spelling.name, std::move(how),
                         rule->documented};
  }
  for (const ModelNameSpelling& spelling : spellings) {
    const std::optional<std::string_view> why = WhyNoEncoding(spelling.name);
    if (!why.has_value()) continue;
    return absl::FailedPreconditionError(absl::StrCat(Quoted(model), " ", std::string(*why)));
  }
  return UnknownModel(model);
}

}  // namespace toktally
