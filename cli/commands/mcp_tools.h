// toktally request --mcp-tools: what the tools of an MCP server cost each call, tool by tool.

#ifndef TOKTALLY_CLI_COMMANDS_MCP_TOOLS_H_
#define TOKTALLY_CLI_COMMANDS_MCP_TOOLS_H_

#include "cli/commands/request.h"
#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"

namespace toktally::cli {

// Reads options.mcp_tools and counts it for each of options.models; the dearest tool first.
ExitCode RunMcpTools(const RequestArguments& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_MCP_TOOLS_H_
