// The walk over one request to gpt-oss, whose prompt format (harmony) is public: what the format
// makes of the request is rendered and counted. Hosts differ in details, which recorded calls
// bound. Not for users; chat/count.h is.

#ifndef TOKTALLY_CHAT_HARMONY_PROMPT_H_
#define TOKTALLY_CHAT_HARMONY_PROMPT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bpe/encoding.h"
#include "chat/count.h"
#include "chat/request.h"
#include "chat/workspaces.h"

namespace toktally::chat {

// Whether a model reads the harmony format: gpt-oss under any of its names.
bool IsHarmonyModel(std::string_view name);

class HarmonyPrompt {
 public:
  // Everything is borrowed; `units` may be null.
  HarmonyPrompt(const Request& request, Workspaces& workspaces, std::vector<MessageUnit>* units);

  // The prediction without its class. Appends what cannot be counted and what is assumed.
  Prediction Run(std::vector<Remark>& remarks);

 private:
  std::int64_t Tokens(std::string_view text) const;
  void Add(PartKind kind, std::int64_t tokens) {
    tokens_[static_cast<std::size_t>(kind)] += tokens;
    unit_tokens_ += tokens;
  }
  void Estimate(PartKind kind, const Label& label) {
    labels_[static_cast<std::size_t>(kind)] = label;
  }
  void Say(Certainty certainty, PartKind part, std::string text) {
    remarks_->push_back({certainty, part, std::move(text)});
  }

  void System();
  // The developer's message: the instructions of the first system message, and the functions.
  // How many messages it took.
  std::size_t Developer();
  void Turn(std::size_t at);
  void Call(const ToolCall& call);
  void Result(std::string_view call_id, std::string_view text);
  void EndUnit(std::size_t first, std::size_t end);
  Prediction Finish();

  const Request& request_;
  Workspaces& workspaces_;
  const Encoding& encoding_;
  std::vector<MessageUnit>* units_;
  std::vector<Remark>* remarks_ = nullptr;
  std::array<std::int64_t, kPartKinds> tokens_ = {};
  std::array<Label, kPartKinds> labels_;
  std::map<std::string_view, std::string_view> names_;  // of calls by their ids
  std::string_view last_name_;
  std::int64_t calls_ = 0;
  std::size_t last_question_ = 0;  // the last message of the user's own
  std::int64_t unit_tokens_ = 0;
};

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_HARMONY_PROMPT_H_
