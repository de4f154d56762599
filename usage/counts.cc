#include "usage/counts.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/absl_text.h"
#include "base/decimal.h"

namespace toktally::usage {
namespace {

// A key without the signs between its words, in lower case.
std::string Folded(std::string_view key) {
  std::string folded;
  for (const char c : key) {
    if (c == '_' || c == '-' || c == '.' || c == ' ') continue;
    folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return folded;
}

bool IsDigits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

// Where the parts of a sum stand, by the name of the member that holds them.
std::optional<Place> PlaceOf(std::string_view folded) {
  if (IsOneOf(folded, {"prompttokensdetails", "inputtokensdetails", "inputtokendetails",
                       "prompttokendetails", "inputdetails", "promptdetails", "inputtokens",
                       "tooluseprompttokensdetails", "prompttokens"})) {
    return Place::kInput;
  }
  if (IsOneOf(folded, {"completiontokensdetails", "outputtokensdetails", "outputtokendetails",
                       "completiontokendetails", "candidatestokensdetails", "responsetokensdetails",
                       "completiondetails", "outputdetails", "outputtokens", "completiontokens"})) {
    return Place::kOutput;
  }
  if (IsOneOf(folded,
              {"cachetokensdetails", "cachedtokensdetails", "cachedcontenttokensdetails"})) {
    return Place::kCached;
  }
  if (IsOneOf(folded, {"cachecreation", "servertooluse", "servertoolusage", "cachewritedetails"})) {
    return Place::kTop;
  }
  if (folded == "cache") return Place::kInput;  // opencode: {"read": 10, "write": 20}
  return std::nullopt;
}

// Members that say nothing of tokens, or only what stands elsewhere too.
bool IsPassedOver(std::string_view folded) {
  return IsOneOf(folded, {"costdetails",
                          "rawusage",
                          "raw",
                          "inputcostdetails",
                          "billedunits",
                          "tokens",
                          "searchcontextsize",
                          "traffictype",
                          "servicetier",
                          "unit",
                          "type",
                          "object",
                          "isbyok",
                          "duration",
                          "totalduration",
                          "loadduration",
                          "promptevalduration",
                          "evalduration",
                          "usagesource",
                          "iterations",
                          "speed",
                          "inferencegeo",
                          "context1m"});
}

// What the service or a gateway says that the call cost, in USD.
bool IsCost(std::string_view folded) {
  return IsOneOf(folded, {"cost", "totalcost", "totalcostusd", "costusd", "estimatedcost",
                          "responsecost", "calculatedtotalcost"});
}

class Reader {
 public:
  Reader(Record& record, std::vector<Record>& also) : record_(record), also_(also) {}

  // All of `object`; `path` leads to it from the usage object.
  void Walk(const JsonValue& object, Place place, const std::string& path) {
    for (auto member = object.first(); member; member = member->next()) {
      ReadMember(*member, place, path);
    }
  }

  absl::Status Finish(const JsonValue& usage, Dialect dialect) {
    if (!status_.ok()) return status_;
    if (!counts_.any()) return NothingKnown(usage);
    if (absl::Status status = Settle(counts_, dialect, record_); !status.ok()) {
      return usage.Error(std::string_view(status.message().data(), status.message().size()));
    }
    return absl::OkStatus();
  }

  Counts& counts() { return counts_; }

 private:
  static absl::Status NothingKnown(const JsonValue& usage) {
    std::string keys;
    for (auto member = usage.first(); member; member = member->next()) {
      absl::StrAppend(&keys, keys.empty() ? "" : ", ", ToAbsl(member->key()));
    }
    return usage.Error(absl::StrCat("states no tokens under a name that is known here",
                                    keys.empty() ? "" : ": ", keys));
  }

  void ReadMember(const JsonValue& member, Place place, const std::string& path) {
    if (member.is_null() || member.kind() == JsonKind::kBool) return;
    const std::string_view key = member.key();
    if (member.is_object() || member.is_array()) return ReadHolder(member, place, path);
    const auto role = RoleOf(place, key);
    const bool words = member.is_string() && !IsDigits(member.text());
    if (role && !words) {
      if (*role != Role::kInformative) ReadCount(member, place, *role);
      return;
    }
    const std::string folded = Folded(key);
    if (IsPassedOver(folded)) return;
    if (IsCost(folded)) {
      if (const auto cost = DollarsOf(member)) record_.recorded_cost = cost;
      return;
    }
    if (folded == "costinusdticks") return ReadTicks(member);
    if (member.is_number()) ReadUnknown(member, path);
  }

  void ReadCount(const JsonValue& member, Place place, Role role) {
    const auto count = CountOf(member);
    if (!count.ok()) {
      if (status_.ok()) status_ = count.status();
      return;
    }
    counts_.Set(role, *count);
    if (place == Place::kTop) NoteDialect(member.key(), role);
  }

  // Whose way a key is.
  void NoteDialect(std::string_view key, Role role) {
    if (role == Role::kInput && key.starts_with("prompt")) says_prompt_ = true;
    if (IsOneOf(key, {"cache_read_input_tokens", "cache_creation_input_tokens",
                      "cacheReadInputTokens", "cacheWriteInputTokens", "cacheCreationInputTokens",
                      "cacheReadInputTokenCount", "cacheWriteInputTokenCount",
                      "cacheReadInputTokensCount", "cacheWriteInputTokensCount"})) {
      says_anthropic_ = true;
    }
    if (IsOneOf(key, {"thoughtsTokenCount", "thoughts_token_count", "toolUsePromptTokenCount",
                      "tool_use_prompt_token_count", "thoughts", "tool"})) {
      counts_.thoughts_beside = true;
    }
    counts_.cached_beside = says_anthropic_ && !says_prompt_;
  }

  // xAI: 10^-10 USD.
  void ReadTicks(const JsonValue& member) {
    const auto ticks = CountOf(member);
    constexpr std::int64_t kUnits = 100'000'000;
    if (ticks.ok())
      record_.recorded_cost = pricing::Money::FromUnits(absl::int128(*ticks) * kUnits);
  }

  void ReadUnknown(const JsonValue& member, const std::string& path) {
    const auto count = CountOf(member);
    if (count.ok() && *count == 0) return;
    std::string where = absl::StrCat(path, path.empty() ? "" : ".", ToAbsl(member.key()));
    record_.not_billed.push_back({std::move(where), count.value_or(0), ""});
  }

  void ReadHolder(const JsonValue& member, Place place, const std::string& path) {
    const std::string folded = Folded(member.key());
    if (member.is_array()) return ReadList(member, folded, path);
    // Cohere bills these; `tokens` beside them is what the model saw.
    if (folded == "billedunits") return Walk(member, Place::kTop, path);
    if (IsPassedOver(folded)) return;
    if (IsCost(folded)) {  // Perplexity: {"input_tokens_cost", …, "total_cost"}
      if (const auto total = PresentMember(member, "total_cost")) {
        record_.recorded_cost = DollarsOf(*total);
      }
      return;
    }
    if (folded == "servertooluse") {
      // A key of Anthropic's, and the only one that messages without a cache may have.
      says_anthropic_ = true;
      counts_.cached_beside = !says_prompt_;
    }
    std::string inner = absl::StrCat(path, path.empty() ? "" : ".", ToAbsl(member.key()));
    Walk(member, PlaceOf(folded).value_or(place == Place::kTop ? Place::kTop : place), inner);
  }

  void ReadList(const JsonValue& list, const std::string& folded, const std::string& path) {
    if (folded == "iterations") return ReadIterations(list);
    const auto place = PlaceOf(folded);
    for (auto entry = list.first(); entry; entry = entry->next()) {
      if (!entry->is_object()) continue;
      if (folded == "cachedetails") {
        ReadWrites(*entry);
      } else if (place) {
        ReadModality(*entry, *place);
      } else {
        Walk(*entry, Place::kTop, absl::StrCat(path, path.empty() ? "" : ".", ToAbsl(list.key())));
      }
    }
  }

  // Bedrock: {"ttl": "5m" or "1h", "inputTokens"}.
  void ReadWrites(const JsonValue& entry) {
    const auto number = PresentMember(entry, "inputTokens");
    const auto count = number ? CountOf(*number) : 0;
    if (!count.ok()) return;
    counts_.Add(TextOf(entry, "ttl") == "1h" ? Role::kWrittenLong : Role::kWrittenShort, *count);
  }

  // Gemini: {"modality": "AUDIO", "tokenCount"}. Images, video and documents go in at the rate of
  // text; images that come out have their own.
  void ReadModality(const JsonValue& entry, Place place) {
    const auto number =
        PresentMember(entry, PresentMember(entry, "tokenCount") ? "tokenCount" : "token_count");
    const auto count = number ? CountOf(*number) : 0;
    if (!count.ok()) return;
    const std::string modality = Folded(TextOf(entry, "modality"));
    if (modality == "audio") {
      counts_.Add(place == Place::kInput    ? Role::kInputAudio
                  : place == Place::kOutput ? Role::kOutputAudio
                                            : Role::kCachedAudio,
                  *count);
    }
    if (modality == "image" && place == Place::kOutput) counts_.Add(Role::kOutputImage, *count);
  }

  // Anthropic: what a compaction took is billed beside the counts at the top, which sum the
  // messages; what an advisor took, at the rates of its own model.
  void ReadIterations(const JsonValue& list) {
    for (auto entry = list.first(); entry; entry = entry->next()) {
      const std::string_view type = TextOf(*entry, "type");
      if (!entry->is_object() || type == "message" || type.empty()) continue;
      Record record;
      record.calls = 0;
      record.model = std::string(TextOf(*entry, "model"));
      Reader reader(record, also_);
      reader.counts().cached_beside = true;
      reader.Walk(*entry, Place::kTop, "iterations");
      const absl::Status status = reader.Finish(*entry, Dialect::kByShape);
      if (!status.ok()) {
        if (status_.ok()) status_ = status;
      } else if (!record.model.empty() || type == "compaction") {
        also_.push_back(std::move(record));
      } else {
        record_.not_billed.push_back({absl::StrCat("iterations.", ToAbsl(type)),
                                      record.tokens.PromptTokens() + record.tokens.OutputTokens(),
                                      "whose model did it is not said"});
        record_.incomplete =
            absl::StrCat("what an iteration of type ", ToAbsl(type), " costs is not said");
      }
    }
  }

  Record& record_;
  std::vector<Record>& also_;
  Counts counts_;
  bool says_prompt_ = false;
  bool says_anthropic_ = false;
  absl::Status status_;
};

absl::Status ReadDuration(const JsonValue& usage, Record& record) {
  // Fractions are rounded to the nearest second, as the bill does.
  const auto seconds = PresentMember(usage, "seconds");
  if (!seconds) return usage.Error("a duration without its seconds");
  constexpr int kDigits = 9;
  constexpr std::int64_t kUnit = 1'000'000'000;
  const auto units = pricing::ParseDecimal(seconds->text(), kDigits);
  if (!units.ok() || *units < 0 || *units > absl::int128(kUnit) * kUnit) {
    return seconds->Error("expected a number of seconds");
  }
  record.tokens.audio_seconds = static_cast<std::int64_t>((*units + kUnit / 2) / kUnit);
  return absl::OkStatus();
}

}  // namespace

std::optional<JsonValue> PresentMember(const JsonValue& object, std::string_view key) {
  auto member = object.Find(key);
  if (member && member->is_null()) member.reset();
  return member;
}

std::optional<JsonValue> ObjectMember(const JsonValue& object, std::string_view key) {
  const auto member = object.Find(key);
  return member && member->is_object() ? member : std::nullopt;
}

std::string_view TextOf(const JsonValue& object, std::string_view key) {
  const auto member = object.Find(key);
  return member && member->is_string() ? member->text() : std::string_view();
}

std::string_view FirstText(const JsonValue& object, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    if (const std::string_view text = TextOf(object, key); !text.empty()) return text;
  }
  return {};
}

absl::StatusOr<std::int64_t> CountOf(const JsonValue& number) {
  std::string_view text = number.text();
  if (!number.is_number() && !(number.is_string() && !text.empty())) {
    return number.Error("expected a count");
  }
  // 10.0 is written by what knows only floating point.
  if (const std::size_t point = text.find('.');
      point != std::string_view::npos &&
      text.find_first_not_of('0', point + 1) == std::string_view::npos) {
    text = text.substr(0, point);
  }
  constexpr std::int64_t kMost = 1'000'000'000'000'000;
  std::int64_t count = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), count);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || count < 0 ||
      count > kMost) {
    return number.Error(absl::StrCat(ToAbsl(number.text()), " is no count of tokens"));
  }
  return count;
}

