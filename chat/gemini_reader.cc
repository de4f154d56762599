// Gemini: generateContent, and countTokens with such a request inside.

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/absl_text.h"
#include "chat/json_text.h"
#include "chat/request_reader.h"

namespace toktally::chat {
namespace {

// The API takes both spellings.
std::optional<JsonValue> Either(const JsonValue& object, std::string_view camel,
                                std::string_view snake) {
  const auto found = Member(object, camel);
  return found ? found : Member(object, snake);
}

}  // namespace

absl::Status RequestReader::ReadGemini(const JsonValue& body) {
  request_.endpoint = Endpoint::kGenerateContent;
  const JsonValue contents = *Member(body, "contents");
  if (contents.is_string()) {
    Message& message = request_.messages.emplace_back();
    message.text = contents.text();
    message.begin = contents.begin();
    message.end = contents.end();
    return ReadKeys(body);
  }
  if (!contents.is_array()) return WrongKind(contents, "an array of contents");
  request_.message_array = contents;
  for (auto content = contents.first(); content; content = content->next()) {
    if (absl::Status status = ReadGeminiContent(*content); !status.ok()) return status;
  }
  // `model` is a part of the URL; countTokens says "models/…" beside the contents.
  constexpr std::string_view kModels = "models/";
  if (request_.model.starts_with(kModels)) request_.model.remove_prefix(kModels.size());
  return ReadKeys(body);
}

absl::Status RequestReader::ReadGeminiContent(const JsonValue& value) {
  if (!value.is_object()) return WrongKind(value, "a content object");
  std::string_view role;
  if (absl::Status status = ReadText(value, "role", &role); !status.ok()) return status;
  Message& message = request_.messages.emplace_back();
  message.begin = value.begin();
  message.end = value.end();
  message.role = role == "model" ? Role::kAssistant : Role::kUser;
  if (!role.empty() && role != "model" && role != "user" && role != "function" && role != "tool") {
    return value.Error(
        absl::StrCat("unknown role \"", ToAbsl(role), "\"; known are user, model and function"));
  }
  const auto parts = Member(value, "parts");
  return parts ? ReadGeminiParts(*parts, message) : absl::OkStatus();
}

absl::Status RequestReader::ReadGeminiParts(const JsonValue& parts, Message& message) {
  std::string joined;
  // A single part may stand without its array.
  if (parts.is_object()) {
    if (absl::Status status = ReadGeminiPart(parts, message, joined); !status.ok()) return status;
  } else if (!parts.is_array()) {
    return WrongKind(parts, "an array of parts");
  }
  for (auto part = parts.is_array() ? parts.first() : std::nullopt; part; part = part->next()) {
    if (!part->is_object()) return WrongKind(*part, "a part");
    if (absl::Status status = ReadGeminiPart(*part, message, joined); !status.ok()) return status;
  }
  message.text = Keep(std::move(joined));
  return absl::OkStatus();
}

absl::Status RequestReader::ReadGeminiPart(const JsonValue& part, Message& message,
                                           std::string& joined) {
  if (const auto text = Member(part, "text")) {
    if (!text->is_string()) return WrongKind(*text, "a text");
    joined += text->text();
    return absl::OkStatus();
  }
  if (const auto call = Either(part, "functionCall", "function_call")) {
    if (!call->is_object()) return WrongKind(*call, "an object");
    ToolCall& made = message.calls.emplace_back();
    if (absl::Status status = ReadText(*call, "name", &made.name); !status.ok()) return status;
    if (const auto arguments = Member(*call, "args")) {
      std::string text;
      AppendJson(*arguments, {}, text);
      made.arguments = Keep(std::move(text));
    }
    return absl::OkStatus();
  }
  if (const auto answer = Either(part, "functionResponse", "function_response")) {
    if (!answer->is_object()) return WrongKind(*answer, "an object");
    ToolResult& result = message.results.emplace_back();
    if (absl::Status status = ReadText(*answer, "name", &result.call_id); !status.ok()) {
      return status;
    }
    if (const auto response = Member(*answer, "response")) {
      std::string text;
      AppendJson(*response, {}, text);
      result.text = Keep(std::move(text));
    }
    return absl::OkStatus();
  }
  if (const auto blob = Either(part, "inlineData", "inline_data")) return ReadBlob(*blob, message);
  if (const auto file = Either(part, "fileData", "file_data")) {
    Unknown(PartKind::kImages, "a file that stands elsewhere", *file);
    return absl::OkStatus();
  }
  for (auto member = part.first(); member; member = member->next()) {
    if (member->key() == "thoughtSignature" || member->key() == "thought") continue;
    Unknown(PartKind::kText, absl::StrCat("a part of type ", ToAbsl(member->key())), part);
    break;
  }
  return absl::OkStatus();
}

absl::Status RequestReader::ReadBlob(const JsonValue& blob, Message& message) {
  if (!blob.is_object()) return WrongKind(blob, "an object");
  const auto type = Either(blob, "mimeType", "mime_type");
  const std::string_view mime = type ? type->text() : std::string_view();
  const auto data = Member(blob, "data");
  if (mime.starts_with("image/")) {
    return AddPicture(data && data->is_string() ? std::optional(data->text()) : std::nullopt, blob,
                      message);
  }
  Unknown(PartKind::kImages, absl::StrCat("inline data of type ", ToAbsl(mime)), blob);
  return absl::OkStatus();
}

absl::Status RequestReader::ReadGeminiSystem(const JsonValue& value) {
  if (value.is_string()) return ReadText(value, &request_.instructions);
  if (!value.is_object()) return WrongKind(value, "a content object");
  Message system;
  const auto parts = Member(value, "parts");
  if (parts) {
    if (absl::Status status = ReadGeminiParts(*parts, system); !status.ok()) return status;
  }
  request_.instructions = system.text;
  return absl::OkStatus();
}

// [{"functionDeclarations":[…]},{"googleSearch":{}}]
absl::Status RequestReader::ReadGeminiTools(const JsonValue& array) {
  if (!array.is_array() && !array.is_object()) return WrongKind(array, "an array");
  // A single tool may stand without its array.
  const bool one = array.is_object();
  for (auto tool = one ? std::optional(array) : array.first(); tool;
       tool = one ? std::nullopt : tool->next()) {
    if (!tool->is_object()) return WrongKind(*tool, "a tool object");
    for (auto member = tool->first(); member; member = member->next()) {
      if (member->key() != "functionDeclarations" && member->key() != "function_declarations") {
        Unknown(PartKind::kTools, absl::StrCat("the tool ", ToAbsl(member->key())), *member);
        continue;
      }
      if (!member->is_array()) return WrongKind(*member, "an array");
      for (auto function = member->first(); function; function = function->next()) {
        if (absl::Status status = ReadFunction(*function); !status.ok()) return status;
        if (request_.functions.back().parameters) continue;
        request_.functions.back().parameters =
            Either(*function, "parametersJsonSchema", "parameters_json_schema");
      }
    }
  }
  return absl::OkStatus();
}

absl::Status RequestReader::ReadGenerationConfig(const JsonValue& value) {
  if (!value.is_object()) return WrongKind(value, "an object");
  if (const auto most = Either(value, "maxOutputTokens", "max_output_tokens")) {
    if (absl::Status status = ReadNumber(*most, 0, &request_.max_output_tokens.emplace());
        !status.ok()) {
      return status;
    }
  }
  if (const auto count = Either(value, "candidateCount", "candidate_count")) {
    if (absl::Status status = ReadNumber(*count, 1, &request_.choices); !status.ok()) return status;
  }
  const auto schema = Either(value, "responseSchema", "response_schema");
  if (schema || Either(value, "responseJsonSchema", "response_json_schema")) {
    Assumed(PartKind::kSchema, "a response schema, counted as nothing", value);
  }
  return absl::OkStatus();
}

}  // namespace toktally::chat
