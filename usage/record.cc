#include "usage/record.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <initializer_list>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace toktally::usage {
namespace {

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Reads counts of one object and keeps the first error.
class Counts {
 public:
  explicit Counts(const JsonValue& object) : object_(object) {}

  std::int64_t operator()(std::string_view key) {
    const auto count = CountOf(object_, key);
    if (count.ok()) return *count;
    if (status_.ok()) status_ = count.status();
    return 0;
  }
  // The first of the keys that is there.
  std::int64_t operator()(std::initializer_list<std::string_view> keys) {
    for (const std::string_view key : keys) {
      if (PresentMember(object_, key)) return (*this)(key);
    }
    return 0;
  }
  // The same of a member object, 0 where there is none.
  std::int64_t In(std::initializer_list<std::string_view> holders, std::string_view key) {
    for (const std::string_view holder : holders) {
      const auto member = PresentMember(object_, holder);
      if (!member || !member->is_object()) continue;
      const auto count = CountOf(*member, key);
      if (count.ok()) return *count;
      if (status_.ok()) status_ = count.status();
    }
    return 0;
  }
  bool Any(std::initializer_list<std::string_view> keys) const {
    return std::any_of(keys.begin(), keys.end(),
                       [this](std::string_view key) { return PresentMember(object_, key); });
  }
  void Fail(std::string_view reason) {
    if (status_.ok()) status_ = object_.Error(reason);
  }
  const absl::Status& status() const { return status_; }

 private:
  JsonValue object_;
  absl::Status status_;
};

// An object none of whose keys we know is not a call of no tokens.
absl::Status Unreadable(const JsonValue& usage) {
  std::string keys;
  for (auto member = usage.first(); member; member = member->next()) {
    absl::StrAppend(&keys, keys.empty() ? "" : ", ", View(member->key()));
  }
  return usage.Error(absl::StrCat("states no tokens under a name that is known here",
                                  keys.empty() ? "" : ": ", keys));
}

// Any of these below zero means that the parts are more than the whole.
void CheckParts(const pricing::Usage& tokens, Counts& counts) {
  if (tokens.uncached_input < 0 || tokens.cached_input < 0 || tokens.audio_input < 0 ||
      tokens.image_input < 0) {
    counts.Fail("more cached, written, audio and image tokens than prompt tokens");
  }
  if (tokens.output < 0) counts.Fail("more audio and image tokens than completion tokens");
  if (tokens.reasoning_output > tokens.output) {
    counts.Fail("more reasoning tokens than completion tokens");
  }
}

}  // namespace

std::optional<JsonValue> PresentMember(const JsonValue& object, std::string_view key) {
  auto member = object.Find(key);
  if (member && member->is_null()) member.reset();
  return member;
}

std::string_view TextOf(const JsonValue& object, std::string_view key) {
  const auto member = object.Find(key);
  return member && member->is_string() ? member->text() : std::string_view();
}

absl::StatusOr<std::int64_t> CountOf(const JsonValue& object, std::string_view key) {
  const auto member = PresentMember(object, key);
  if (!member) return 0;
  return member->WholeNumber();
}

absl::StatusOr<pricing::Usage> ReadOpenAiUsage(const JsonValue& usage) {
  Counts counts(usage);
  pricing::Usage tokens;
  if (TextOf(usage, "type") == "duration") {
    tokens.audio_seconds = counts("seconds");
    if (!counts.status().ok()) return counts.status();
    return tokens;
  }
  const std::initializer_list<std::string_view> in = {
      "prompt_tokens_details", "input_tokens_details", "input_token_details"};
  const std::initializer_list<std::string_view> out = {
      "completion_tokens_details", "output_tokens_details", "output_token_details"};
  if (!counts.Any({"prompt_tokens", "input_tokens", "completion_tokens", "output_tokens"})) {
    return Unreadable(usage);
  }
  const std::int64_t prompt = counts({"prompt_tokens", "input_tokens"});
  const std::int64_t completion = counts({"completion_tokens", "output_tokens"});
  const std::int64_t cached =
      std::max(counts.In(in, "cached_tokens"), counts("cached_input_tokens"));
  for (const std::string_view holder : in) {
    const auto details = PresentMember(usage, holder);
    const auto of_cached =
        details ? PresentMember(*details, "cached_tokens_details") : std::nullopt;
    if (!of_cached) continue;
    Counts split(*of_cached);
    tokens.audio_cached_input = split("audio_tokens");
    tokens.image_cached_input = split("image_tokens");
  }
  tokens.cached_input = cached - tokens.audio_cached_input - tokens.image_cached_input;
  tokens.cache_write_short = counts.In(in, "cache_write_tokens");
  tokens.audio_input = counts.In(in, "audio_tokens") - tokens.audio_cached_input;
  tokens.image_input = counts.In(in, "image_tokens") - tokens.image_cached_input;
  tokens.uncached_input =
      prompt - cached - tokens.cache_write_short - tokens.audio_input - tokens.image_input;
  tokens.audio_output = counts.In(out, "audio_tokens");
  tokens.image_output = counts.In(out, "image_tokens");
  tokens.output = completion - tokens.audio_output - tokens.image_output;
  tokens.reasoning_output =
      std::max(counts.In(out, "reasoning_tokens"), counts("reasoning_output_tokens"));
  CheckParts(tokens, counts);
  const auto total = PresentMember(usage, "total_tokens");
  const std::int64_t sum = counts("total_tokens");
  if (total && sum != prompt + completion) {
    counts.Fail(absl::StrCat("total_tokens is ", sum, ", but prompt and completion are ",
                             prompt + completion));
  }
  if (!counts.status().ok()) return counts.status();
  return tokens;
}

