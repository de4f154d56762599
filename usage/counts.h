// The usage objects of the world, read by their whole shape.
//
// Every API and SDK spells the same few numbers in its own way and with its own conventions: cached
// tokens inside of the input (OpenAI) or beside it (Anthropic, Bedrock), reasoning inside of the
// output (OpenAI) or beside it (xAI, Gemini). One table knows the spellings; the object's total, if
// it has one, decides between the conventions; without one the dialect does.
//
// Evidence: openai-python e43b422, anthropic-sdk-python 009b035, python-genai 6680718, litellm
// 029f645, semantic-conventions-genai 002c8a6, ccusage 5816e64, and the reports of
// docs/usage.md.

#ifndef TOKTALLY_USAGE_COUNTS_H_
#define TOKTALLY_USAGE_COUNTS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/json.h"
#include "usage/record.h"

namespace toktally::usage {

// Which convention holds where no total decides.
enum class Dialect : std::uint8_t {
  kByShape,      // beside for Anthropic's and Bedrock's keys, inside for others
  kAllInside,    // OpenTelemetry: input includes what was cached
  kTotalOnly,    // embeddings: a total alone is input
  kImageOutput,  // the output of an image model is images if nothing splits it
};

// What a number counts.
enum class Role : std::uint8_t {
  kInput,
  kUncached,
  kOutput,
  kTotal,
  kCached,
  kWritten,
  kWrittenShort,
  kWrittenLong,
  kReasoning,
  kToolPrompt,
  kInputAudio,
  kInputImage,
  kCachedAudio,
  kCachedImage,
  kOutputAudio,
  kOutputImage,
  kSeconds,
  kWebSearch,
  kCodeSession,
  kRerankSearch,
  kInformative,  // known, and no part of the bill
};
inline constexpr std::size_t kRoles = static_cast<std::size_t>(Role::kInformative) + 1;

// Where in the object a key stands; "audio" means another thing in each.
enum class Place : std::uint8_t { kTop, kInput, kOutput, kCached };

// The role of a key ("cache_read_input_tokens", "cacheReadInputTokens" …); nullopt for a key that
// is in no API that we know.
std::optional<Role> RoleOf(Place place, std::string_view key);

// The numbers of one usage object. Where two spellings state one role, the larger counts: batch
// objects state `prompt_tokens: 0` beside their input_tokens.
class Counts {
 public:
  void Set(Role role, std::int64_t number) {
    auto& count = counts_[static_cast<std::size_t>(role)];
    if (!count || *count < number) count = number;
  }
  // For lists that state a role in parts.
  void Add(Role role, std::int64_t number) {
    auto& count = counts_[static_cast<std::size_t>(role)];
    count = count.value_or(0) + number;
  }
  bool Has(Role role) const { return counts_[static_cast<std::size_t>(role)].has_value(); }
  std::int64_t operator[](Role role) const {
    return counts_[static_cast<std::size_t>(role)].value_or(0);
  }
  // Anything that is billed, or a total.
  bool any() const;

  // Anthropic's and Bedrock's way: what the cache holds is beside the input.
  bool cached_beside = false;
  // Gemini's way: thoughts are beside the output, and what tools put in beside the prompt.
  bool thoughts_beside = false;

 private:
  std::array<std::optional<std::int64_t>, kRoles> counts_;
};

// Settles the conventions and fills in the record's tokens, its doubts and what is not billed.
// InvalidArgument, without a place, for parts that no convention makes fit.
absl::Status Settle(const Counts& counts, Dialect dialect, Record& record);

// Reads a usage object into the record: tokens, tier, region, speed, cost as recorded, what is not
// billed. `also` gets records for what the object bills to another model. Errors (InvalidArgument
// with file, line and path): no key that we know, or a number that is none.
absl::Status ReadUsage(const JsonValue& usage, Dialect dialect, Record& record,
                       std::vector<Record>& also);

// True for an object that states tokens under some name that we know.
bool LooksLikeUsage(const JsonValue& value);

// A count as exports write it: 10, 10.0 or "10". Errors: fractions, what is below 0 or over 10^15.
absl::StatusOr<std::int64_t> CountOf(const JsonValue& number);

// USD of a number or text with up to 18 decimals; nullopt for what is none.
std::optional<pricing::Money> DollarsOf(const JsonValue& value);

// The member, if it is there and not null.
std::optional<JsonValue> PresentMember(const JsonValue& object, std::string_view key);
// The member, if it is an object.
std::optional<JsonValue> ObjectMember(const JsonValue& object, std::string_view key);
// A text member, "" if there is none.
std::string_view TextOf(const JsonValue& object, std::string_view key);
// The first of several that is not "".
std::string_view FirstText(const JsonValue& object, std::initializer_list<std::string_view> keys);

}  // namespace toktally::usage

#endif  // TOKTALLY_USAGE_COUNTS_H_
