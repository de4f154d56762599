// What requests to Gemini models cost: one row per generation, with its evidence.
//
// Fitted on 1,520 recorded calls of the developer API and Vertex. Gemini's tokenizer is Gemma's;
// without Gemma's vocabulary text is estimated from the tokens of o200k_base and the digits, which
// Gemma counts one by one.

#ifndef TOKTALLY_CHAT_GEMINI_RULES_H_
#define TOKTALLY_CHAT_GEMINI_RULES_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "chat/images.h"

namespace toktally::chat {

struct GeminiRules {
  std::string_view name;  // "gemini 2.5"
  double generation;      // the beginning of the version
  int per_content;        // the developer API; Vertex adds nothing
  int image;              // tokens of a picture; 0: by tiles
  int image_spread;
  // Functions: tokens for each, and factors of the tokens of their names and descriptions and of
  // the number of properties, of the tokens of their names and descriptions, and of enum values.
  double function;
  double name_factor;
  double description;
  double property;
  double property_name;
  double property_description;
  double enum_value;
  // Calls and results: tokens for each result, and factors of arguments, names and results.
  double result;
  double arguments;
  double call_name;
  double result_text;
  // How far 90 % of the recorded calls were off, in hundredths of the request.
  int text_percent;
  int tools_percent;
  int history_percent;
  int calls;  // that this rests on
};

// The rules of a model by its name ("gemini-2.5-flash", "google/gemini-3-flash-preview"); of a
// generation that nobody has recorded, the newest. nullptr for names that are no Gemini model's.
const GeminiRules* FindGeminiRules(std::string_view model);

std::int64_t GeminiImageTokens(const GeminiRules& rules, ImageSize size);

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_GEMINI_RULES_H_
