// Messages of Chat Completions, items of Responses, and what they hold.

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/absl_text.h"
#include "chat/json_text.h"
#include "chat/request_reader.h"

namespace toktally::chat {
namespace {

std::optional<Role> RoleNamed(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, Role>, 6> kRoles = {{
      {"system", Role::kSystem},
      {"developer", Role::kDeveloper},
      {"user", Role::kUser},
      {"assistant", Role::kAssistant},
      {"tool", Role::kTool},
      {"function", Role::kFunction},
  }};
  for (const auto& [role_name, role] : kRoles) {
    if (role_name == name) return role;
  }
  return std::nullopt;
}

absl::Status ReadDetail(const JsonValue& holder, ImageDetail* detail) {
  std::string_view name;
  if (absl::Status status = ReadText(holder, "detail", &name); !status.ok()) return status;
  if (name == "low") *detail = ImageDetail::kLow;
  if (name == "high") *detail = ImageDetail::kHigh;
  if (name == "original") *detail = ImageDetail::kOriginal;
  if (*detail != ImageDetail::kAuto || name.empty() || name == "auto") return absl::OkStatus();
  return holder.Find("detail")->Error(absl::StrCat("unknown detail \"", ToAbsl(name),
                                                   "\"; known are auto, low, high and original"));
}

// Parts whose tokens nobody can tell from the request. The list is open.
std::string UncountablePart(std::string_view type) {
  if (type == "input_audio" || type == "audio") return "audio";
  if (type == "file" || type == "input_file") return "a file";
  if (type == "input_video" || type == "video_url") return "a video";
  // Places in templates that nothing fills: chat/prompt_file.h.
  if (type.starts_with("{{") || type.starts_with("{%")) {
    return absl::StrCat("what stands for ", ToAbsl(type));
  }
  return absl::StrCat("a part of type ", ToAbsl(type));
}

// Keys of messages that add nothing to the prompt, or that are read elsewhere.
bool AddsNothing(std::string_view key) {
  constexpr std::array<std::string_view, 11> kKeys = {
      "annotations", "cache_control", "charset",           "weight", "id", "type", "status",
      "phase",       "prefix",        "additional_kwargs", "index",
  };
  for (const std::string_view known : kKeys) {
    if (known == key) return true;
  }
  return false;
}

}  // namespace

absl::Status RequestReader::ReadMessages(const JsonValue& array) {
  request_.messages.reserve(array.size());
  for (auto message = array.first(); message; message = message->next()) {
    if (absl::Status status = ReadMessage(*message); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status RequestReader::ReadMessage(const JsonValue& value) {
  if (!value.is_object()) return WrongKind(value, "a message object");
  Message& message = request_.messages.emplace_back();
  message.begin = value.begin();
  message.end = value.end();
  // One walk over the members: messages are what requests are full of.
  bool has_role = false;
  for (auto member = value.first(); member; member = member->next()) {
    if (member->key() == "role") has_role = true;
    if (absl::Status status = ReadMessageKey(*member, message); !status.ok()) return status;
  }
  return has_role ? absl::OkStatus() : value.Error("\"role\" is missing");
}

absl::Status RequestReader::ReadMessageKey(const JsonValue& member, Message& message) {
  const std::string_view key = member.key();
  if (key == "role") {
    if (!member.is_string()) return WrongKind(member, "a text");
    const std::optional<Role> role = RoleNamed(member.text());
    if (!role) {
      return member.Error(
          absl::StrCat("unknown role \"", ToAbsl(member.text()),
                       "\"; known are system, developer, user, assistant, tool and function"));
    }
    message.role = *role;
    return absl::OkStatus();
  }
  if (key == "content") return ReadContent(member, message);
  if (key == "name") return ReadText(member, &message.name);
  if (key == "tool_call_id") return ReadText(member, &message.call_id);
  if (key == "tool_calls" || key == "function_call") return ReadCalls(member, message);
  if (member.is_null() || AddsNothing(key)) return absl::OkStatus();
  if (key == "refusal") {
    std::string_view refusal;
    if (absl::Status status = ReadText(member, &refusal); !status.ok()) return status;
    // Billed as the text (1 of 1 call, 12 tokens).
    if (message.text.empty()) message.text = refusal;
    return absl::OkStatus();
  }
  // Only gpt-oss is shown it: chat/harmony_prompt.h.
  if (key == "reasoning" || key == "reasoning_content") {
    if (absl::Status status = ReadText(member, &message.thinking); !status.ok()) return status;
    Assumed(PartKind::kText, "reasoning beside a message, which only gpt-oss is shown", member);
    return absl::OkStatus();
  }
  if (key == "audio") {
    Unknown(PartKind::kText, "audio", member);
    return absl::OkStatus();
  }
  Assumed(PartKind::kText, "a key of a message that no recorded call has, counted as nothing",
          member);
  return absl::OkStatus();
}

absl::Status RequestReader::ReadContent(const JsonValue& value, Message& message) {
  if (value.is_null()) return absl::OkStatus();
  if (value.is_string()) {
    message.text = value.text();
    return absl::OkStatus();
  }
  if (!value.is_array()) return WrongKind(value, "a text or an array of parts");
  std::string joined;
  for (auto part = value.first(); part; part = part->next()) {
    if (absl::Status status = ReadPart(*part, message, joined); !status.ok()) return status;
  }
  message.text = Keep(std::move(joined));
  return absl::OkStatus();
}

absl::Status RequestReader::ReadPart(const JsonValue& part, Message& message, std::string& joined) {
  if (part.is_string()) {
    joined += part.text();
    return absl::OkStatus();
  }
  if (!part.is_object()) return WrongKind(part, "a part of a message");
  std::string_view type;
  if (absl::Status status = ReadText(part, "type", &type); !status.ok()) return status;
  if (type == "text" || type == "input_text" || type == "output_text") {
    const auto text = Member(part, "text");
    if (!text) return part.Error("a text part without \"text\"");
    if (!text->is_string()) return WrongKind(*text, "a text");
    joined += text->text();
    return absl::OkStatus();
  }
  if (type == "refusal") {
    std::string_view refusal;
    if (absl::Status status = ReadText(part, "refusal", &refusal); !status.ok()) return status;
    joined += refusal;
    return absl::OkStatus();
  }
  if (type == "image_url" || type == "input_image") return ReadImage(part, message);
  if (type.empty()) return part.Error("a part without \"type\"");
  Unknown(PartKind::kText, UncountablePart(type), part);
  return absl::OkStatus();
}

// A picture in a data URL has a header to read; one that stands elsewhere may have its size stated
// beside it, as `width` and `height`.
absl::Status RequestReader::ReadImage(const JsonValue& part, Message& message) {
  const auto image = Member(part, "image_url");
  const JsonValue holder = image && image->is_object() ? *image : part;
  std::string_view url;
  absl::Status status = !image               ? absl::OkStatus()
                        : image->is_object() ? ReadText(*image, "url", &url)
                                             : ReadText(*image, &url);
  ImageDetail detail = ImageDetail::kAuto;
  if (status.ok()) status = ReadDetail(holder, &detail);
  if (!status.ok()) return status;
  if (url.starts_with("data:")) {
    const auto size = ReadDataUrlSize(url);
    if (!size.ok()) return part.Error(std::string(size.status().message()));
    message.images.push_back({*size, detail});
    return absl::OkStatus();
  }
  if (const auto stated = ReadRedactedSize(url)) {
    message.images.push_back({*stated, detail});
    return absl::OkStatus();
  }
  const auto width = Member(holder, "width");
  const auto height = Member(holder, "height");
  if (width && height) {
    constexpr std::int64_t kMostPixels = 1'000'000;
    const auto w = width->WholeNumber(kMostPixels);
    const auto h = height->WholeNumber(kMostPixels);
    if (!w.ok()) return w.status();
    if (!h.ok()) return h.status();
    if (*w == 0 || *h == 0) return part.Error("a picture without pixels");
    message.images.push_back({ImageSize{static_cast<int>(*w), static_cast<int>(*h)}, detail});
    return absl::OkStatus();
  }
  // What it costs may not depend on its size; the model decides.
  const std::string_view what =
      Member(part, "file_id") ? "an uploaded picture" : "a remote picture of unknown size";
  message.images.push_back(
      {std::nullopt, detail, Keep(absl::StrCat(ToAbsl(what), " (", part.Path(), ")"))});
  return absl::OkStatus();
}

absl::Status RequestReader::ReadCalls(const JsonValue& value, Message& message) {
  if (value.is_null()) return absl::OkStatus();
  if (value.key() == "function_call") {
    if (!value.is_object()) return WrongKind(value, "an object");
    return ReadCall(value, "", message);
  }
  if (!value.is_array()) return WrongKind(value, "an array");
  for (auto call = value.first(); call; call = call->next()) {
    if (!call->is_object()) return WrongKind(*call, "a tool call");
    const auto function = Member(*call, "function");
    if (!function) {
      std::string_view type;
      if (absl::Status status = ReadText(*call, "type", &type); !status.ok()) return status;
      if (type.empty() || type == "function") return call->Error("\"function\" is missing");
      Unknown(PartKind::kHistory, absl::StrCat("a call of type ", ToAbsl(type)), *call);
      continue;
    }
    if (!function->is_object()) return WrongKind(*function, "an object");
    std::string_view id;
    absl::Status status = ReadText(*call, "id", &id);
    if (status.ok()) status = ReadCall(*function, id, message);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status RequestReader::ReadCall(const JsonValue& function, std::string_view id,
                                     Message& message) {
  ToolCall call;
  call.id = id;
  absl::Status status = ReadText(function, "name", &call.name);
  if (status.ok()) status = ReadArguments(function, &call.arguments);
  if (status.ok()) message.calls.push_back(call);
  return status;
}

// A text in OpenAI's API. Others, and what SDKs dump, have an object in its place: counted as the
// text that it stands for.
absl::Status RequestReader::ReadArguments(const JsonValue& function, std::string_view* arguments) {
  const auto value = Member(function, "arguments");
  if (!value) return absl::OkStatus();
  if (!value->is_object()) return ReadText(*value, arguments);
  std::string text;
  AppendJson(*value, {}, text);
  *arguments = Keep(std::move(text));
  Note(Certainty::kExact, PartKind::kHistory,
       "arguments that are an object instead of a text, counted as its compact JSON", *value);
  return absl::OkStatus();
}

absl::Status RequestReader::ReadItem(const JsonValue& value) {
  if (!value.is_object()) return WrongKind(value, "an item object");
  std::string_view type;
  if (absl::Status status = ReadText(value, "type", &type); !status.ok()) return status;
  if (type.empty() || type == "message") return ReadMessage(value);
  Message& message = request_.messages.emplace_back();
  message.begin = value.begin();
  message.end = value.end();
  message.role = Role::kAssistant;
  if (type == "function_call") {
    message.kind = Message::Kind::kCall;
    return ReadCallItem(value, message);
  }
  if (type == "function_call_output") {
    message.kind = Message::Kind::kResult;
    message.role = Role::kTool;
    const auto output = Member(value, "output");
    if (absl::Status status = ReadText(value, "call_id", &message.call_id); !status.ok()) {
      return status;
    }
    return output ? ReadContent(*output, message) : absl::OkStatus();
  }
  if (type == "reasoning") {
    message.kind = Message::Kind::kReasoning;
    std::string_view encrypted;
    absl::Status status = ReadText(value, "id", &message.call_id);
    if (status.ok()) status = ReadText(value, "encrypted_content", &encrypted);
    message.hidden_bytes = encrypted.size();
    return status;
  }
  // Items that stand for what the server keeps or made; the list is open.
  message.kind = Message::Kind::kOpaque;
  if (type == "item_reference") {
    if (absl::Status status = ReadText(value, "id", &message.call_id); !status.ok()) return status;
  }
  Unknown(PartKind::kHistory, absl::StrCat("an item of type ", ToAbsl(type)), value);
  return absl::OkStatus();
}

absl::Status RequestReader::ReadCallItem(const JsonValue& value, Message& message) {
  std::string_view id;
  absl::Status status = ReadText(value, "id", &id);
  if (status.ok()) status = ReadText(value, "call_id", &message.call_id);
  if (status.ok()) status = ReadCall(value, id, message);
  return status;
}

}  // namespace toktally::chat
