#include "data/name_steps.h"

#include <algorithm>
#include <iterator>

#include "data/seller_table.h"

namespace toktally {
namespace {

using Kind = NameMark::Kind;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

template <typename Words>
bool IsOneOf(std::string_view word, const Words& words) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

// `name` without its first `size` bytes.
std::optional<NameStep> WithoutHead(std::string_view name, std::size_t size, Kind kind,
                                    std::string_view meaning) {
  if (size >= name.size()) return std::nullopt;
  return NameStep{std::string(name.substr(size)),
                  std::string(name.substr(0, size)) + " removed",
                  {kind, std::string(meaning)}};
}

std::optional<NameStep> WithoutTail(std::string_view name, std::size_t size, Kind kind,
                                    std::string_view meaning) {
  if (size >= name.size()) return std::nullopt;
  const std::size_t left = name.size() - size;
  return NameStep{std::string(name.substr(0, left)),
                  std::string(name.substr(left)) + " removed",
                  {kind, std::string(meaning)}};
}

// us-east-1, eu-central-1, us-gov-west-1.
bool IsAwsRegion(std::string_view word) {
  const std::size_t first = word.find('-');
  const std::size_t last = word.rfind('-');
  return first == 2 && last > first && AllDigits(word.substr(last + 1)) && word.size() < 20 &&
         std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(last),
                     [](char c) { return c == '-' || (c >= 'a' && c <= 'z'); });
}

// What stands before a slash.
std::optional<NameStep> WithoutPath(std::string_view name) {
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view word = name.substr(0, slash);
  // Resource names of Google's and Fireworks' APIs: what follows is a value of theirs.
  constexpr std::string_view kOwners[] = {"projects", "locations", "publishers", "accounts"};
  if (IsOneOf(word, kOwners)) {
    const std::size_t end = name.find('/', slash + 1);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view value = name.substr(slash + 1, end - slash - 1);
    if (word == "locations") return WithoutHead(name, end + 1, Kind::kRegion, value);
    if (word == "accounts") return WithoutHead(name, end + 1, Kind::kNothing, "");
    return WithoutHead(name, end + 1, Kind::kSeller, "vertex");
  }
  constexpr std::string_view kWords[] = {"models", "deployments", "endpoints"};
  if (IsOneOf(word, kWords)) return WithoutHead(name, slash + 1, Kind::kNothing, "");
  constexpr std::string_view kZones[] = {"us",       "eu",       "global", "global-standard",
                                         "standard", "regional", "us-gov"};
  if (IsOneOf(word, kZones) || IsAwsRegion(word)) {
    return WithoutHead(name, slash + 1, Kind::kRegion, word);
  }
  if (const SellerRow* seller = FindSeller(word)) {
    const bool proxy = seller->kind == SellerKind::kProxy;
    return WithoutHead(name, slash + 1, proxy ? Kind::kNothing : Kind::kSeller, seller->seller);
  }
  // Sizes and qualities of pictures, commitments: another price than the plain model's.
  constexpr std::string_view kQualities[] = {"hd", "low", "medium", "high"};
  const bool variant =
      IsOneOf(word, kQualities) || word.ends_with("-commitment") || word.ends_with("-steps") ||
      (word.size() > 4 && IsDigit(word[0]) && word.find('x') != std::string_view::npos);
  return WithoutHead(name, slash + 1, variant ? Kind::kVariant : Kind::kUnknownSeller, word);
}

// arn:aws:bedrock:us-east-1:123:inference-profile/us.anthropic.…, and foundation-model/….
std::optional<NameStep> OfArn(std::string_view name) {
  if (!name.starts_with("arn:aws")) return std::nullopt;
  constexpr std::string_view kService = ":bedrock:";
  const std::size_t service = name.find(kService);
  const std::size_t slash = name.find('/');
  if (service == std::string_view::npos || slash == std::string_view::npos) return std::nullopt;
  const std::size_t region = service + kService.size();
  const std::size_t end = name.find(':', region);
  const std::string_view head = name.substr(0, slash);
  if (end == std::string_view::npos || end > slash ||
      !(head.ends_with(":inference-profile") || head.ends_with(":foundation-model"))) {
    return std::nullopt;
  }
  NameStep step{"bedrock/", "ARN read", {Kind::kNothing, ""}};
  step.name += name.substr(region, end - region);
  step.name += name.substr(slash);
  return step;
}

// openai:gpt-4o, google_genai:gemini-…, openai:chat:gpt-4o of promptfoo.
std::optional<NameStep> WithoutProviderColon(std::string_view name) {
  const std::size_t colon = name.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const SellerRow* seller = FindSeller(name.substr(0, colon));
  if (seller == nullptr) return std::nullopt;
  std::size_t end = colon + 1;
  constexpr std::string_view kApis[] = {"chat",      "responses",  "completion", "completions",
                                        "embedding", "embeddings", "messages",   "converse",
                                        "realtime",  "image",      "moderation", "assistant",
                                        "audio",     "speech",     "text",       "transcription"};
  const std::size_t next = name.find(':', end);
  if (next != std::string_view::npos && IsOneOf(name.substr(end, next - end), kApis)) {
    end = next + 1;
  }
  const bool proxy = seller->kind == SellerKind::kProxy;
  return WithoutHead(name, end, proxy ? Kind::kNothing : Kind::kSeller, seller->seller);
}

// anthropic.claude-…, us.anthropic.claude-…: Amazon Bedrock's makers and the regions of its
// profiles.
std::optional<NameStep> WithoutBedrockPrefix(std::string_view name) {
  const auto is_maker = [](std::string_view text) {
    const std::size_t dot = text.find('.');
    return dot != std::string_view::npos && FindSeller(text.substr(0, dot + 1)) != nullptr;
  };
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  if (is_maker(name)) return WithoutHead(name, dot + 1, Kind::kSeller, "bedrock");
  constexpr std::string_view kRegions[] = {"us", "eu", "apac", "global", "us-gov", "jp",
                                           "au", "ca", "sa",   "uk",     "in",     "regional"};
  const std::string_view word = name.substr(0, dot);
  if (!IsOneOf(word, kRegions) || !is_maker(name.substr(dot + 1))) return std::nullopt;
  return WithoutHead(name, dot + 1, Kind::kRegion, word);
}

// databricks-claude-sonnet-4-5: Databricks' endpoints.
std::optional<NameStep> WithoutDatabricks(std::string_view name) {
  constexpr std::string_view kPrefix = "databricks-";
  if (!name.starts_with(kPrefix)) return std::nullopt;
  return WithoutHead(name, kPrefix.size(), Kind::kSeller, "databricks");
}

// ft:BASE:org:suffix:id of OpenAI; BASE:ft-org-date of its first fine-tunes; BASE.ft-id of Azure.
std::optional<NameStep> BaseOfFineTune(std::string_view name) {
  if (name.starts_with("ft:")) {
    const std::string_view base = name.substr(3, name.find(':', 3) - 3);
    if (base.empty()) return std::nullopt;
    return NameStep{std::string(base), "ft: removed", {Kind::kFineTune, ""}};
  }
  for (const std::string_view mark : {":ft-", ".ft-"}) {
    const std::size_t at = name.find(mark);
    if (at == std::string_view::npos || at == 0) continue;
    return NameStep{
        std::string(name.substr(0, at)), std::string(mark) + " removed", {Kind::kFineTune, ""}};
  }
  return std::nullopt;
}

// [1m], as some tools write a long context.
std::optional<NameStep> WithoutBrackets(std::string_view name) {
  const std::size_t open = name.rfind('[');
  if (open == std::string_view::npos || open == 0 || !name.ends_with(']')) return std::nullopt;
  return WithoutTail(name, name.size() - open, Kind::kNothing, "");
}

// An end of a name and what it says.
struct Ending {
  std::string_view text;
  Kind kind = Kind::kNothing;
  std::string_view meaning = {};
};

constexpr Ending kEndings[] = {
    // OpenRouter's variants. Those that only choose among endpoints of one seller say nothing.
    {":free", Kind::kVariant, ":free"},
    {":extended", Kind::kVariant, ":extended"},
    {":online", Kind::kOnline, ":online"},
    {":nitro"},
    {":floor"},
    {":exacto"},
    {":thinking"},
    {":beta"},
    // Speeds and tiers have rates of their own.
    {":batch", Kind::kTier, "batch"},
    {":flex", Kind::kTier, "flex"},
    {":priority", Kind::kTier, "priority"},
    {"-fast", Kind::kTier, "priority"},
    {"-priority", Kind::kTier, "priority"},
    {"-flex", Kind::kTier, "flex"},
    {"-batch", Kind::kTier, "batch"},
    {"-ultrafast", Kind::kTier, "ultrafast"},
    // Efforts change how many tokens there are, not what one costs.
    {"-minimal", Kind::kEffort},
    {"-none", Kind::kEffort},
    {"-low", Kind::kEffort},
    {"-medium", Kind::kEffort},
    {"-high", Kind::kEffort},
    {"-xhigh", Kind::kEffort},
    {"-thinking", Kind::kEffort},
    {"@default"},
    {"@latest", Kind::kLatest},
    {"-latest", Kind::kLatest},
};

std::optional<NameStep> WithoutEnding(std::string_view name) {
  for (const Ending& ending : kEndings) {
    if (!name.ends_with(ending.text)) continue;
    return WithoutTail(name, ending.text.size(), ending.kind, ending.meaning);
  }
  // Cursor's and Claude Code's highest effort; other names end in -max by themselves (qwen-max).
  constexpr std::string_view kMax = "-max";
  if (name.starts_with("claude-") && name.ends_with(kMax)) {
    return WithoutTail(name, kMax.size(), Kind::kEffort, "");
  }
  return std::nullopt;
}

// -v1:0, -1:0, -v1: Bedrock's model versions. Of -v1:0 only the minor one goes at once: some models
// have the major one in their name (nova-pro-v1).
std::optional<NameStep> WithoutBedrockVersion(std::string_view name) {
  const std::size_t dash = name.rfind('-');
  if (dash == std::string_view::npos) return std::nullopt;
  std::string_view major = name.substr(dash + 1);
  const std::size_t colon = major.find(':');
  const bool minor = colon != std::string_view::npos;
  if (minor && !AllDigits(major.substr(colon + 1))) return std::nullopt;
  const std::size_t minor_size = minor ? major.size() - colon : 0;
  major = major.substr(0, colon);
  const bool with_v = major.starts_with('v');
  if (with_v) major.remove_prefix(1);
  if (!AllDigits(major) || major.size() > 2 || (!with_v && !minor)) return std::nullopt;
  const std::size_t size = with_v && minor ? minor_size : name.size() - dash;
  return WithoutTail(name, size, Kind::kNothing, "");
}

// Azure allows no dot in a deployment's name.
std::optional<NameStep> FromAzureSpelling(std::string_view name) {
  constexpr std::string_view kAzure = "gpt-35";
  if (!name.starts_with(kAzure)) return std::nullopt;
  return NameStep{
      "gpt-3.5" + std::string(name.substr(kAzure.size())), "Azure spelling", {Kind::kNothing, ""}};
}

bool IsDate(std::string_view year, std::string_view month, std::string_view day) {
  return AllDigits(year) && AllDigits(month) && AllDigits(day) && year.starts_with("20") &&
         month >= "01" && month <= "12" && day >= "01" && day <= "31";
}

// -YYYY-MM-DD, -YYYYMMDD, @YYYYMMDD, @YYYY-MM-DD.
std::optional<NameStep> WithoutDate(std::string_view name) {
  const auto without = [name](std::size_t size) {
    const std::size_t left = name.size() - size;
    return NameStep{std::string(name.substr(0, left)),
                    "date removed",
                    {Kind::kDate, std::string(name.substr(left + 1))}};
  };
  const auto is_mark = [](char c) { return c == '-' || c == '@'; };
  if (name.size() > 11) {
    const std::string_view tail = name.substr(name.size() - 11);
    if (is_mark(tail[0]) && tail[5] == '-' && tail[8] == '-' &&
        IsDate(tail.substr(1, 4), tail.substr(6, 2), tail.substr(9, 2))) {
      return without(11);
    }
  }
  if (name.size() > 9) {
    const std::string_view tail = name.substr(name.size() - 9);
    if (is_mark(tail[0]) && IsDate(tail.substr(1, 4), tail.substr(5, 2), tail.substr(7, 2))) {
      return without(9);
    }
  }
  return std::nullopt;
}

using Rule = std::optional<NameStep> (*)(std::string_view);

constexpr Rule kRules[] = {&OfArn,
                           &WithoutProviderColon,
                           &WithoutPath,
                           &WithoutDatabricks,
                           &WithoutBedrockPrefix,
                           &BaseOfFineTune,
                           &WithoutBrackets,
                           &WithoutBedrockVersion,
                           &FromAzureSpelling,
                           &WithoutDate,
                           &WithoutEnding};

}  // namespace

std::optional<NameStep> NextNameStep(std::string_view name) {
  for (const Rule rule : kRules) {
    if (std::optional<NameStep> step = rule(name)) return step;
  }
  return std::nullopt;
}

std::vector<std::string> OtherOrders(std::string_view name) {
  constexpr std::string_view kClaude = "claude-";
  if (!name.starts_with(kClaude)) return {};
  // claude-WORD-VERSION or claude-VERSION-WORD, a version being one or two numbers.
  std::string word;
  std::string version;
  std::string_view rest = name.substr(kClaude.size());
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find_first_of("-."), rest.size());
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (AllDigits(part) && part.size() <= 2) {
      if (!version.empty()) version += '-';
      version += part;
    } else if (word.empty() && !part.empty() && !IsDigit(part[0])) {
      word = part;
    } else {
      return {};
    }
  }
  if (word.empty() || version.empty() || version.size() > 5) return {};
  std::vector<std::string> orders(2, std::string(kClaude));
  orders[0].append(word).append("-").append(version);
  orders[1].append(version).append("-").append(word);
  std::erase(orders, std::string(name));
  return orders;
}

}  // namespace toktally