absl::StatusOr<pricing::Usage> ReadAnthropicUsage(const JsonValue& usage) {
  Counts counts(usage);
  pricing::Usage tokens;
  if (!counts.Any({"input_tokens", "output_tokens"})) return Unreadable(usage);
  tokens.uncached_input = counts("input_tokens");
  tokens.cached_input = counts("cache_read_input_tokens");
  tokens.cache_write_short = counts("cache_creation_input_tokens");
  // The split says more where it is there.
  const auto split = PresentMember(usage, "cache_creation");
  if (split && split->is_object() && split->size() > 0) {
    tokens.cache_write_short = counts.In({"cache_creation"}, "ephemeral_5m_input_tokens");
    tokens.cache_write_long = counts.In({"cache_creation"}, "ephemeral_1h_input_tokens");
  }
  tokens.output = counts("output_tokens");
  tokens.reasoning_output = counts.In({"output_tokens_details"}, "thinking_tokens");
  CheckParts(tokens, counts);
  if (!counts.status().ok()) return counts.status();
  return tokens;
}

absl::StatusOr<pricing::Usage> ReadGeminiUsage(const JsonValue& usage) {
  Counts counts(usage);
  pricing::Usage tokens;
  if (!counts.Any({"promptTokenCount", "candidatesTokenCount", "totalTokenCount"})) {
    return Unreadable(usage);
  }
  const std::int64_t prompt = counts("promptTokenCount");
  const std::int64_t tools = counts("toolUsePromptTokenCount");
  const std::int64_t thoughts = counts("thoughtsTokenCount");
  tokens.cached_input = counts("cachedContentTokenCount");
  tokens.uncached_input = prompt + tools - tokens.cached_input;
  const std::int64_t candidates = counts("candidatesTokenCount");
  tokens.output = candidates + thoughts;
  tokens.reasoning_output = thoughts;
  CheckParts(tokens, counts);
  const std::int64_t total = counts("totalTokenCount");
  const std::int64_t sum = prompt + tools + candidates + thoughts;
  if (PresentMember(usage, "totalTokenCount") && total != sum) {
    counts.Fail(absl::StrCat("totalTokenCount is ", total, ", but its parts are ", sum));
  }
  if (!counts.status().ok()) return counts.status();
  return tokens;
}

namespace {

// An attribute by its name, of either form of a list of attributes.
std::optional<JsonValue> Attribute(const JsonValue& attributes, std::string_view name) {
  if (attributes.is_object()) return PresentMember(attributes, name);
  for (auto entry = attributes.first(); entry; entry = entry->next()) {
    if (TextOf(*entry, "key") != name) continue;
    const auto value = entry->Find("value");
    return value ? value->first() : std::nullopt;  // {"intValue": "3"}, {"stringValue": "x"}
  }
  return std::nullopt;
}

// OTLP writes 64-bit numbers as strings.
absl::StatusOr<std::int64_t> AttributeCount(const JsonValue& attributes,
                                            std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const auto value = Attribute(attributes, name);
    if (!value) continue;
    if (!value->is_string()) return value->WholeNumber();
    const std::string_view text = value->text();
    std::int64_t number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (parsed.ptr != text.data() + text.size() || number < 0 || text.empty()) {
      return value->Error(absl::StrCat("expected a count, found \"", View(text), "\""));
    }
    return number;
  }
  return 0;
}

