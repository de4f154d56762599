#include "data/model_name.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"

namespace toktally {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool AllDigits(std::string_view text) { return std::all_of(text.begin(), text.end(), IsDigit); }

// What one step takes off a name, and how it is called.
struct Step {
  std::string name;
  std::string how;
  bool fine_tuned = false;
};

std::optional<Step> WithoutPrefix(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix) || name.size() == prefix.size()) return std::nullopt;
  return Step{std::string(name.substr(prefix.size())), std::string(prefix) + " removed"};
}

std::optional<Step> WithoutSuffix(std::string_view name, std::string_view suffix) {
  if (!name.ends_with(suffix) || name.size() == suffix.size()) return std::nullopt;
  return Step{std::string(name.substr(0, name.size() - suffix.size())),
              std::string(suffix) + " removed"};
}

template <std::size_t kSize>
std::optional<Step> WithoutAnySuffix(std::string_view name,
                                     const std::string_view (&suffixes)[kSize]) {
  for (const std::string_view suffix : suffixes) {
    if (std::optional<Step> step = WithoutSuffix(name, suffix)) return step;
  }
  return std::nullopt;
}

// openai/gpt-4o, openrouter/openai/gpt-4o, models/gemini-2.5-pro: up to the first slash.
std::optional<Step> WithoutVendorPath(std::string_view name) {
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  return WithoutPrefix(name, name.substr(0, slash + 1));
}

// us.anthropic.claude-..., openai.gpt-oss-120b-1:0: Amazon Bedrock's regions and vendors.
std::optional<Step> WithoutBedrockPrefix(std::string_view name) {
  constexpr std::string_view kPrefixes[] = {
      "us.",        "eu.",       "apac.", "global.",  "us-gov.", "jp.",  "au.",
      "anthropic.", "deepseek.", "meta.", "mistral.", "openai.", "qwen."};
  for (const std::string_view prefix : kPrefixes) {
    if (std::optional<Step> step = WithoutPrefix(name, prefix)) return step;
  }
  return std::nullopt;
}

// ft:BASE:org:suffix:id of OpenAI; BASE:ft-org-date of its first fine-tunes; BASE.ft-id of Azure.
std::optional<Step> BaseOfFineTune(std::string_view name) {
  if (name.starts_with("ft:")) {
    const std::string_view base = name.substr(3, name.find(':', 3) - 3);
    if (base.empty()) return std::nullopt;
    return Step{std::string(base), "ft: removed", true};
  }
  for (const std::string_view mark : {":ft-", ".ft-"}) {
    const std::size_t at = name.find(mark);
    if (at == std::string_view::npos || at == 0) continue;
    return Step{std::string(name.substr(0, at)), std::string(mark) + " removed", true};
  }
  return std::nullopt;
}

// [1m], as some tools write a long context.
std::optional<Step> WithoutBrackets(std::string_view name) {
  const std::size_t open = name.rfind('[');
  if (open == std::string_view::npos || !name.ends_with(']')) return std::nullopt;
  return WithoutSuffix(name, name.substr(open));
}

// :free, :nitro and the like of OpenRouter.
std::optional<Step> WithoutVariant(std::string_view name) {
  constexpr std::string_view kVariants[] = {":free",   ":extended", ":nitro",    ":floor",
                                            ":online", ":exacto",   ":thinking", ":beta"};
  return WithoutAnySuffix(name, kVariants);
}

// -v1:0, -1:0: Bedrock's model versions.
std::optional<Step> WithoutBedrockVersion(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  const std::size_t dash = name.rfind('-');
  if (colon == std::string_view::npos || dash == std::string_view::npos || colon < dash) {
    return std::nullopt;
  }
  std::string_view major = name.substr(dash + 1, colon - dash - 1);
  if (major.starts_with('v')) major.remove_prefix(1);
  const std::string_view minor = name.substr(colon + 1);
  if (major.empty() || minor.empty() || !AllDigits(major) || !AllDigits(minor)) return std::nullopt;
  return WithoutSuffix(name, name.substr(dash));
}

bool IsDate(std::string_view year, std::string_view month, std::string_view day) {
  return AllDigits(year) && AllDigits(month) && AllDigits(day) && year.starts_with("20") &&
         month >= "01" && month <= "12" && day >= "01" && day <= "31";
}

// -YYYY-MM-DD, -YYYYMMDD, @YYYYMMDD.
std::optional<Step> WithoutDate(std::string_view name) {
  const auto remove = [name](std::size_t size) {
    return Step{std::string(name.substr(0, name.size() - size)), "date removed"};
  };
  if (name.size() > 11) {
    const std::string_view tail = name.substr(name.size() - 11);
    if (tail[0] == '-' && tail[5] == '-' && tail[8] == '-' &&
        IsDate(tail.substr(1, 4), tail.substr(6, 2), tail.substr(9, 2))) {
      return remove(11);
    }
  }
  if (name.size() > 9) {
    const std::string_view tail = name.substr(name.size() - 9);
    if ((tail[0] == '-' || tail[0] == '@') &&
        IsDate(tail.substr(1, 4), tail.substr(5, 2), tail.substr(7, 2))) {
      return remove(9);
    }
  }
  return std::nullopt;
}

// Efforts and speeds that some tools append, and the alias of the newest snapshot.
std::optional<Step> WithoutEffort(std::string_view name) {
  constexpr std::string_view kEfforts[] = {"-minimal", "-low",  "-medium",  "-high",
                                           "-xhigh",   "-fast", "@default", "-latest"};
  return WithoutAnySuffix(name, kEfforts);
}

// Azure allows no dot in a deployment's name.
std::optional<Step> FromAzureSpelling(std::string_view name) {
  constexpr std::string_view kAzure = "gpt-35";
  if (!name.starts_with(kAzure)) return std::nullopt;
  return Step{"gpt-3.5" + std::string(name.substr(kAzure.size())), "Azure spelling"};
}

using Rule = std::optional<Step> (*)(std::string_view);

constexpr Rule kRules[] = {&WithoutVendorPath, &WithoutBedrockPrefix, &BaseOfFineTune,
                           &WithoutBrackets,   &WithoutVariant,       &WithoutBedrockVersion,
                           &FromAzureSpelling, &WithoutDate,          &WithoutEffort};

std::optional<Step> FirstStep(std::string_view name) {
  for (const Rule rule : kRules) {
    if (std::optional<Step> step = rule(name)) return step;
  }
  return std::nullopt;
}

}  // namespace

std::vector<ModelNameSpelling> ModelNameSpellings(std::string_view name) {
  std::vector<ModelNameSpelling> spellings = {{LowerCase(name), "", false}};
  bool fine_tuned = false;
  while (const std::optional<Step> step = FirstStep(spellings.back().name)) {
    const std::string& how = spellings.back().how;
    fine_tuned = fine_tuned || step->fine_tuned;
    spellings.push_back({step->name, how.empty() ? step->how : how + ", " + step->how, false});
  }
  for (ModelNameSpelling& spelling : spellings) spelling.fine_tuned = fine_tuned;
  return spellings;
}

}  // namespace toktally
