#include "chat/earlier_call.h"

#include <algorithm>

namespace toktally::chat {
namespace {

// Recorded pairs of calls: 8 of 8 with text alone, 12 of 13 within 7 with functions. (Reported of
// recordings that kept the ids of their responses; the tests' recordings have none to repeat it
// on.)
constexpr Label kTextAlone{Certainty::kEstimate, 1, 1, 8};
constexpr Label kWithFunctions{Certainty::kEstimate, 7, 7, 13};

bool IsRepeated(PartKind kind) { return kind == PartKind::kTools || kind == PartKind::kSchema; }

}  // namespace

EarlierCall RememberCall(const Request& request, const Prediction& prediction, std::int64_t input,
                         std::int64_t output, std::int64_t reasoning) {
  EarlierCall earlier;
  earlier.kept = input + output - reasoning;
  for (const Part& part : prediction.parts) {
    if (IsRepeated(part.kind)) earlier.repeated += part.tokens;
  }
  earlier.has_instructions = !request.instructions.empty();
  return earlier;
}

bool GoOnFrom(const EarlierCall& earlier, const Request& request, Prediction& prediction) {
  const bool only_that = !request.previous_response_id.empty() && prediction.unknown.size() == 1 &&
                         prediction.request_class == RequestClass::kServerState;
  if (!only_that || earlier.has_instructions || earlier.kept < earlier.repeated) return false;
  const bool results = std::any_of(request.messages.begin(), request.messages.end(),
                                   [](const Message& message) { return message.is_result(); });
  const bool text_alone = request.functions.empty() && !results && earlier.repeated == 0;
  const std::int64_t tokens = earlier.kept - earlier.repeated;
  const Label label = text_alone ? kTextAlone : kWithFunctions;
  prediction.parts.push_back({PartKind::kHistory, tokens, label});
  prediction.prompt_tokens += tokens;
  prediction.label = label;
  prediction.unknown.clear();
  return true;
}

}  // namespace toktally::chat
