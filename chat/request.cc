#include "chat/request.h"

#include <array>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace toktally::chat {
namespace {

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

absl::Status WrongKind(const JsonValue& value, std::string_view expected) {
  return value.Error(
      absl::StrCat("expected ", View(expected), ", found ", View(JsonKindName(value.kind()))));
}

// The member, if it is there and not null.
std::optional<JsonValue> Member(const JsonValue& object, std::string_view key) {
  std::optional<JsonValue> found = object.Find(key);
  if (found && found->is_null()) found.reset();
  return found;
}

std::string_view TextMember(const JsonValue& object, std::string_view key) {
  const std::optional<JsonValue> found = Member(object, key);
  return found && found->is_string() ? found->text() : std::string_view();
}

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

ImageDetail DetailNamed(std::string_view name) {
  if (name == "low") return ImageDetail::kLow;
  if (name == "high") return ImageDetail::kHigh;
  if (name == "original") return ImageDetail::kOriginal;
  return ImageDetail::kAuto;
}

// Parts whose tokens nobody can tell from the request.
std::string_view UncountablePart(std::string_view type) {
  if (type == "input_audio" || type == "audio") return "audio";
  if (type == "file" || type == "input_file") return "a file";
  if (type == "input_video" || type == "video_url") return "a video";
  return type.starts_with("input_") ? type : std::string_view();
}

// Items of the Responses API that stand for something the server keeps or made.
bool IsOpaqueItem(std::string_view type) {
  return type == "item_reference" || type == "compaction" || type == "additional_tools" ||
         type.starts_with("mcp_") || type.ends_with("_call") || type.ends_with("_call_output");
}

class Reader {
 public:
  explicit Reader(Request& request) : request_(request) {}

  absl::Status Read(const JsonValue& body, const RequestOptions& options);

 private:
  absl::Status ReadCommon(const JsonValue& body);
  absl::Status ReadMessages(const JsonValue& array);
  absl::Status ReadMessage(const JsonValue& value);
  absl::Status ReadItem(const JsonValue& value);
  absl::Status ReadContent(const JsonValue& value, Message& message);
  absl::Status ReadPart(const JsonValue& part, Message& message, std::string& joined);
  absl::Status ReadImage(const JsonValue& part, Message& message);
  absl::Status ReadCalls(const JsonValue& value, Message& message);
  absl::Status ReadTools(const JsonValue& array);
  absl::Status ReadFunction(const JsonValue& value);
  absl::Status ReadToolChoice(const JsonValue& value);
  absl::Status ReadFormat(const JsonValue& value);
  absl::Status ReadEmbeddingInput(const JsonValue& value);
  absl::Status ReadNumbers(const JsonValue& body);
  void NoteUncountable(const JsonValue& body);

  void Unknown(std::string_view what, const JsonValue& where) {
    request_.unknown.push_back(absl::StrCat(View(what), " (", where.Path(), ")"));
  }

