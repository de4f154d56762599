// Anthropic Messages, also inside of Bedrock's InvokeModel, and Bedrock Converse, which names the
// same things otherwise.

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/absl_text.h"
#include "chat/json_text.h"
#include "chat/request_reader.h"

namespace toktally::chat {
namespace {

bool HasAnyMember(const JsonValue& object, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    if (object.Find(key)) return true;
  }
  return false;
}

// The only member of a block of Converse that says what it is.
std::optional<JsonValue> ConverseContent(const JsonValue& block) {
  for (auto member = block.first(); member; member = member->next()) {
    if (member->key() != "type") return member;
  }
  return std::nullopt;
}

}  // namespace

// Chat Completions and Anthropic Messages both have `messages`. What only the second has tells.
bool IsAnthropicForm(const JsonValue& body) {
  if (body.Find("anthropic_version")) return true;
  if (HasAnyMember(body,
                   {"functions", "response_format", "max_completion_tokens", "n", "logprobs"})) {
    return false;
  }
  const auto tools = Member(body, "tools");
  const auto tool = tools ? tools->first() : std::nullopt;
  if (tool && tool->is_object()) {
    if (tool->Find("input_schema")) return true;
    if (tool->Find("function")) return false;
  }
  const auto messages = Member(body, "messages");
  for (auto message = messages ? messages->first() : std::nullopt; message;
       message = message->next()) {
    const auto role = message->Find("role");
    const std::string_view name = role ? role->text() : std::string_view();
    if (name == "system" || name == "tool" || name == "developer" || message->Find("tool_calls")) {
      return false;
    }
    const auto content = message->Find("content");
    for (auto part = content ? content->first() : std::nullopt; part; part = part->next()) {
      const auto type = part->Find("type");
      const std::string_view what = type ? type->text() : std::string_view();
      if (what == "tool_use" || what == "tool_result" || what == "image" || what == "document" ||
          what == "thinking" || what == "redacted_thinking" || part->Find("cache_control")) {
        return true;
      }
      if (what == "image_url" || what == "input_audio" || what == "file") return false;
    }
  }
  if (body.Find("stop_sequences")) return true;
  // Gateways take these beside a chat completion's keys, too: the model decides.
  const auto model = body.Find("model");
  const std::string_view name = model ? model->text() : std::string_view();
  const bool other = !name.empty() && name.find("claude") == std::string_view::npos;
  return !other && HasAnyMember(body, {"system", "thinking", "top_k"});
}

// Converse gives its blocks no `type`: {"text":…}, {"toolUse":…}.
bool IsConverseForm(const JsonValue& body) {
  if (HasAnyMember(body, {"inferenceConfig", "toolConfig", "additionalModelRequestFields"})) {
    return true;
  }
  const auto messages = Member(body, "messages");
  const auto message = messages ? messages->first() : std::nullopt;
  const auto content = message ? message->Find("content") : std::nullopt;
  const auto block = content && content->is_array() ? content->first() : std::nullopt;
  return block && block->is_object() && !block->Find("type") &&
         HasAnyMember(*block, {"text", "image", "document", "toolUse", "toolResult"});
}

absl::Status RequestReader::ReadAnthropic(const JsonValue& body) {
  request_.endpoint = Endpoint::kMessages;
  const JsonValue messages = *Member(body, "messages");
  if (!messages.is_array()) return WrongKind(messages, "an array of messages");
  request_.message_array = messages;
  for (auto message = messages.first(); message; message = message->next()) {
    if (absl::Status status = ReadTurn(*message); !status.ok()) return status;
  }
  return ReadKeys(body);
}

absl::Status RequestReader::ReadTurn(const JsonValue& value) {
  if (!value.is_object()) return WrongKind(value, "a message object");
  std::string_view role;
  if (absl::Status status = ReadText(value, "role", &role); !status.ok()) return status;
  if (role != "user" && role != "assistant" && role != "system") {
    return value.Error(absl::StrCat("unknown role \"", ToAbsl(role),
                                    "\"; known are user and "
                                    "assistant"));
  }
  Message& message = request_.messages.emplace_back();
  message.begin = value.begin();
  message.end = value.end();
  message.role = role == "user"        ? Role::kUser
                 : role == "assistant" ? Role::kAssistant
                                       : Role::kSystem;
  const auto content = Member(value, "content");
  return content ? ReadBlocks(*content, message, &message.text) : absl::OkStatus();
}

