// What the tools of an MCP server cost each call, before any of them is used.

#ifndef TOKTALLY_CHAT_MCP_TOOLS_H_
#define TOKTALLY_CHAT_MCP_TOOLS_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/json.h"
#include "chat/count.h"
#include "chat/request.h"

namespace toktally::chat {

// The tools of an answer to `tools/list`: {"result":{"tools":[…]}}, {"tools":[…]} or the list
// alone; each with `name`, `description` and `inputSchema`. Views into the document. Errors
// (InvalidArgument, with file, line and path): what is none of these, a tool without a name.
absl::StatusOr<std::vector<Function>> ReadMcpTools(const JsonValue& value);

struct ToolsCost {
  std::int64_t all = 0;            // what a request with all of them is more than one without
  std::vector<std::int64_t> each;  // in the order of the tools; the rest of `all` is their section
  Label label;
};

// Counts a chat completion with a short user message, with the tools and without. Linear in the
// tools. Errors are those of Counter::Count.
absl::StatusOr<ToolsCost> CountTools(const std::vector<Function>& tools, std::string_view model,
                                     Counter& counter);

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_MCP_TOOLS_H_
