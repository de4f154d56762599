#include "chat/growth.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace toktally::chat {
namespace {

struct Turn {
  std::int64_t user = 0;   // the user's message with its framing
  std::int64_t reply = 0;  // what the assistant and its tools added, with framing
  bool assumed = false;
};

bool IsUser(const Request& request, const MessageUnit& unit) {
  const Message& message = request.messages[unit.first];
  return message.kind == Message::Kind::kMessage && message.role == Role::kUser;
}

std::int64_t Mean(std::int64_t sum, std::int64_t count) { return (sum + count / 2) / count; }

// The turns that the conversation has, and `fixed`: what every request carries.
std::vector<Turn> RecordedTurns(const Request& request, const std::vector<MessageUnit>& units,
                                std::int64_t& fixed) {
  std::vector<Turn> turns;
  for (const MessageUnit& unit : units) {
    if (unit.keeps || (turns.empty() && !IsUser(request, unit))) continue;
    fixed -= unit.tokens;
    if (IsUser(request, unit)) {
      turns.push_back({unit.tokens, 0, false});
    } else {
      turns.back().reply += unit.tokens;
    }
  }
  return turns;
}

// A turn for all those that are still to come; nullopt if no reply is known.
std::optional<Turn> TypicalTurn(const std::vector<Turn>& turns, const GrowthOptions& options,
                                int per_message) {
  std::int64_t users = 0;
  std::int64_t replies = 0;
  std::int64_t with_reply = 0;
  for (const Turn& turn : turns) {
    users += turn.user;
    replies += turn.reply;
    with_reply += turn.reply > 0 ? 1 : 0;
  }
  if (with_reply == 0 && !options.reply_tokens) return std::nullopt;
  Turn typical{0, 0, true};
  typical.user = options.user_tokens ? *options.user_tokens + per_message
                                     : Mean(users, static_cast<std::int64_t>(turns.size()));
  typical.reply =
      options.reply_tokens ? *options.reply_tokens + per_message : Mean(replies, with_reply);
  return typical;
}

std::int64_t PrimingOf(const Prediction& prediction) {
  for (const Part& part : prediction.parts) {
    if (part.kind == PartKind::kPriming) return part.tokens;
  }
  return 0;
}

}  // namespace

absl::StatusOr<Growth> PredictGrowth(const Request& request, const GrowthOptions& options,
                                     Counter& counter, const CountOptions& count) {
  std::vector<MessageUnit> units;
  absl::StatusOr<Prediction> prediction = counter.Count(request, count, units);
  if (!prediction.ok()) return prediction.status();
  Growth growth;
  growth.prediction = *std::move(prediction);
  const absl::StatusOr<int> framing = counter.PerMessage(ModelOf(request, count));
  if (!framing.ok()) return framing.status();
  const int per_message = *framing;
  std::int64_t fixed = growth.prediction.prompt_tokens;
  std::vector<Turn> turns = RecordedTurns(request, units, fixed);
  if (turns.empty()) return absl::InvalidArgumentError("the conversation has no user message");
  const std::optional<Turn> typical = TypicalTurn(turns, options, per_message);
  const bool open = turns.size() < options.turns || turns.back().reply == 0;
  if (open && !typical) {
    return absl::InvalidArgumentError("the conversation has no reply; say how long one is");
  }
  // A last question without an answer gets the typical one.
  if (turns.back().reply == 0 && typical) turns.back().reply = typical->reply;
  while (turns.size() < options.turns) turns.push_back(*typical);
  turns.resize(options.turns);

  const std::int64_t priming = PrimingOf(growth.prediction);
  std::int64_t history = 0;
  std::int64_t window = 0;  // the history that trimming left
  std::size_t first = 0;    // the oldest turn in it
  // What the turn before sent, without the priming of its reply.
  std::int64_t last_prompt = 0;
  std::int64_t last_trimmed = 0;
  for (std::size_t i = 0; i < turns.size(); ++i) {
    GrowthTurn turn;
    turn.assumed = turns[i].assumed;
    turn.reply = std::max<std::int64_t>(turns[i].reply - per_message, 0);
    turn.prompt = fixed + history + turns[i].user;
    turn.cached = last_prompt >= options.least_cached ? last_prompt : 0;
    const std::size_t first_before = first;
    while (options.max_tokens && first < i &&
           fixed + window + turns[i].user > *options.max_tokens) {
      window -= turns[first].user + turns[first].reply;
      ++first;
    }
    turn.trimmed_prompt = fixed + window + turns[i].user;
    if (options.max_tokens && turn.trimmed_prompt > *options.max_tokens) {
      return absl::OutOfRangeError(absl::StrCat("turn ", i + 1, " alone is ", turn.trimmed_prompt,
                                                " tokens, over the limit of ",
                                                *options.max_tokens));
    }
    // What stands before the first dropped message is all that the cache still knows.
    const std::int64_t prefix =
        first == first_before ? last_trimmed : std::min(fixed - priming, last_trimmed);
    turn.trimmed_cached = prefix >= options.least_cached ? prefix : 0;
    last_prompt = turn.prompt - priming;
    last_trimmed = turn.trimmed_prompt - priming;
    history += turns[i].user + turns[i].reply;
    window += turns[i].user + turns[i].reply;
    growth.turns.push_back(turn);
  }
  return growth;
}

}  // namespace toktally::chat