// A text, or blocks whose texts are joined.
absl::Status RequestReader::ReadBlocks(const JsonValue& value, Message& message,
                                       std::string_view* text) {
  if (value.is_string()) return ReadText(value, text);
  if (!value.is_array()) return WrongKind(value, "a text or an array of blocks");
  std::string joined;
  for (auto block = value.first(); block; block = block->next()) {
    if (block->is_string()) {
      joined += block->text();
      continue;
    }
    if (!block->is_object()) return WrongKind(*block, "a block");
    const absl::Status status = request_.endpoint == Endpoint::kConverse
                                    ? ReadConverseBlock(*block, message, joined)
                                    : ReadBlock(*block, message, joined);
    if (!status.ok()) return status;
  }
  *text = Keep(std::move(joined));
  return absl::OkStatus();
}

absl::Status RequestReader::ReadBlock(const JsonValue& block, Message& message,
                                      std::string& joined) {
  std::string_view type;
  if (absl::Status status = ReadText(block, "type", &type); !status.ok()) return status;
  if (type == "text") {
    const auto text = Member(block, "text");
    if (!text) return block.Error("a text block without \"text\"");
    if (!text->is_string()) return WrongKind(*text, "a text");
    joined += text->text();
    return absl::OkStatus();
  }
  if (type == "tool_use") return ReadToolUse(block, "id", message);
  if (type == "tool_result") return ReadToolResult(block, "tool_use_id", message);
  if (type == "image") return ReadBlockImage(block, message);
  if (type == "image_url") return ReadImage(block, message);
  if (type == "thinking" || type == "redacted_thinking") {
    // Of earlier turns it is taken away; inside a loop of tools its own tokens are paid for.
    std::string_view thinking;
    if (absl::Status status = ReadText(block, "thinking", &thinking); !status.ok()) return status;
    message.thinking = thinking;
    message.has_thinking = true;
    return absl::OkStatus();
  }
  if (type == "document") return ReadDocument(block, joined);
  if (type.empty()) return block.Error("a block without \"type\"");
  Unknown(PartKind::kText, absl::StrCat("a block of type ", ToAbsl(type)), block);
  return absl::OkStatus();
}

absl::Status RequestReader::ReadToolUse(const JsonValue& block, std::string_view id_key,
                                        Message& message) {
  ToolCall call;
  absl::Status status = ReadText(block, id_key, &call.id);
  if (status.ok()) status = ReadText(block, "name", &call.name);
  if (!status.ok()) return status;
  if (const auto input = Member(block, "input")) {
    std::string text;
    AppendJson(*input, {}, text);
    call.arguments = Keep(std::move(text));
  }
  message.calls.push_back(call);
  return absl::OkStatus();
}

absl::Status RequestReader::ReadToolResult(const JsonValue& block, std::string_view id_key,
                                           Message& message) {
  ToolResult result;
  if (absl::Status status = ReadText(block, id_key, &result.call_id); !status.ok()) return status;
  if (const auto content = Member(block, "content")) {
    if (absl::Status status = ReadBlocks(*content, message, &result.text); !status.ok()) {
      return status;
    }
  }
  message.results.push_back(result);
  return absl::OkStatus();
}

// {"source":{"type":"base64","media_type":…,"data":…}}, or with a url or a file_id.
absl::Status RequestReader::ReadBlockImage(const JsonValue& block, Message& message) {
  const auto source = Member(block, "source");
  if (!source || !source->is_object()) return block.Error("a picture without \"source\"");
  const auto data = Member(*source, request_.endpoint == Endpoint::kConverse ? "bytes" : "data");
  return AddPicture(data && data->is_string() ? std::optional(data->text()) : std::nullopt, block,
                    message);
}

absl::Status RequestReader::AddPicture(std::optional<std::string_view> base64,
                                       const JsonValue& where, Message& message) {
  if (const auto stated = ReadRedactedSize(base64.value_or(""))) {
    message.images.push_back({*stated, ImageDetail::kAuto});
    return absl::OkStatus();
  }
  if (!base64 || base64->starts_with("[MEDIA ")) {
    message.images.push_back(
        {std::nullopt, ImageDetail::kAuto,
         Keep(absl::StrCat("a picture of unknown size (", where.Path(), ")"))});
    return absl::OkStatus();
  }
  const auto size = ReadBase64Size(*base64);
  if (!size.ok()) return where.Error(std::string(size.status().message()));
  message.images.push_back({*size, ImageDetail::kAuto});
  return absl::OkStatus();
}

// A document of plain text is its text; any other has pages that nobody sees here.
absl::Status RequestReader::ReadDocument(const JsonValue& block, std::string& joined) {
  const auto source = Member(block, "source");
  std::string_view type;
  if (source && source->is_object()) {
    if (absl::Status status = ReadText(*source, "type", &type); !status.ok()) return status;
  }
  const auto data = source ? source->Find("data") : std::nullopt;
  if (type == "text" && data && data->is_string()) {
    joined += data->text();
    Assumed(PartKind::kText, "a document of plain text, counted as its text", block);
    return absl::OkStatus();
  }
  Unknown(PartKind::kText, "a document", block);
  return absl::OkStatus();
}

