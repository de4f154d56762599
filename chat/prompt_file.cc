#include "chat/prompt_file.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/absl_text.h"
#include "base/json_lines.h"
#include "chat/json_text.h"
#include "chat/request_keys.h"
#include "chat/request_reader.h"

namespace toktally::chat {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view Trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

bool InAnotherFile(std::string_view text) { return text.starts_with("file://"); }

// What places are filled with: of several objects the first that has the name.
class Fillings {
 public:
  void Add(const std::optional<JsonValue>& object) {
    if (object && object->is_object()) objects_.push_back(*object);
  }

  // Nullopt where nothing fills the place, or a list does, which stands for several prompts.
  std::optional<std::string> Find(std::string_view name) const {
    for (const JsonValue& object : objects_) {
      auto value = object.Find(name);
      // .prompty's inputs: {"type":"string","default":…} or "sample".
      for (const std::string_view key : {"sample", "default"}) {
        if (value && value->is_object() && value->Find("type")) {
          if (const auto inner = value->Find(key)) value = inner;
        }
      }
      if (!value || value->is_null() || value->is_array()) continue;
      if (value->is_string() && InAnotherFile(value->text())) return std::nullopt;
      if (value->is_string() || value->is_number()) return std::string(value->text());
      std::string text;
      AppendJson(*value, {}, text);
      return text;
    }
    return std::nullopt;
  }

 private:
  std::vector<JsonValue> objects_;
};

// The content of a message as JSON: a text, or, where something is not known, parts.
class Content {
 public:
  Content(std::string_view text, const Fillings& fillings) {
    std::size_t at = 0;
    while (at < text.size()) {
      const std::size_t begin = std::min(text.find("{{", at), text.find("{%", at));
      if (begin == std::string_view::npos) break;
      const std::string_view closing = text[begin + 1] == '{' ? "}}" : "%}";
      const std::size_t end = text.find(closing, begin + 2);
      if (end == std::string_view::npos) break;
      text_ += text.substr(at, begin - at);
      const std::string_view inner = Trim(text.substr(begin + 2, end - begin - 2));
      const auto value = closing == "}}" ? fillings.Find(inner) : std::nullopt;
      at = end + 2;
      if (value) {
        text_ += *value;
      } else {
        EndText();
        AddPart("type", text.substr(begin, at - begin));
      }
    }
    text_ += text.substr(std::min(at, text.size()));
  }

  void AppendTo(std::string& out) {
    if (parts_.empty()) return AppendJsonString(text_, /*ascii_only=*/false, out);
    EndText();
    absl::StrAppend(&out, "[", parts_, "]");
  }

 private:
  void EndText() {
    if (text_.empty()) return;
    AddPart("type\":\"text\",\"text", text_);
    text_.clear();
  }
  void AddPart(std::string_view key, std::string_view value) {
    absl::StrAppend(&parts_, parts_.empty() ? "" : ",", "{\"", ToAbsl(key), "\":");
    AppendJsonString(value, /*ascii_only=*/false, parts_);
    parts_ += '}';
  }

  std::string text_;   // behind the last part
  std::string parts_;  // with commas between them
};

void AppendMember(std::string_view key, const JsonValue& value, std::string& out) {
  out += ',';
  AppendJsonString(key, /*ascii_only=*/false, out);
  out += ':';
  AppendJson(value, {}, out);
}

// Settings under the names that a chat request has for them; others are the tool's own.
void AppendSettings(const std::optional<JsonValue>& settings, std::string& out) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kSpellings = {
      {{"maxTokens", "max_tokens"},
       {"maxCompletionTokens", "max_completion_tokens"},
       {"topP", "top_p"}}};
  if (!settings || !settings->is_object()) return;
  for (auto member = settings->first(); member; member = member->next()) {
    std::string_view key = member->key();
    for (const auto& [theirs, ours] : kSpellings) {
      if (key == theirs) key = ours;
    }
    const bool taken = key == "model" || key == "messages";
    if (taken || FindRequestKey(Endpoint::kChat, key) == nullptr) continue;
    AppendMember(key, *member, out);
  }
}

