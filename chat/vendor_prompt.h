// The walk over one request to a model whose tokenizer is not public: Claude and Gemini. Their text
// is estimated, or counted with the pieces of a reconstruction, their frame and their tool prompts
// are counted. Not for users; chat/count.h is.

#ifndef TOKTALLY_CHAT_VENDOR_PROMPT_H_
#define TOKTALLY_CHAT_VENDOR_PROMPT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bpe/claude/estimate.h"
#include "chat/claude_rules.h"
#include "chat/count.h"
#include "chat/gemini_rules.h"
#include "chat/request.h"
#include "chat/workspaces.h"

namespace toktally {
class Encoding;
namespace claude {
class Counter;
}
}  // namespace toktally

namespace toktally::chat {

// Which of them a model is, if any.
struct VendorModel {
  std::optional<ClaudeVersion> claude;
  const GeminiRules* gemini = nullptr;
};
std::optional<VendorModel> FindVendorModel(std::string_view name);

// Estimates text that is handed over piece by piece, or counts it where there is a counter.
class TextEstimator {
 public:
  TextEstimator(const VendorModel& model, const Encoding& o200k, Workspaces& workspaces,
                claude::Counter* counter)
      : model_(model), o200k_(o200k), workspaces_(workspaces), counter_(counter) {}

  void Add(std::string_view text);
  // Tokens and a label of what was added; {0, exact} of nothing.
  std::pair<std::int64_t, Label> Estimate() const;

 private:
  const VendorModel& model_;
  const Encoding& o200k_;
  Workspaces& workspaces_;
  claude::Counter* const counter_;
  claude::FeatureReader reader_;
  std::uint64_t tokens_ = 0;
};

class VendorPrompt {
 public:
  // Everything is borrowed; `counter`, of the model's family, and `units` may be null.
  VendorPrompt(const Request& request, const VendorModel& model, Workspaces& workspaces,
               claude::Counter* counter, std::vector<MessageUnit>* units);

  // The prediction without its class. Appends what cannot be counted and what is assumed.
  Prediction Run(std::vector<Remark>& remarks);

 private:
  using Texts = std::array<std::optional<TextEstimator>, kPartKinds>;

  void Add(PartKind kind, std::int64_t tokens) {
    tokens_[static_cast<std::size_t>(kind)] += tokens;
    unit_tokens_ += tokens;
  }
  void Widen(PartKind kind, std::int64_t spread, std::int64_t calls);
  void AddText(PartKind kind, std::string_view text);
  void Say(Certainty certainty, PartKind part, std::string text) {
    remarks_->push_back({certainty, part, std::move(text)});
  }

  void ClaudeFrame();
  void ClaudeTools();
  void ClaudeCalls(const Message& message);
  void GeminiFrame();
  void GeminiTools();
  void GeminiCalls(const Message& message);
  void Images(const Message& message);
  void Turn(std::size_t at);
  std::int64_t CountTurns() const;
  double O200k(std::string_view text) const;
  Prediction Finish(const std::vector<Remark>& remarks);

  const Request& request_;
  const VendorModel& model_;
  Workspaces& workspaces_;
  const Encoding& o200k_;
  claude::Counter* const counter_;
  std::vector<MessageUnit>* units_;
  std::vector<Remark>* remarks_ = nullptr;
  std::array<std::int64_t, kPartKinds> tokens_ = {};
  std::array<Label, kPartKinds> estimates_;
  Texts texts_;
  std::optional<TextEstimator> unit_;
  std::int64_t unit_tokens_ = 0;
  bool has_system_ = false;
  std::size_t last_question_ = 0;  // the last message of the user's own
};

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_VENDOR_PROMPT_H_
