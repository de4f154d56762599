#include "chat/request.h"

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/absl_text.h"
#include "chat/request_keys.h"
#include "chat/request_reader.h"

namespace toktally::chat {

absl::Status WrongKind(const JsonValue& value, std::string_view expected) {
  return value.Error(
      absl::StrCat("expected ", ToAbsl(expected), ", found ", ToAbsl(JsonKindName(value.kind()))));
}

std::optional<JsonValue> Member(const JsonValue& object, std::string_view key) {
  std::optional<JsonValue> found = object.Find(key);
  if (found && found->is_null()) found.reset();
  return found;
}

absl::Status ReadText(const JsonValue& value, std::string_view* text) {
  if (!value.is_string() && !value.is_null()) return WrongKind(value, "a text");
  *text = value.text();
  return absl::OkStatus();
}

absl::Status ReadText(const JsonValue& object, std::string_view key, std::string_view* text) {
  const std::optional<JsonValue> found = object.Find(key);
  return found ? ReadText(*found, text) : absl::OkStatus();
}

void RequestReader::Note(Certainty certainty, PartKind part, std::string_view what,
                         const JsonValue& where) {
  request_.remarks.push_back(
      {certainty, part, absl::StrCat(ToAbsl(what), " (", where.Path(), ")")});
}

std::string_view RequestReader::Keep(std::string text) {
  return *request_.joined.emplace_back(std::make_unique<std::string>(std::move(text)));
}

// The forms are told by the keys that only one of them has; what surrounds the request may say it.
absl::Status RequestReader::Read(const JsonValue& body, const RequestOptions& options) {
  if (body.is_array()) return ReadBareMessages(body);
  if (!body.is_object()) return WrongKind(body, "a request object");
  if (absl::Status status = ReadText(body, "model", &request_.model); !status.ok()) return status;
  if (Member(body, "contents")) return ReadGemini(body);
  // countTokens may hold a whole request.
  if (const auto inner = Member(body, "generateContentRequest"); inner && inner->is_object()) {
    return Read(*inner, options);
  }
  if (Member(body, "messages")) {
    if (options.endpoint == Endpoint::kConverse || (!options.endpoint && IsConverseForm(body))) {
      return ReadConverse(body);
    }
    const bool anthropic =
        options.endpoint == Endpoint::kMessages || (!options.endpoint && IsAnthropicForm(body));
    return anthropic ? ReadAnthropic(body) : ReadChat(body);
  }
  const auto input = Member(body, "input");
  // A line of preference or reinforcement data: the request stands in `input`.
  if (input && input->is_object() && input->Find("messages")) {
    if (Member(body, "preferred_output")) request_.training = "it has preferred_output";
    return Read(*input, options);
  }
  if (!input && Member(body, "prompt") && options.endpoint != Endpoint::kResponses) {
    return ReadCompletions(body);
  }
  if (!input && options.endpoint != Endpoint::kResponses) {
    return body.Error(
        "\"messages\" is missing (and \"input\", which Responses and Embeddings use, \"contents\" "
        "and \"prompt\")");
  }
  const bool embeds =
      input && (options.endpoint == Endpoint::kEmbeddings ||
                (!options.endpoint && request_.model.find("embedding") != std::string_view::npos));
  return embeds ? ReadEmbeddings(body) : ReadResponses(body);
}

// What programs keep of a conversation.
absl::Status RequestReader::ReadBareMessages(const JsonValue& array) {
  if (array.size() == 0) return array.Error("no messages");
  request_.endpoint = Endpoint::kChat;
  request_.message_array = array;
  return ReadMessages(array);
}

absl::Status RequestReader::ReadChat(const JsonValue& body) {
  request_.endpoint = Endpoint::kChat;
  const JsonValue messages = *Member(body, "messages");
  if (!messages.is_array()) return WrongKind(messages, "an array of messages");
  request_.message_array = messages;
  if (absl::Status status = ReadMessages(messages); !status.ok()) return status;
  // No API takes a call without a model; examples for training name none.
  if (request_.model.empty() && !request_.messages.empty() &&
      request_.messages.back().role == Role::kAssistant) {
    request_.training = "it names no model, and its last message is the assistant's";
  } else if (request_.model.empty() && Member(body, "reference_answer")) {
    request_.training = "it names no model, and has a reference_answer";
  }
  return ReadKeys(body);
}

absl::Status RequestReader::ReadResponses(const JsonValue& body) {
  request_.endpoint = Endpoint::kResponses;
  if (absl::Status status = ReadText(body, "instructions", &request_.instructions); !status.ok()) {
    return status;
  }
  const std::optional<JsonValue> input = Member(body, "input");
  if (input && input->is_string()) {
    Message& message = request_.messages.emplace_back();
    message.text = input->text();
    message.begin = input->begin();
    message.end = input->end();
  } else if (input && input->is_array()) {
    request_.message_array = input;
    request_.messages.reserve(input->size());
    for (auto item = input->first(); item; item = item->next()) {
      if (absl::Status status = ReadItem(*item); !status.ok()) return status;
    }
  } else if (input) {
    return WrongKind(*input, "a text or an array");
  }
  return ReadKeys(body);
}

// One walk over the uppermost level: no key is passed over that the table does not call irrelevant.
absl::Status RequestReader::ReadKeys(const JsonValue& body) {
  for (auto member = body.first(); member; member = member->next()) {
    if (member->is_null()) continue;
    const RequestKey* const key = FindRequestKey(request_.endpoint, member->key());
    if (key == nullptr) {
      Assumed(PartKind::kText, "a key that no published request schema has, counted as nothing",
              *member);
      continue;
    }
    absl::Status status;
    switch (key->effect) {
      case KeyEffect::kIrrelevant:
        break;
      case KeyEffect::kUnknown:
      case KeyEffect::kServerState:
        Unknown(PartKind::kText, key->what, *member);
        request_.remarks.back().server_state = key->effect == KeyEffect::kServerState;
        if (key->name == "previous_response_id") {
          status = ReadText(*member, &request_.previous_response_id);
        }
        break;
      case KeyEffect::kCosted:
        if (!key->what.empty()) Note(Certainty::kExact, PartKind::kText, key->what, *member);
        [[fallthrough]];
      case KeyEffect::kCounted:
        status = ReadKey(*member);
    }
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

// What is counted or bought. `model`, `messages`, `input` and `instructions` are read before.
absl::Status RequestReader::ReadKey(const JsonValue& member) {
  constexpr std::int64_t kMostChoices = 1'000'000;
  const std::string_view key = member.key();
  const Endpoint endpoint = request_.endpoint;
  if (key == "tools" || key == "functions") {
    return endpoint == Endpoint::kGenerateContent ? ReadGeminiTools(member) : ReadTools(member);
  }
  if (key == "tool_choice" || key == "function_call") {
    return endpoint == Endpoint::kMessages ? ReadAnthropicChoice(member) : ReadToolChoice(member);
  }
  if (key == "systemInstruction" || key == "system_instruction") return ReadGeminiSystem(member);
  if (key == "generationConfig" || key == "generation_config") return ReadGenerationConfig(member);
  if (key == "toolConfig" && endpoint == Endpoint::kConverse) return ReadToolConfig(member);
  if (key == "inferenceConfig") return ReadInferenceConfig(member);
  if (key == "thinking" && endpoint == Endpoint::kMessages) return ReadThinking(member);
  if (key == "output_config") return ReadOutputConfig(member);
  if (key == "response_format") return ReadFormat(member);
  if (key == "text") {
    if (!member.is_object()) return WrongKind(member, "an object");
    const auto format = Member(member, "format");
    return format ? ReadFormat(*format) : absl::OkStatus();
  }
  if (key == "max_tokens" || key == "max_completion_tokens" || key == "max_output_tokens") {
    return ReadNumber(member, 0, &request_.max_output_tokens.emplace());
  }
  if (key == "n") {
    if (absl::Status status = ReadNumber(member, 1, &request_.choices); !status.ok()) return status;
    return request_.choices <= kMostChoices ? absl::OkStatus()
                                            : member.Error("more than 1,000,000 replies");
  }
  if (key == "models" || key == "fallbacks") return ReadModels(member);
  if (key == "service_tier") return ReadText(member, &request_.service_tier);
  if (key == "reasoning") return ReadReasoning(member);
  if (key == "modalities") return ReadModalities(member);
  if (key == "system") return ReadSystem(member);
  return absl::OkStatus();
}

absl::Status RequestReader::ReadNumber(const JsonValue& value, std::int64_t least,
                                       std::int64_t* number) {
  const absl::StatusOr<std::int64_t> read = value.WholeNumber();
  if (!read.ok()) return read.status();
  if (*read < least) return value.Error(absl::StrCat(*read, " is less than ", least));
  *number = *read;
  return absl::OkStatus();
}

// A list of names, or of objects with a `model`.
absl::Status RequestReader::ReadModels(const JsonValue& value) {
  if (!value.is_array()) return WrongKind(value, "an array of models");
  for (auto entry = value.first(); entry; entry = entry->next()) {
    std::string_view name = entry->text();
    if (entry->is_object()) {
      if (absl::Status status = ReadText(*entry, "model", &name); !status.ok()) return status;
    } else if (!entry->is_string()) {
      return WrongKind(*entry, "the name of a model");
    }
    if (name.empty()) return entry->Error("no model is named");
    if (request_.model.empty()) {
      request_.model = name;
    } else if (name != request_.model) {
      request_.fallback_models.push_back(name);
    }
  }
  return absl::OkStatus();
}

absl::Status RequestReader::ReadReasoning(const JsonValue& value) {
  if (!value.is_object()) return WrongKind(value, "an object");
  std::string_view mode;
  if (absl::Status status = ReadText(value, "mode", &mode); !status.ok()) return status;
  if (mode == "pro") {
    Unknown(PartKind::kText, "the hidden prompt of the reasoning mode \"pro\"", value);
  }
  return absl::OkStatus();
}

absl::Status RequestReader::ReadModalities(const JsonValue& value) {
  if (!value.is_array()) return WrongKind(value, "an array");
  for (auto entry = value.first(); entry; entry = entry->next()) {
    if (!entry->is_string()) return WrongKind(*entry, "a text");
    if (entry->text() == "audio") request_.audio_reply = true;
  }
  return absl::OkStatus();
}

// Anthropic's place for it. Gateways make it a first message.
absl::Status RequestReader::ReadSystem(const JsonValue& value) {
  Message system;
  if (absl::Status status = ReadBlocks(value, system, &request_.instructions); !status.ok()) {
    return status;
  }
  if (request_.endpoint != Endpoint::kChat) return absl::OkStatus();
  Assumed(PartKind::kText,
          "\"system\" is no key of Chat Completions; counted as a first system message", value);
  return absl::OkStatus();
}

// {"type":"enabled","budget_tokens":…}
absl::Status RequestReader::ReadThinking(const JsonValue& value) {
  if (!value.is_object()) return WrongKind(value, "an object");
  std::string_view type;
  if (absl::Status status = ReadText(value, "type", &type); !status.ok()) return status;
  request_.thinks = type == "enabled";
  return absl::OkStatus();
}

// {"effort":…,"format":{…}}: a format adds a prompt of its own, of which no rule is known.
absl::Status RequestReader::ReadOutputConfig(const JsonValue& value) {
  if (!value.is_object()) return WrongKind(value, "an object");
  if (const auto format = Member(value, "format")) {
    Unknown(PartKind::kSchema, "the form of the reply", *format);
  }
  return absl::OkStatus();
}

// Converse: {"maxTokens":…}
absl::Status RequestReader::ReadInferenceConfig(const JsonValue& value) {
  if (!value.is_object()) return WrongKind(value, "an object");
  const auto most = Member(value, "maxTokens");
  return most ? ReadNumber(*most, 0, &request_.max_output_tokens.emplace()) : absl::OkStatus();
}

absl::Status RequestReader::ReadEmbeddings(const JsonValue& body) {
  request_.endpoint = Endpoint::kEmbeddings;
  if (absl::Status status = ReadTexts(*Member(body, "input")); !status.ok()) return status;
  return ReadKeys(body);
}

absl::Status RequestReader::ReadCompletions(const JsonValue& body) {
  request_.endpoint = Endpoint::kCompletions;
  if (absl::Status status = ReadTexts(*Member(body, "prompt")); !status.ok()) return status;
  return ReadKeys(body);
}

// A text, ids that the caller made, or an array of either.
absl::Status RequestReader::ReadTexts(const JsonValue& value) {
  const auto ids = [](const JsonValue& array) -> absl::Status {
    for (auto id = array.first(); id; id = id->next()) {
      if (absl::StatusOr<std::int64_t> number = id->WholeNumber(); !number.ok()) {
        return number.status();
      }
    }
    return absl::OkStatus();
  };
  if (value.is_string()) {
    request_.inputs.push_back({value.text(), std::nullopt});
    return absl::OkStatus();
  }
  if (!value.is_array()) return WrongKind(value, "a text or an array");
  const auto first = value.first();
  if (first && first->is_number()) {
    request_.inputs.push_back({"", value.size()});
    return ids(value);
  }
  for (auto input = value.first(); input; input = input->next()) {
    if (input->is_string()) {
      request_.inputs.push_back({input->text(), std::nullopt});
    } else if (input->is_array()) {
      request_.inputs.push_back({"", input->size()});
      if (absl::Status status = ids(*input); !status.ok()) return status;
    } else {
      return WrongKind(*input, "a text or an array of token ids");
    }
  }
  return absl::OkStatus();
}

std::string_view EndpointName(Endpoint endpoint) {
  constexpr std::string_view kEndpointNames[] = {
      "chat", "responses", "embeddings", "completions", "messages", "generateContent", "converse"};
  return kEndpointNames[static_cast<std::size_t>(endpoint)];
}

std::optional<Endpoint> EndpointOfUrl(std::string_view url) {
  // The first that is found counts: "chat/completions" before "completions".
  constexpr std::pair<std::string_view, Endpoint> kUrls[] = {
      {"chat/completions", Endpoint::kChat},       {"chat.completions", Endpoint::kChat},
      {"completions", Endpoint::kCompletions},     {"responses", Endpoint::kResponses},
      {"embeddings", Endpoint::kEmbeddings},       {"/messages", Endpoint::kMessages},
      {"anthropic.", Endpoint::kMessages},         {"generateContent", Endpoint::kGenerateContent},
      {"countTokens", Endpoint::kGenerateContent}, {"converse", Endpoint::kConverse},
  };
  for (const auto& [part, endpoint] : kUrls) {
    if (url.find(part) != std::string_view::npos) return endpoint;
  }
  return std::nullopt;
}

bool IsConversation(const JsonValue& array) {
  const auto first = array.is_array() ? array.first() : std::nullopt;
  return first && first->is_object() && first->Find("role") && first->Find("content");
}

absl::StatusOr<Request> ParseRequest(const JsonValue& body, const RequestOptions& options) {
  Request request;
  if (absl::Status status = RequestReader(request).Read(body, options); !status.ok()) return status;
  return request;
}

}  // namespace toktally::chat