absl::Status AppendMessages(const JsonValue& messages, const Fillings& fillings, std::string& out) {
  if (!messages.is_array()) return WrongKind(messages, "an array of messages");
  out += "\"messages\":[";
  for (auto message = messages.first(); message; message = message->next()) {
    if (!message->is_object()) return WrongKind(*message, "a message object");
    if (!out.ends_with('[')) out += ',';
    std::string object;
    for (auto member = message->first(); member; member = member->next()) {
      if (member->key() != "content" || !member->is_string()) {
        AppendMember(member->key(), *member, object);
        continue;
      }
      object += ",\"content\":";
      Content(member->text(), fillings).AppendTo(object);
    }
    absl::StrAppend(&out, "{", object.empty() ? "" : object.c_str() + 1, "}");
  }
  out += ']';
  return absl::OkStatus();
}

std::string Begin(std::string_view id, std::string_view model) {
  std::string out = "{\"id\":";
  AppendJsonString(id, /*ascii_only=*/false, out);
  out += ",\"endpoint\":\"chat/completions\",\"request\":{";
  if (!model.empty()) {
    out += "\"model\":";
    AppendJsonString(model, /*ascii_only=*/false, out);
    out += ',';
  }
  return out;
}

// GitHub Models: the schema is a text of JSON beside the word for the form.
absl::Status AppendGitHubFormat(const JsonValue& document, std::string& out) {
  std::string_view form;
  if (absl::Status status = ReadText(document, "responseFormat", &form); !status.ok()) {
    return status;
  }
  if (form.empty() || form == "text") return absl::OkStatus();
  out += ",\"response_format\":{\"type\":";
  AppendJsonString(form, /*ascii_only=*/false, out);
  if (const auto schema = Member(document, "jsonSchema"); schema && form == "json_schema") {
    out += ",\"json_schema\":";
    if (!schema->is_string()) {
      AppendJson(*schema, {}, out);
    } else {
      const auto parsed = ParseJsonLine(schema->text(), "jsonSchema");
      if (!parsed.ok()) {
        return schema->Error(absl::StrCat("no JSON: ", parsed.status().message()));
      }
      AppendJson(parsed->root(), {}, out);
    }
  }
  out += '}';
  return absl::OkStatus();
}

absl::Status ReadGitHub(const JsonValue& document, const UsePromptRequest& use) {
  std::string_view model;
  if (absl::Status status = ReadText(document, "model", &model); !status.ok()) return status;
  const JsonValue messages = *Member(document, "messages");
  const auto rows = Member(document, "testData");
  if (rows && !rows->is_array()) return WrongKind(*rows, "an array of rows");
  auto row = rows ? rows->first() : std::nullopt;
  for (std::size_t i = 0; i == 0 || row; ++i) {
    if (row && !row->is_object()) return WrongKind(*row, "a row of names and values");
    Fillings fillings;
    fillings.Add(row);
    std::string out = Begin(rows ? absl::StrCat("testData[", i, "]") : "1", model);
    if (absl::Status status = AppendMessages(messages, fillings, out); !status.ok()) return status;
    if (absl::Status status = AppendGitHubFormat(document, out); !status.ok()) return status;
    AppendSettings(document, out);
    AppendSettings(Member(document, "modelParameters"), out);
    if (!use(out + "}}", messages.line())) return absl::OkStatus();
    if (row) row = row->next();
  }
  return absl::OkStatus();
}

// --- promptfoo ---

struct Provider {
  std::string model;
  std::optional<JsonValue> settings;
};

// "openai:chat:gpt-4o" and "openai:gpt-4o" are gpt-4o.
std::string ModelOfProvider(std::string_view id) {
  const std::size_t maker = id.find(':');
  if (maker == std::string_view::npos) return std::string(id);
  std::string_view model = id.substr(maker + 1);
  for (const std::string_view kind : {"chat:", "responses:", "completion:", "messages:"}) {
    if (model.starts_with(kind)) model.remove_prefix(kind.size());
  }
  return std::string(model);
}

