// What requests to Claude models cost beside their text: one row per version and kind of choice,
// with its evidence.
//
// Anthropic publishes the tool prompts of some models and no frame. The numbers were fitted on
// 1,465 recorded calls of Claude 3 to 4.6 and 40 of later ones, of which the text was counted by a
// reconstruction of the tokenizer.

#ifndef TOKTALLY_CHAT_CLAUDE_RULES_H_
#define TOKTALLY_CHAT_CLAUDE_RULES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bpe/claude/family.h"
#include "chat/request.h"

namespace toktally::chat {

struct ClaudeVersion {
  std::string line;  // "opus", "sonnet", "haiku", …; "" where the name has none
  int major = 0;
  int minor = 0;
  bool early = false;  // claude-3-5-sonnet-20240620
};

// The version that a model's name says, in the spellings of Anthropic, Bedrock, Vertex and
// gateways; nullopt for names that are no Claude model's.
std::optional<ClaudeVersion> ParseClaudeVersion(std::string_view model);

// Which pieces count its texts.
claude::Family ClaudeFamilyOf(const ClaudeVersion& version);

// "claude 4.5".
std::string ClaudeName(const ClaudeVersion& version);

// What the frame of messages costs.
struct ClaudeFrame {
  int base;
  int per_message;     // each
  int first_message;   // less for the first
  int system;          // where there is a system text
  int single_message;  // where there is one message
};
const ClaudeFrame& ClaudeFrameOf(const ClaudeVersion& version);

// The prompt that declaring any tool brings; `calls` is how many were billed so, 0 where it is
// the number of Anthropic's documentation or of the nearest version.
struct ClaudeToolPrompt {
  int tokens = 0;
  int calls = 0;
  int spread = 0;  // where the calls differ
};
ClaudeToolPrompt ClaudeToolPromptOf(const ClaudeVersion& version, ToolChoice::Kind choice);

// A picture: 28 pixels a side make a token, 3 more; the long side is shrunk to 1,568 first (34 of
// 47 calls, 36 within 1).
std::int64_t ClaudeImageTokens(ImageSize size);

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_CLAUDE_RULES_H_
