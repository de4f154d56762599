// How a conversation grows when a stateless API is sent all of it again at every turn.

#ifndef TOKTALLY_CHAT_GROWTH_H_
#define TOKTALLY_CHAT_GROWTH_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "chat/count.h"
#include "chat/request.h"

namespace toktally::chat {

struct GrowthOptions {
  std::size_t turns = 10;
  // Tokens of the user's text and of the reply in turns that the conversation does not have.
  // Default: the mean of those that it has.
  std::optional<std::int64_t> user_tokens;
  std::optional<std::int64_t> reply_tokens;
  // Drop the oldest turns from prompts that would be longer.
  std::optional<std::int64_t> max_tokens;
  // Prompts from this length on are cached; the part that the turn before sent is read from there.
  std::int64_t least_cached = 1024;
};

// One turn: what is sent, and what of it the cache holds.
struct GrowthTurn {
  std::int64_t prompt = 0;
  std::int64_t cached = 0;
  std::int64_t trimmed_prompt = 0;  // with max_tokens; else as prompt
  std::int64_t trimmed_cached = 0;
  std::int64_t reply = 0;
  bool assumed = false;  // not in the conversation: of the mean or stated length
};

struct Growth {
  Prediction prediction;  // of the conversation as it stands
  std::vector<GrowthTurn> turns;
};

// A turn is a user message with all that follows it until the next one. Errors: InvalidArgument if
// the conversation has no user message, or no reply and none is stated; OutOfRange if the newest
// turn alone is over max_tokens; those of Counter::Count.
absl::StatusOr<Growth> PredictGrowth(const Request& request, const GrowthOptions& options,
                                     Counter& counter, const CountOptions& count = {});

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_GROWTH_H_
