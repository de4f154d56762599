// Tools that the API runs itself: what it adds to the prompt when one is declared and not used.

#ifndef TOKTALLY_CHAT_SERVER_TOOLS_H_
#define TOKTALLY_CHAT_SERVER_TOOLS_H_

#include <string_view>

namespace toktally::chat {

struct ServerToolRule {
  std::string_view model;  // the beginning of the model's name
  std::string_view type;   // the beginning of the tool's type: "web_search" is web_search_preview
  int tokens;              // with the tool, beside what the request is without it
  int calls;               // that were billed exactly so
};

// The rule with the longest beginning of `model` (a normalised name, FamilyMatch::matched); null
// where no recorded call shows one. What a tool adds when it is used nobody can tell.
const ServerToolRule* FindServerToolRule(std::string_view model, std::string_view type);

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_SERVER_TOOLS_H_
