#include "chat/mcp_tools.h"

#include <optional>

#include "chat/request_reader.h"
#include "chat/schema_check.h"

namespace toktally::chat {
namespace {

absl::StatusOr<Prediction> CountWithTools(std::vector<Function> tools, std::string_view model,
                                          Counter& counter) {
  Request request;
  request.model = model;
  request.messages.emplace_back().text = "Hello";
  request.functions = std::move(tools);
  return counter.Count(request);
}

}  // namespace

absl::StatusOr<std::vector<Function>> ReadMcpTools(const JsonValue& value) {
  if (value.is_object()) {
    if (const auto result = Member(value, "result")) return ReadMcpTools(*result);
    const auto tools = Member(value, "tools");
    if (!tools) return value.Error("\"tools\" is missing; is it an answer to tools/list?");
    return ReadMcpTools(*tools);
  }
  if (!value.is_array()) return WrongKind(value, "an answer to tools/list");
  std::vector<Function> tools;
  for (auto tool = value.first(); tool; tool = tool->next()) {
    if (!tool->is_object()) return WrongKind(*tool, "a tool object");
    Function& function = tools.emplace_back();
    absl::Status status = ReadText(*tool, "name", &function.name);
    if (status.ok()) status = ReadText(*tool, "description", &function.description);
    if (!status.ok()) return status;
    if (function.name.empty()) return tool->Error("a tool without \"name\"");
    function.parameters = Member(*tool, "inputSchema");
    if (!function.parameters) continue;
    if (status = CheckSchema(*function.parameters); !status.ok()) return status;
  }
  return tools;
}

absl::StatusOr<ToolsCost> CountTools(const std::vector<Function>& tools, std::string_view model,
                                     Counter& counter) {
  const absl::StatusOr<Prediction> none = CountWithTools({}, model, counter);
  if (!none.ok()) return none.status();
  const absl::StatusOr<Prediction> all = CountWithTools(tools, model, counter);
  if (!all.ok()) return all.status();
  ToolsCost cost;
  cost.all = all->prompt_tokens - none->prompt_tokens;
  cost.label = all->label;
  for (const Function& tool : tools) {
    // What the second of two adds is its own, without the section that the first opens.
    const absl::StatusOr<Prediction> once = CountWithTools({tool}, model, counter);
    const absl::StatusOr<Prediction> twice = CountWithTools({tool, tool}, model, counter);
    if (!once.ok()) return once.status();
    if (!twice.ok()) return twice.status();
    cost.each.push_back(twice->prompt_tokens - once->prompt_tokens);
  }
  return cost;
}

}  // namespace toktally::chat
