// Tools, the choice among them, and the form of the reply.

#include "absl/strings/str_cat.h"
#include "base/absl_text.h"
#include "chat/request_reader.h"
#include "chat/schema_check.h"

namespace toktally::chat {

absl::Status RequestReader::ReadTools(const JsonValue& array) {
  if (!array.is_array()) return WrongKind(array, "an array");
  request_.functions.reserve(request_.functions.size() + array.size());
  for (auto tool = array.first(); tool; tool = tool->next()) {
    if (absl::Status status = ReadTool(*tool); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// {"type":"function","function":{…}} in the chat, flat in Responses and in `functions`.
absl::Status RequestReader::ReadTool(const JsonValue& tool) {
  if (!tool.is_object()) return WrongKind(tool, "a tool object");
  std::string_view type;
  if (absl::Status status = ReadText(tool, "type", &type); !status.ok()) return status;
  // Anthropic's have a schema by another name, and "custom" for a type.
  const auto schema = Member(tool, "input_schema");
  if (request_.endpoint == Endpoint::kMessages && (schema || type.empty() || type == "custom")) {
    if (absl::Status status = ReadFunction(tool); !status.ok()) return status;
    request_.functions.back().parameters = schema;
    return schema ? CheckSchema(*schema) : absl::OkStatus();
  }
  if (!type.empty() && type != "function") {
    request_.server_tools.push_back({type, tool});
    return absl::OkStatus();
  }
  const auto function = Member(tool, "function");
  return ReadFunction(function ? *function : tool);
}

absl::Status RequestReader::ReadFunction(const JsonValue& value) {
  if (!value.is_object()) return WrongKind(value, "a function object");
  Function& function = request_.functions.emplace_back();
  absl::Status status = ReadText(value, "name", &function.name);
  if (status.ok()) status = ReadText(value, "description", &function.description);
  if (!status.ok()) return status;
  if (function.name.empty()) return value.Error("a function without \"name\"");
  function.parameters = Member(value, "parameters");
  return function.parameters ? CheckSchema(*function.parameters) : absl::OkStatus();
}

absl::Status RequestReader::ReadToolChoice(const JsonValue& value) {
  ToolChoice& choice = request_.tool_choice;
  if (value.is_string()) {
    const std::string_view word = value.text();
    if (word == "auto") {
      choice.kind = ToolChoice::Kind::kAuto;
    } else if (word == "none") {
      choice.kind = ToolChoice::Kind::kNone;
    } else if (word == "required" && value.key() == "tool_choice") {
      choice.kind = ToolChoice::Kind::kRequired;
    } else if (word == "any" && value.key() == "tool_choice") {
      choice.kind = ToolChoice::Kind::kRequired;
      Assumed(PartKind::kTools, "Mistral's word \"any\", counted as \"required\"", value);
    } else {
      return value.Error(absl::StrCat("unknown choice \"", ToAbsl(word),
                                      "\"; known are auto, none, required, and an object"));
    }
    return absl::OkStatus();
  }
  if (!value.is_object()) return WrongKind(value, "a word or an object");
  std::string_view type;
  absl::Status status = ReadText(value, "type", &type);
  const auto function = Member(value, "function");
  if (status.ok() && function && !function->is_object()) status = WrongKind(*function, "an object");
  if (status.ok()) status = ReadText(function ? *function : value, "name", &choice.name);
  if (!status.ok()) return status;
  const bool is_function = type.empty() || type == "function";
  if (is_function && choice.name.empty()) return value.Error("no function is named");
  choice.kind = is_function ? ToolChoice::Kind::kNamed : ToolChoice::Kind::kAuto;
  // A list of allowed tools was billed like "auto".
  if (!is_function && type != "allowed_tools") {
    Assumed(PartKind::kTools, absl::StrCat("the choice of ", ToAbsl(type), ", counted as \"auto\""),
            value);
  }
  return absl::OkStatus();
}

absl::Status RequestReader::ReadFormat(const JsonValue& value) {
  if (!value.is_object()) return WrongKind(value, "an object");
  std::string_view type;
  if (absl::Status status = ReadText(value, "type", &type); !status.ok()) return status;
  if (type.empty()) return value.Error("\"type\" is missing");
  ResponseFormat& format = request_.format;
  if (type == "json_object") format.kind = ResponseFormat::Kind::kJsonObject;
  if (type == "text" || type == "json_object") return absl::OkStatus();
  if (type != "json_schema") {
    Unknown(PartKind::kSchema, absl::StrCat("a response format of type ", ToAbsl(type)), value);
    return absl::OkStatus();
  }
  const JsonValue holder = Member(value, "json_schema").value_or(value);
  if (!holder.is_object()) return WrongKind(holder, "an object");
  format.kind = ResponseFormat::Kind::kJsonSchema;
  absl::Status status = ReadText(holder, "name", &format.name);
  if (status.ok()) status = ReadText(holder, "description", &format.description);
  if (!status.ok()) return status;
  format.schema = Member(holder, "schema");
  return format.schema ? CheckSchema(*format.schema) : absl::OkStatus();
}

}  // namespace toktally::chat