  Request& request_;
};

absl::Status Reader::Read(const JsonValue& body, const RequestOptions& options) {
  if (!body.is_object()) return WrongKind(body, "a request object");
  request_.model = TextMember(body, "model");
  const std::optional<JsonValue> messages = Member(body, "messages");
  const std::optional<JsonValue> input = Member(body, "input");
  const bool embeds =
      !messages &&
      (options.endpoint == Endpoint::kEmbeddings ||
       (!options.endpoint && request_.model.find("embedding") != std::string_view::npos));
  if (messages) {
    request_.endpoint = Endpoint::kChat;
    if (!messages->is_array()) return WrongKind(*messages, "an array of messages");
    request_.message_array = messages;
    if (absl::Status status = ReadMessages(*messages); !status.ok()) return status;
    return ReadCommon(body);
  }
  if (!input && options.endpoint != Endpoint::kResponses) {
    return body.Error(
        "\"messages\" is missing (and \"input\", which Responses and Embeddings use)");
  }
  if (embeds) {
    request_.endpoint = Endpoint::kEmbeddings;
    return ReadEmbeddingInput(*input);
  }
  request_.endpoint = Endpoint::kResponses;
  request_.instructions = TextMember(body, "instructions");
  if (input && input->is_string()) {
    Message& message = request_.messages.emplace_back();
    message.text = input->text();
    message.begin = input->begin();
    message.end = input->end();
  } else if (input && input->is_array()) {
    request_.message_array = input;
    for (auto item = input->first(); item; item = item->next()) {
      if (absl::Status status = ReadItem(*item); !status.ok()) return status;
    }
  } else if (input) {
    return WrongKind(*input, "a text or an array");
  }
  return ReadCommon(body);
}

absl::Status Reader::ReadCommon(const JsonValue& body) {
  for (const std::string_view key : {"tools", "functions"}) {
    if (const auto tools = Member(body, key)) {
      if (!tools->is_array()) return WrongKind(*tools, "an array");
      if (absl::Status status = ReadTools(*tools); !status.ok()) return status;
    }
  }
  for (const std::string_view key : {"tool_choice", "function_call"}) {
    if (const auto choice = Member(body, key)) {
      if (absl::Status status = ReadToolChoice(*choice); !status.ok()) return status;
    }
  }
  std::optional<JsonValue> format = Member(body, "response_format");
  if (const auto text = Member(body, "text"); text && text->is_object()) {
    format = Member(*text, "format");
  }
  if (format) {
    if (absl::Status status = ReadFormat(*format); !status.ok()) return status;
  }
  NoteUncountable(body);
  return ReadNumbers(body);
}

// What stands on the server or is added there.
void Reader::NoteUncountable(const JsonValue& body) {
  constexpr std::pair<std::string_view, std::string_view> kKeys[] = {
      {"previous_response_id", "an earlier response that stands on the server"},
      {"conversation", "a conversation that stands on the server"},
      {"prompt", "a prompt template that stands on the server"},
      {"prediction", "a predicted output"},
      {"web_search_options", "the results of a web search"},
  };
  for (const auto& [key, what] : kKeys) {
    if (const auto value = Member(body, key)) Unknown(what, *value);
  }
  const auto reasoning = Member(body, "reasoning");
  if (reasoning && TextMember(*reasoning, "mode") == "pro") {
    Unknown("the hidden prompt of the reasoning mode \"pro\"", *reasoning);
  }
}

absl::Status Reader::ReadNumbers(const JsonValue& body) {
  for (const std::string_view key : {"max_tokens", "max_completion_tokens", "max_output_tokens"}) {
    const auto value = Member(body, key);
    if (!value) continue;
    const auto number = value->WholeNumber();
    if (!number.ok()) return number.status();
    request_.max_output_tokens = *number;
  }
  if (const auto n = Member(body, "n")) {
    const auto number = n->WholeNumber();
    if (!number.ok()) return number.status();
    request_.choices = *number;
  }
  const auto stream = Member(body, "stream");
  request_.stream = stream && stream->boolean();
  return absl::OkStatus();
}

absl::Status Reader::ReadMessages(const JsonValue& array) {
  request_.messages.reserve(array.size());
  for (auto message = array.first(); message; message = message->next()) {
    if (absl::Status status = ReadMessage(*message); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Reader::ReadMessage(const JsonValue& value) {
  if (!value.is_object()) return WrongKind(value, "a message object");
  Message& message = request_.messages.emplace_back();
  message.begin = value.begin();
  message.end = value.end();
  // One walk over the members: messages are what requests are full of.
  bool has_role = false;
  for (auto member = value.first(); member; member = member->next()) {
    const std::string_view key = member->key();
    absl::Status status;
    if (key == "role") {
      const std::optional<Role> role = RoleNamed(member->text());
      if (!role) {
        return member->Error(
            absl::StrCat("unknown role \"", View(member->text()),
                         "\"; known are system, developer, user, assistant, tool and function"));
      }
      message.role = *role;
      has_role = true;
    } else if (key == "content") {
      status = ReadContent(*member, message);
    } else if (key == "name") {
      message.name = member->text();
    } else if (key == "tool_call_id") {
      message.call_id = member->text();
    } else if (key == "tool_calls" || key == "function_call") {
      status = ReadCalls(*member, message);
    } else if (key == "audio" && !member->is_null()) {
      Unknown("audio", *member);
    }
    if (!status.ok()) return status;
  }
  return has_role ? absl::OkStatus() : value.Error("\"role\" is missing");
}

absl::Status Reader::ReadContent(const JsonValue& value, Message& message) {
  if (value.is_null()) return absl::OkStatus();
  if (value.is_string()) {
    message.text = value.text();
    return absl::OkStatus();
  }
  if (!value.is_array()) return WrongKind(value, "a text or an array of parts");
  auto joined = std::make_unique<std::string>();
  for (auto part = value.first(); part; part = part->next()) {
    if (absl::Status status = ReadPart(*part, message, *joined); !status.ok()) return status;
  }
  message.text = *joined;
  request_.joined.push_back(std::move(joined));
  return absl::OkStatus();
}

absl::Status Reader::ReadPart(const JsonValue& part, Message& message, std::string& joined) {
  if (part.is_string()) {
    joined += part.text();
    return absl::OkStatus();
  }
  if (!part.is_object()) return WrongKind(part, "a part of a message");
  const std::string_view type = TextMember(part, "type");
  if (type == "text" || type == "input_text" || type == "output_text") {
    const auto text = Member(part, "text");
    if (!text || !text->is_string()) return part.Error("a text part without \"text\"");
    joined += text->text();
    return absl::OkStatus();
  }
  if (type == "refusal") {
    joined += TextMember(part, "refusal");
    return absl::OkStatus();
  }
  if (type == "image_url" || type == "input_image") return ReadImage(part, message);
  if (const std::string_view what = UncountablePart(type); !what.empty()) {
    Unknown(what, part);
    return absl::OkStatus();
  }
  return part.Error(absl::StrCat("unknown part type \"", View(type), "\""));
}

// A picture in a data URL has a header to read; one that stands elsewhere may have its size stated
// beside it, as `width` and `height`.
absl::Status Reader::ReadImage(const JsonValue& part, Message& message) {
  const auto image = Member(part, "image_url");
  const bool nested = image && image->is_object();
  const std::string_view url = nested  ? TextMember(*image, "url")
                               : image ? image->text()
                                       : std::string_view();
  const JsonValue holder = nested ? *image : part;
  const ImageDetail detail = DetailNamed(TextMember(holder, "detail"));
  if (url.starts_with("data:")) {
    const auto size = ReadDataUrlSize(url);
    if (!size.ok()) return part.Error(std::string(size.status().message()));
    message.images.emplace_back(*size, detail);
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
    message.images.emplace_back(ImageSize{static_cast<int>(*w), static_cast<int>(*h)}, detail);
    return absl::OkStatus();
  }
  Unknown(Member(part, "file_id") ? "an uploaded picture" : "a remote picture of unknown size",
          part);
  return absl::OkStatus();
}

absl::Status Reader::ReadCalls(const JsonValue& value, Message& message) {
  if (value.is_null()) return absl::OkStatus();
  if (value.key() == "function_call") {
    if (!value.is_object()) return WrongKind(value, "an object");
    message.calls.push_back({"", TextMember(value, "name"), TextMember(value, "arguments")});
    return absl::OkStatus();
  }
  if (!value.is_array()) return WrongKind(value, "an array");
  for (auto call = value.first(); call; call = call->next()) {
    if (!call->is_object()) return WrongKind(*call, "a tool call");
    const auto function = Member(*call, "function");
    if (!function || !function->is_object()) {
      Unknown("a call of a custom tool", *call);
      continue;
    }
    message.calls.push_back({TextMember(*call, "id"), TextMember(*function, "name"),
                             TextMember(*function, "arguments")});
  }
  return absl::OkStatus();
}

absl::Status Reader::ReadItem(const JsonValue& value) {
  if (!value.is_object()) return WrongKind(value, "an item object");
  const std::string_view type = TextMember(value, "type");
  if (type.empty() || type == "message") return ReadMessage(value);
  Message& message = request_.messages.emplace_back();
  message.begin = value.begin();
  message.end = value.end();
  message.role = Role::kAssistant;
  if (type == "function_call") {
    message.kind = Message::Kind::kCall;
    message.calls.push_back(
        {TextMember(value, "id"), TextMember(value, "name"), TextMember(value, "arguments")});
    message.call_id = TextMember(value, "call_id");
    return absl::OkStatus();
  }
  if (type == "function_call_output") {
    message.kind = Message::Kind::kResult;
    message.role = Role::kTool;
    message.call_id = TextMember(value, "call_id");
    const auto output = Member(value, "output");
    return output ? ReadContent(*output, message) : absl::OkStatus();
  }
  if (type == "reasoning") {
    message.kind = Message::Kind::kReasoning;
    return absl::OkStatus();
  }
  message.kind = Message::Kind::kOpaque;
  if (!IsOpaqueItem(type)) {
    return value.Error(absl::StrCat("unknown item type \"", View(type), "\""));
  }
  Unknown(absl::StrCat("an item of type ", View(type)), value);
  return absl::OkStatus();
}

absl::Status Reader::ReadTools(const JsonValue& array) {
  for (auto tool = array.first(); tool; tool = tool->next()) {
    if (!tool->is_object()) return WrongKind(*tool, "a tool object");
    const std::string_view type = TextMember(*tool, "type");
    const auto function = Member(*tool, "function");
    if (!type.empty() && type != "function") {
      Unknown(absl::StrCat("the tool ", View(type)), *tool);
      continue;
    }
    if (absl::Status status = ReadFunction(function ? *function : *tool); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::Status Reader::ReadFunction(const JsonValue& value) {
  if (!value.is_object()) return WrongKind(value, "a function object");
  Function& function = request_.functions.emplace_back();
  function.name = TextMember(value, "name");
  function.description = TextMember(value, "description");
  function.parameters = Member(value, "parameters");
  if (function.name.empty()) return value.Error("a function without \"name\"");
  if (function.parameters && !function.parameters->is_object()) {
    return WrongKind(*function.parameters, "a JSON schema");
  }
  return absl::OkStatus();
}

absl::Status Reader::ReadToolChoice(const JsonValue& value) {
  ToolChoice& choice = request_.tool_choice;
  if (value.is_string()) {
    const std::string_view word = value.text();
    choice.kind = word == "none"       ? ToolChoice::Kind::kNone
                  : word == "required" ? ToolChoice::Kind::kRequired
                                       : ToolChoice::Kind::kAuto;
    return absl::OkStatus();
  }
  if (!value.is_object()) return WrongKind(value, "a word or an object");
  const auto function = Member(value, "function");
  choice.name = TextMember(function ? *function : value, "name");
  // Without a name it is a list of allowed tools, which was billed like "auto".
  choice.kind = choice.name.empty() ? ToolChoice::Kind::kAuto : ToolChoice::Kind::kNamed;
  return absl::OkStatus();
}

absl::Status Reader::ReadFormat(const JsonValue& value) {
  if (!value.is_object()) return WrongKind(value, "an object");
  const std::string_view type = TextMember(value, "type");
  if (type == "json_object") request_.format.kind = ResponseFormat::Kind::kJsonObject;
  if (type != "json_schema") return absl::OkStatus();
  const JsonValue holder = Member(value, "json_schema").value_or(value);
  request_.format.kind = ResponseFormat::Kind::kJsonSchema;
  request_.format.name = TextMember(holder, "name");
  request_.format.description = TextMember(holder, "description");
  request_.format.schema = Member(holder, "schema");
  return absl::OkStatus();
}

absl::Status Reader::ReadEmbeddingInput(const JsonValue& value) {
  if (value.is_string()) {
    request_.inputs.push_back({value.text(), std::nullopt});
    return absl::OkStatus();
  }
  if (!value.is_array()) return WrongKind(value, "a text or an array");
  const auto first = value.first();
  if (first && first->is_number()) {
    request_.inputs.push_back({"", value.size()});
    return absl::OkStatus();
  }
  for (auto input = value.first(); input; input = input->next()) {
    if (input->is_string()) {
      request_.inputs.push_back({input->text(), std::nullopt});
    } else if (input->is_array()) {
      request_.inputs.push_back({"", input->size()});
    } else {
      return WrongKind(*input, "a text or an array of token ids");
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::string_view EndpointName(Endpoint endpoint) {
  constexpr std::string_view kEndpointNames[] = {"chat", "responses", "embeddings"};
  return kEndpointNames[static_cast<std::size_t>(endpoint)];
}

std::optional<Endpoint> EndpointOfUrl(std::string_view url) {
  if (url.find("chat/completions") != std::string_view::npos) return Endpoint::kChat;
  if (url.find("responses") != std::string_view::npos) return Endpoint::kResponses;
  if (url.find("embeddings") != std::string_view::npos) return Endpoint::kEmbeddings;
  return std::nullopt;
}

absl::StatusOr<Request> ParseRequest(const JsonValue& body, const RequestOptions& options) {
  Request request;
  if (absl::Status status = Reader(request).Read(body, options); !status.ok()) return status;
  return request;
}

}  // namespace toktally::chat