std::string AttributeText(const JsonValue& attributes,
                          std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const auto value = Attribute(attributes, name);
    if (!value) continue;
    if (value->is_string()) return std::string(value->text());
    // finish_reasons is a list; OTLP wraps it once more.
    auto inner = value->first();
    while (inner && !inner->is_string()) inner = inner->first();
    if (inner) return std::string(inner->text());
  }
  return "";
}

}  // namespace

absl::StatusOr<std::optional<Record>> ReadSpanAttributes(const JsonValue& attributes) {
  const bool any = Attribute(attributes, "gen_ai.usage.input_tokens") ||
                   Attribute(attributes, "gen_ai.usage.prompt_tokens") ||
                   Attribute(attributes, "gen_ai.usage.output_tokens") ||
                   Attribute(attributes, "gen_ai.usage.completion_tokens");
  if (!any) return std::optional<Record>();
  absl::Status failed;
  const auto count = [&](std::initializer_list<std::string_view> names) -> std::int64_t {
    const auto number = AttributeCount(attributes, names);
    if (number.ok()) return *number;
    failed = number.status();
    return 0;
  };
  Record record;
  record.model = AttributeText(attributes, {"gen_ai.response.model", "gen_ai.request.model"});
  record.service_tier = AttributeText(
      attributes, {"openai.response.service_tier", "gen_ai.openai.response.service_tier"});
  record.finish_reason = AttributeText(attributes, {"gen_ai.response.finish_reasons"});
  pricing::Usage& tokens = record.tokens;
  const std::int64_t input = count({"gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"});
  tokens.cached_input = count({"gen_ai.usage.cache_read.input_tokens"});
  tokens.cache_write_short = count({"gen_ai.usage.cache_creation.input_tokens"});
  tokens.uncached_input = input - tokens.cached_input - tokens.cache_write_short;
  tokens.output = count({"gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"});
  tokens.reasoning_output = count({"gen_ai.usage.reasoning.output_tokens"});
  if (!failed.ok()) return failed;
  if (tokens.uncached_input < 0) {
    return attributes.Error("more cached and written tokens than input tokens");
  }
  if (tokens.reasoning_output > tokens.output) {
    return attributes.Error("more reasoning tokens than output tokens");
  }
  return std::optional<Record>(std::move(record));
}

std::string DayOfSeconds(std::int64_t seconds) {
  constexpr std::int64_t kYear10000 = 253402300800;
  if (seconds < 0 || seconds >= kYear10000) return "";
  const std::chrono::sys_days day(std::chrono::days(seconds / std::int64_t{24 * 60 * 60}));
  const std::chrono::year_month_day date(day);
  const auto two = [](unsigned n) { return absl::StrCat(n < 10 ? "0" : "", n); };
  return absl::StrCat(static_cast<int>(date.year()), "-", two(static_cast<unsigned>(date.month())),
                      "-", two(static_cast<unsigned>(date.day())));
}

std::string DayOfNanoseconds(std::string_view digits) {
  std::uint64_t nanoseconds = 0;
  const char* end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, nanoseconds);
  if (parsed.ec != std::errc() || parsed.ptr != end) return "";
  return DayOfSeconds(static_cast<std::int64_t>(nanoseconds / 1'000'000'000));
}

std::string DayOfText(std::string_view timestamp) {
  constexpr std::string_view kShape = "dddd-dd-dd";
  if (timestamp.size() < kShape.size()) return "";
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] == 'd' ? !IsDigit(timestamp[i]) : timestamp[i] != kShape[i]) return "";
  }
  return std::string(timestamp.substr(0, kShape.size()));
}

std::string DayOf(const std::optional<JsonValue>& time) {
  if (!time) return "";
  if (time->is_string()) return DayOfText(time->text());
  if (!time->is_number()) return "";
  // Seconds may have a fraction.
  const std::string_view digits = time->text().substr(0, time->text().find('.'));
  std::int64_t number = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (parsed.ptr != digits.data() + digits.size()) return "";
  constexpr std::int64_t kMostSeconds = 100'000'000'000;
  return DayOfSeconds(number > kMostSeconds ? number / 1000 : number);
}

}  // namespace toktally::usage
