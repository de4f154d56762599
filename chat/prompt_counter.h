// The walk over one request that chat/count.h is made of. Not for users.

#ifndef TOKTALLY_CHAT_PROMPT_COUNTER_H_
#define TOKTALLY_CHAT_PROMPT_COUNTER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat/count.h"
#include "chat/family.h"
#include "chat/request.h"
#include "chat/tools.h"
#include "chat/workspaces.h"

namespace toktally {
class Encoding;
}

namespace toktally::chat {

class PromptCounter {
 public:
  // Everything is borrowed; `units` may be null.
  PromptCounter(const Request& request, const FamilyMatch& match, const Encoding& encoding,
                const CountOptions& options, std::vector<MessageUnit>* units,
                Workspaces& workspaces);

  // Counts. Appends what cannot be counted and what no recorded call shows.
  void Run(std::vector<Remark>& remarks);
  // What the server adds of its own; after Run.
  void HiddenPrompt(const AddedPrompt& added);

  // The tokens of each part.
  const std::array<std::int64_t, kPartKinds>& tokens() const { return tokens_; }
  // How far the parts may be off that are estimated; kExact for the others.
  const std::array<Label, kPartKinds>& estimates() const { return estimates_; }

 private:
  void Add(PartKind kind, std::int64_t tokens) {
    tokens_[static_cast<std::size_t>(kind)] += tokens;
  }
  void Say(Certainty certainty, PartKind part, std::string_view text);
  void SayOfSchemas(const RenderedText& rendered);
  std::int64_t Tokens(std::string_view text) const;
  std::int64_t FullName(std::string_view name) const;  // "functions.NAME"
  std::int64_t Total() const;

  void RunChat();
  void ChatDefinitions();
  void ChatChoice();
  std::size_t ChatUnit(std::size_t at);
  void ChatMessage(const Message& message);
  std::size_t ChatCalls(std::size_t at);
  void ParallelCalls(const Message& message, std::size_t first_result, std::size_t end);
  bool MergesFirstMessage() const;

  void RunResponses();
  void ResponsesDefinitions();
  void ResponsesChoice();
  std::size_t ResponsesUnit(std::size_t at);
  void ResponsesItem(std::size_t at);
  void ResponsesCall(std::size_t at);
  void Reasoning(const Message& item);

  void Instructions();
  void ServerTools();
  void Images(const Message& message, bool from_tool = false);
  void CloseUnit(std::size_t first, std::size_t end, std::int64_t before);

  const Request& request_;
  const FamilyMatch& match_;
  const ModelFamily& family_;
  const Encoding& encoding_;
  const CountOptions& options_;
  std::vector<MessageUnit>* units_;
  Workspaces& workspaces_;
  std::vector<Remark>* remarks_ = nullptr;
  std::array<std::int64_t, kPartKinds> tokens_ = {};
  std::array<Label, kPartKinds> estimates_;
  std::size_t user_message_after_ = 0;  // no user message stands at or behind this index
};

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_PROMPT_COUNTER_H_