absl::StatusOr<std::vector<Provider>> ReadProviders(const JsonValue& document) {
  std::vector<Provider> providers;
  auto list = Member(document, "providers");
  if (!list) list = Member(document, "targets");
  if (!list) return std::vector<Provider>(1);
  for (auto entry = list->is_array() ? list->first() : list; entry;
       entry = list->is_array() ? entry->next() : std::nullopt) {
    Provider& provider = providers.emplace_back();
    std::string_view id = entry->text();
    if (entry->is_object()) {
      if (absl::Status status = ReadText(*entry, "id", &id); !status.ok()) return status;
      provider.settings = Member(*entry, "config");
      // {"openai:gpt-4o": {"config": …}}
      if (const auto only = entry->first(); id.empty() && only && entry->size() == 1) {
        id = only->key();
        if (only->is_object()) provider.settings = Member(*only, "config");
      }
    } else if (!entry->is_string()) {
      return WrongKind(*entry, "a provider");
    }
    if (id.empty()) return entry->Error("a provider without \"id\"");
    if (InAnotherFile(id)) return entry->Error("a provider in another file is not read");
    provider.model = ModelOfProvider(id);
  }
  return providers;
}

// A prompt: a text, perhaps of JSON that holds messages, or an object with `raw`.
absl::Status AppendPrompt(const JsonValue& prompt, const Fillings& fillings, std::string& out) {
  std::string_view text = prompt.text();
  if (prompt.is_object()) {
    const auto raw = Member(prompt, "raw");
    if (!raw || !raw->is_string()) return prompt.Error("a prompt without \"raw\"");
    text = raw->text();
  } else if (!prompt.is_string()) {
    return WrongKind(prompt, "a prompt");
  }
  if (InAnotherFile(text)) {
    return prompt.Error("a prompt in another file is not read; write it here, or give that file");
  }
  if (Trim(text).starts_with('[')) {
    const auto parsed = ParseJsonLine(text, "prompt");
    if (parsed.ok() && IsConversation(parsed->root())) {
      return AppendMessages(parsed->root(), fillings, out);
    }
  }
  out += "\"messages\":[{\"role\":\"user\",\"content\":";
  Content(text, fillings).AppendTo(out);
  out += "}]";
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::optional<JsonValue>>> ReadTests(const JsonValue& document) {
  std::vector<std::optional<JsonValue>> tests;
  const auto list = Member(document, "tests");
  if (!list) return std::vector<std::optional<JsonValue>>(1);
  if (!list->is_array()) return WrongKind(*list, "an array of tests; others are not read");
  for (auto test = list->first(); test; test = test->next()) {
    if (!test->is_object()) return WrongKind(*test, "a test; tests in other files are not read");
    tests.push_back(Member(*test, "vars"));
    const auto& vars = tests.back();
    if (vars && !vars->is_object()) return WrongKind(*vars, "names and values");
  }
  if (tests.empty()) tests.emplace_back();
  return tests;
}

absl::Status ReadPromptfoo(const JsonValue& document, const UsePromptRequest& use) {
  const auto providers = ReadProviders(document);
  if (!providers.ok()) return providers.status();
  const auto tests = ReadTests(document);
  if (!tests.ok()) return tests.status();
  const JsonValue prompts = *Member(document, "prompts");
  const auto defaults = Member(document, "defaultTest");
  const bool many = prompts.is_array();
  if (many && prompts.size() == 0) return prompts.Error("no prompts");
  for (const Provider& provider : *providers) {
    std::size_t number = 0;
    for (auto prompt = many ? prompts.first() : prompts; prompt;
         prompt = many ? prompt->next() : std::nullopt, ++number) {
      for (std::size_t i = 0; i < tests->size(); ++i) {
        Fillings fillings;
        fillings.Add((*tests)[i]);
        if (defaults && defaults->is_object()) fillings.Add(Member(*defaults, "vars"));
        std::string out =
            Begin(absl::StrCat("prompts[", number, "] tests[", i, "]"), provider.model);
        if (absl::Status status = AppendPrompt(*prompt, fillings, out); !status.ok()) return status;
        AppendSettings(provider.settings, out);
        if (!use(out + "}}", prompt->line())) return absl::OkStatus();
      }
    }
  }
  return absl::OkStatus();
}

// --- .prompty ---

// The role that a line like "system:" or "# user:" begins; "" for other lines.
std::string_view RoleOfLine(std::string_view line) {
  line = Trim(line);
  if (line.starts_with('#')) line = Trim(line.substr(1));
  if (!line.ends_with(':')) return {};
  line = Trim(line.substr(0, line.size() - 1));
  for (const std::string_view role : {"system", "developer", "user", "assistant"}) {
    if (absl::EqualsIgnoreCase(ToAbsl(line), ToAbsl(role))) return role;
  }
  return {};
}

// Old heads have {"model":{"configuration":{"azure_deployment":…},"parameters":{…}}}, newer ones
// {"model":{"id":…,"options":{…}}}; some only a name.
absl::Status ReadPromptyModel(const JsonValue& head, std::string_view* model,
                              std::optional<JsonValue>* settings) {
  const auto value = Member(head, "model");
  if (!value) return absl::OkStatus();
  if (value->is_string()) return ReadText(*value, model);
  if (!value->is_object()) return WrongKind(*value, "a model");
  *settings = Member(*value, "parameters");
  if (!*settings) *settings = Member(*value, "options");
  for (const std::string_view place : {"configuration", "connection", ""}) {
    const auto holder = place.empty() ? value : Member(*value, place);
    if (!holder || !holder->is_object()) continue;
    for (const std::string_view key : {"azure_deployment", "model", "name", "id"}) {
      if (!model->empty()) return absl::OkStatus();
      if (absl::Status status = ReadText(*holder, key, model); !status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadPromptFile(const JsonValue& document, const UsePromptRequest& use) {
  if (!document.is_object()) return WrongKind(document, "a prompt file");
  if (Member(document, "messages")) return ReadGitHub(document, use);
  if (Member(document, "prompts")) return ReadPromptfoo(document, use);
  return document.Error(
      "neither \"messages\" (as in .prompt.yml) nor \"prompts\" (as in promptfoo's files)");
}

absl::Status ReadPrompty(const JsonValue& head, std::string_view body,
                         const UsePromptRequest& use) {
  if (!head.is_object() && !head.is_null()) return WrongKind(head, "the head of a .prompty file");
  std::string_view model;
  std::optional<JsonValue> settings;
  if (absl::Status status = ReadPromptyModel(head, &model, &settings); !status.ok()) return status;
  Fillings fillings;
  for (const std::string_view key : {"sample", "inputs"}) {
    const auto object = Member(head, key);
    if (object && object->is_string() && InAnotherFile(object->text())) continue;
    fillings.Add(object);
  }
  std::string out = Begin("1", model);
  out += "\"messages\":[";
  std::string_view role = "system";  // what stands before the first role
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= body.size();) {
    const std::size_t end = std::min(body.find('\n', at), body.size());
    const std::string_view next = RoleOfLine(body.substr(at, end - at));
    const bool last = end == body.size();
    if (!next.empty() || last) {
      const std::size_t stop = next.empty() ? end : at;
      const std::string_view text = Trim(body.substr(begin, stop - begin));
      if (!text.empty()) {
        absl::StrAppend(&out, out.ends_with('[') ? "" : ",", "{\"role\":\"", ToAbsl(role),
                        "\",\"content\":");
        Content(text, fillings).AppendTo(out);
        out += '}';
      }
      if (!next.empty()) role = next;
      begin = end + 1 < body.size() ? end + 1 : body.size();
    }
    at = end + 1;
  }
  if (out.ends_with('[')) return head.Error("no message stands behind the head");
  out += ']';
  AppendSettings(settings, out);
  use(out + "}}", head.line());
  return absl::OkStatus();
}

}  // namespace toktally::chat
