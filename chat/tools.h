// The text that functions and response formats become inside the prompt.
//
// Functions are shown to the model as TypeScript, a response format as a compact JSON schema. The
// renderings were fitted on the recorded calls (see family.h): a difference in one space or line
// break changes the bill.

#ifndef TOKTALLY_CHAT_TOOLS_H_
#define TOKTALLY_CHAT_TOOLS_H_

#include <span>
#include <string>

#include "chat/family.h"
#include "chat/request.h"

namespace toktally::chat {

struct RenderedText {
  std::string text;
  // A schema held something that no recorded call shows: a keyword, or a definition that is
  // referred to twice or refers to itself, which is written once. The text is then the nearest
  // guess.
  bool assumed = false;
  // There is more of it than any model's context window takes; what is missing was left out.
  bool too_long = false;
};

// The section of the prompt that declares `functions`, with "# Tools\n\n## functions\n\n" before it
// if `header`.
RenderedText RenderFunctions(std::span<const Function> functions, ToolStyle style, bool header);

// "# Response Formats\n\n## NAME…" of a json_schema.
std::string RenderResponseFormat(const ResponseFormat& format);

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_TOOLS_H_
