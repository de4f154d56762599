// The walk over the JSON of one request that chat/request.h is made of. Not for users.

#ifndef TOKTALLY_CHAT_REQUEST_READER_H_
#define TOKTALLY_CHAT_REQUEST_READER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "base/json.h"
#include "chat/request.h"

namespace toktally::chat {

// "expected …, found …", at the value's path.
absl::Status WrongKind(const JsonValue& value, std::string_view expected);

// The member, if it is there and not null.
std::optional<JsonValue> Member(const JsonValue& object, std::string_view key);

// The text of a member; "" where it is not there or null. InvalidArgument for any other kind.
absl::Status ReadText(const JsonValue& object, std::string_view key, std::string_view* text);
// The same of a value that is there.
absl::Status ReadText(const JsonValue& value, std::string_view* text);

// Whether a body with `messages` is one of Anthropic's or Bedrock's instead of a chat completion's.
bool IsAnthropicForm(const JsonValue& body);
bool IsConverseForm(const JsonValue& body);

class RequestReader {
 public:
  explicit RequestReader(Request& request) : request_(request) {}

  absl::Status Read(const JsonValue& body, const RequestOptions& options);

 private:
  // The uppermost level: request.cc.
  absl::Status ReadChat(const JsonValue& body);
  absl::Status ReadResponses(const JsonValue& body);
  absl::Status ReadEmbeddings(const JsonValue& body);
  absl::Status ReadCompletions(const JsonValue& body);
  absl::Status ReadBareMessages(const JsonValue& array);
  absl::Status ReadTexts(const JsonValue& value);
  absl::Status ReadKeys(const JsonValue& body);
  absl::Status ReadKey(const JsonValue& member);
  absl::Status ReadModels(const JsonValue& value);
  absl::Status ReadNumber(const JsonValue& value, std::int64_t least, std::int64_t* number);
  absl::Status ReadReasoning(const JsonValue& value);
  absl::Status ReadModalities(const JsonValue& value);
  absl::Status ReadSystem(const JsonValue& value);
  absl::Status ReadThinking(const JsonValue& value);
  absl::Status ReadOutputConfig(const JsonValue& value);

  // Messages, items and their parts: message_reader.cc.
  absl::Status ReadMessages(const JsonValue& array);
  absl::Status ReadMessage(const JsonValue& value);
  absl::Status ReadMessageKey(const JsonValue& member, Message& message);
  absl::Status ReadItem(const JsonValue& value);
  absl::Status ReadCallItem(const JsonValue& value, Message& message);
  absl::Status ReadContent(const JsonValue& value, Message& message);
  absl::Status ReadPart(const JsonValue& part, Message& message, std::string& joined);
  absl::Status ReadImage(const JsonValue& part, Message& message);
  absl::Status ReadCalls(const JsonValue& value, Message& message);
  absl::Status ReadCall(const JsonValue& function, std::string_view id, Message& message);
  absl::Status ReadArguments(const JsonValue& function, std::string_view* arguments);

  // Anthropic Messages and Bedrock Converse: anthropic_reader.cc.
  absl::Status ReadAnthropic(const JsonValue& body);
  absl::Status ReadConverse(const JsonValue& body);
  absl::Status ReadTurn(const JsonValue& value);
  absl::Status ReadBlocks(const JsonValue& value, Message& message, std::string_view* text);
  absl::Status ReadBlock(const JsonValue& block, Message& message, std::string& joined);
  absl::Status ReadConverseBlock(const JsonValue& block, Message& message, std::string& joined);
  absl::Status ReadToolUse(const JsonValue& block, std::string_view id_key, Message& message);
  absl::Status ReadToolResult(const JsonValue& block, std::string_view id_key, Message& message);
  absl::Status ReadBlockImage(const JsonValue& block, Message& message);
  absl::Status AddPicture(std::optional<std::string_view> base64, const JsonValue& where,
                          Message& message);
  absl::Status ReadDocument(const JsonValue& block, std::string& joined);
  absl::Status ReadToolConfig(const JsonValue& value);
  absl::Status ReadInferenceConfig(const JsonValue& value);
  absl::Status ReadAnthropicChoice(const JsonValue& value);

  // Gemini: gemini_reader.cc.
  absl::Status ReadGemini(const JsonValue& body);
  absl::Status ReadGeminiContent(const JsonValue& value);
  absl::Status ReadGeminiParts(const JsonValue& parts, Message& message);
  absl::Status ReadGeminiPart(const JsonValue& part, Message& message, std::string& joined);
  absl::Status ReadBlob(const JsonValue& blob, Message& message);
  absl::Status ReadGeminiSystem(const JsonValue& value);
  absl::Status ReadGeminiTools(const JsonValue& array);
  absl::Status ReadGenerationConfig(const JsonValue& value);

  // Tools, their choice and the form of the reply: definition_reader.cc.
  absl::Status ReadTools(const JsonValue& array);
  absl::Status ReadTool(const JsonValue& tool);
  absl::Status ReadFunction(const JsonValue& value);
  absl::Status ReadToolChoice(const JsonValue& value);
  absl::Status ReadFormat(const JsonValue& value);

  void Note(Certainty certainty, PartKind part, std::string_view what, const JsonValue& where);
  void Unknown(PartKind part, std::string_view what, const JsonValue& where) {
    Note(Certainty::kUnknown, part, what, where);
  }
  void Assumed(PartKind part, std::string_view what, const JsonValue& where) {
    Note(Certainty::kAssumed, part, what, where);
  }
  // Keeps a text that the document does not hold.
  std::string_view Keep(std::string text);

  Request& request_;
};

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_REQUEST_READER_H_
