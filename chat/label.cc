#include "chat/label.h"

#include <algorithm>

namespace toktally::chat {

std::string_view CertaintyName(Certainty certainty) {
  constexpr std::string_view kNames[] = {"exact",   "reconstructed", "modelled",
                                         "assumed", "estimate",      "unknown"};
  return kNames[static_cast<std::size_t>(certainty)];
}

Label Worse(const Label& a, const Label& b) {
  Label worse;
  worse.certainty = std::max(a.certainty, b.certainty);
  if (worse.certainty != Certainty::kModelled && worse.certainty != Certainty::kEstimate) {
    return worse;
  }
  worse.bound = a.bound + b.bound;
  if (worse.certainty == Certainty::kModelled) return worse;
  worse.below = a.Below() + b.Below();
  // As many as the part that rests on fewest.
  worse.calls = a.calls == 0 ? b.calls : b.calls == 0 ? a.calls : std::min(a.calls, b.calls);
  return worse;
}

std::string_view PartKindName(PartKind kind) {
  constexpr std::string_view kNames[] = {"text",   "framing", "tools",  "tool history",
                                         "schema", "images",  "priming"};
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace toktally::chat
