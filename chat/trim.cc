#include "chat/trim.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace toktally::chat {
namespace {

// The most that a prediction says the request is.
std::int64_t AtMost(const Prediction& prediction) {
  return prediction.prompt_tokens + prediction.label.bound;
}

// The request with the kept messages only. Views stay good; `joined` stays behind.
Request Select(const Request& request, const std::vector<bool>& kept) {
  Request selected;
  selected.endpoint = request.endpoint;
  selected.model = request.model;
  selected.instructions = request.instructions;
  selected.functions = request.functions;
  selected.server_tools = request.server_tools;
  selected.tool_choice = request.tool_choice;
  selected.format = request.format;
  selected.remarks = request.remarks;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (kept[i]) selected.messages.push_back(request.messages[i]);
  }
  return selected;
}

// The unit that holds the last message of the user, or units.size().
std::size_t LastUserUnit(const Request& request, const std::vector<MessageUnit>& units) {
  for (std::size_t i = units.size(); i-- > 0;) {
    const Message& message = request.messages[units[i].first];
    if (message.kind == Message::Kind::kMessage && message.role == Role::kUser) return i;
  }
  return units.size();
}

}  // namespace

absl::StatusOr<Trimmed> Trim(const Request& request, std::int64_t max_tokens, Counter& counter,
                             const CountOptions& options) {
  std::vector<MessageUnit> units;
  absl::StatusOr<Prediction> before = counter.Count(request, options, units);
  if (!before.ok()) return before.status();
  Trimmed trimmed;
  trimmed.kept.assign(request.messages.size(), true);
  trimmed.before = *before;
  trimmed.after = *std::move(before);
  const std::size_t last_user = LastUserUnit(request, units);
  std::size_t next = 0;
  while (AtMost(trimmed.after) > max_tokens) {
    // The units add up, so this many have to go at least; how texts meet may make it one more.
    std::int64_t excess = AtMost(trimmed.after) - max_tokens;
    const std::size_t dropped_before = trimmed.dropped;
    for (; next < units.size() && excess > 0; ++next) {
      const MessageUnit& unit = units[next];
      if (unit.keeps || next == last_user) continue;
      excess -= unit.tokens;
      std::fill(trimmed.kept.begin() + static_cast<std::ptrdiff_t>(unit.first),
                trimmed.kept.begin() + static_cast<std::ptrdiff_t>(unit.end), false);
      trimmed.dropped += unit.end - unit.first;
    }
    if (trimmed.dropped == dropped_before) {
      return absl::OutOfRangeError(absl::StrCat(
          "what must stay (system messages, the last user message, tools and schemas) is ",
          AtMost(trimmed.after), " tokens, over the limit of ", max_tokens));
    }
    absl::StatusOr<Prediction> after = counter.Count(Select(request, trimmed.kept), options);
    if (!after.ok()) return after.status();
    trimmed.after = *std::move(after);
  }
  return trimmed;
}

std::string WithoutDropped(std::string_view text, const Request& request,
                           const std::vector<bool>& kept) {
  if (!request.message_array || request.messages.empty()) return std::string(text);
  const std::size_t begin = request.message_array->begin();
  const std::size_t end = request.message_array->end();
  const std::vector<Message>& messages = request.messages;
  std::string out(text.substr(0, begin + 1));
  bool first = true;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (!kept[i]) continue;
    // The blanks before the first message, or the comma and the blanks between two.
    const std::size_t from = i == 0 ? begin + 1 : messages[i - 1].end;
    std::string_view between = text.substr(from, messages[i].begin - from);
    if (first && i > 0) between.remove_prefix(between.find(',') + 1);
    first = false;
    out += between;
    out += text.substr(messages[i].begin, messages[i].end - messages[i].begin);
  }
  const std::size_t tail = first ? end - 1 : messages.back().end;
  out += text.substr(tail);
  return out;
}

}  // namespace toktally::chat