absl::Status RequestReader::ReadConverse(const JsonValue& body) {
  request_.endpoint = Endpoint::kConverse;
  if (request_.model.empty()) {
    if (absl::Status status = ReadText(body, "modelId", &request_.model); !status.ok()) {
      return status;
    }
  }
  const JsonValue messages = *Member(body, "messages");
  if (!messages.is_array()) return WrongKind(messages, "an array of messages");
  request_.message_array = messages;
  for (auto message = messages.first(); message; message = message->next()) {
    if (absl::Status status = ReadTurn(*message); !status.ok()) return status;
  }
  return ReadKeys(body);
}

absl::Status RequestReader::ReadConverseBlock(const JsonValue& block, Message& message,
                                              std::string& joined) {
  const auto content = ConverseContent(block);
  if (!content) return block.Error("an empty block");
  const std::string_view kind = content->key();
  if (kind == "text") {
    if (!content->is_string()) return WrongKind(*content, "a text");
    joined += content->text();
    return absl::OkStatus();
  }
  if (kind == "cachePoint" || kind == "guardContent") return absl::OkStatus();
  if (kind == "json") {
    AppendJson(*content, {}, joined);
    return absl::OkStatus();
  }
  if (!content->is_object()) return WrongKind(*content, "an object");
  if (kind == "toolUse") return ReadToolUse(*content, "toolUseId", message);
  if (kind == "toolResult") return ReadToolResult(*content, "toolUseId", message);
  if (kind == "image") return ReadBlockImage(*content, message);
  if (kind == "reasoningContent") {
    message.has_thinking = true;
    const auto text = Member(*content, "reasoningText");
    return text && text->is_object() ? ReadText(*text, "text", &message.thinking)
                                     : absl::OkStatus();
  }
  Unknown(PartKind::kText,
          kind == "document" ? "a document" : absl::StrCat("a block of type ", ToAbsl(kind)),
          block);
  return absl::OkStatus();
}

// {"tools":[{"toolSpec":{"name":…,"description":…,"inputSchema":{"json":{…}}}}],"toolChoice":…}
absl::Status RequestReader::ReadToolConfig(const JsonValue& value) {
  if (!value.is_object()) return WrongKind(value, "an object");
  const auto tools = Member(value, "tools");
  for (auto tool = tools ? tools->first() : std::nullopt; tool; tool = tool->next()) {
    const auto spec = Member(*tool, "toolSpec");
    if (!spec) {
      if (!tool->Find("cachePoint")) Unknown(PartKind::kTools, "a tool of the system's", *tool);
      continue;
    }
    if (absl::Status status = ReadFunction(*spec); !status.ok()) return status;
    const auto schema = Member(*spec, "inputSchema");
    const auto json = schema ? Member(*schema, "json") : std::nullopt;
    if (json && !json->is_object()) return WrongKind(*json, "a JSON schema");
    request_.functions.back().parameters = json;
  }
  const auto choice = Member(value, "toolChoice");
  if (!choice) return absl::OkStatus();
  if (!choice->is_object()) return WrongKind(*choice, "an object");
  ToolChoice& chosen = request_.tool_choice;
  if (choice->Find("auto")) chosen.kind = ToolChoice::Kind::kAuto;
  if (choice->Find("any")) chosen.kind = ToolChoice::Kind::kRequired;
  const auto tool = Member(*choice, "tool");
  if (!tool) return absl::OkStatus();
  chosen.kind = ToolChoice::Kind::kNamed;
  return ReadText(*tool, "name", &chosen.name);
}

// {"type":"auto"|"any"|"tool"|"none","name":…}
absl::Status RequestReader::ReadAnthropicChoice(const JsonValue& value) {
  if (!value.is_object()) return WrongKind(value, "an object");
  std::string_view type;
  ToolChoice& choice = request_.tool_choice;
  absl::Status status = ReadText(value, "type", &type);
  if (status.ok()) status = ReadText(value, "name", &choice.name);
  if (!status.ok()) return status;
  if (type == "auto") {
    choice.kind = ToolChoice::Kind::kAuto;
  } else if (type == "any") {
    choice.kind = ToolChoice::Kind::kRequired;
  } else if (type == "none") {
    choice.kind = ToolChoice::Kind::kNone;
  } else if (type == "tool" && !choice.name.empty()) {
    choice.kind = ToolChoice::Kind::kNamed;
  } else {
    return value.Error(absl::StrCat("unknown choice \"", ToAbsl(type),
                                    "\"; known are auto, any, none, and tool with a name"));
  }
  return absl::OkStatus();
}

}  // namespace toktally::chat