std::optional<pricing::Money> DollarsOf(const JsonValue& value) {
  if (!value.is_number() && !value.is_string()) return std::nullopt;
  constexpr int kMoreThanMoney = 24;  // floating point writes more decimals than money has
  const auto units = pricing::ParseScientific(value.text(), kMoreThanMoney);
  constexpr std::int64_t kCut = 1'000'000;
  if (!units.ok() || *units < 0) return std::nullopt;
  return pricing::Money::FromUnits(*units / kCut);
}

bool LooksLikeUsage(const JsonValue& value) {
  if (!value.is_object()) return false;
  for (auto member = value.first(); member; member = member->next()) {
    if (member->is_null() || member->is_string()) continue;
    const auto role = RoleOf(Place::kTop, member->key());
    if (role && *role != Role::kInformative) return true;
    if (member->key() == "billed_units") return true;
  }
  return TextOf(value, "type") == "duration";
}

absl::Status ReadUsage(const JsonValue& usage, Dialect dialect, Record& record,
                       std::vector<Record>& also) {
  if (TextOf(usage, "type") == "duration") return ReadDuration(usage, record);
  const std::size_t before = also.size();
  Reader reader(record, also);
  reader.Walk(usage, Place::kTop, "");
  if (absl::Status status = reader.Finish(usage, dialect); !status.ok()) return status;
  const std::string_view tier = FirstText(usage, {"service_tier", "serviceTier"});
  if (record.service_tier.empty()) record.service_tier = std::string(tier);
  if (TextOf(usage, "speed") == "fast") record.fast = true;
  const std::string_view region = FirstText(usage, {"inference_geo", "inferenceGeo"});
  if (!IsOneOf(region, {"", "global", "not_available"})) record.region = std::string(region);
  for (std::size_t i = before; i < also.size(); ++i) {
    if (also[i].model.empty()) also[i].model = record.model;
  }
  return absl::OkStatus();
}

}  // namespace toktally::usage
