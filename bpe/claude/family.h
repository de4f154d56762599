// Which Claude models count alike. By version: 3 up to 4.6, 4.7 and 4.8, 5 and later.

#ifndef TOKTALLY_BPE_CLAUDE_FAMILY_H_
#define TOKTALLY_BPE_CLAUDE_FAMILY_H_

#include <optional>
#include <string_view>

namespace toktally::claude {

enum class Family {
  kV3,   // pieces_v3.json
  kV47,  // pieces_v4_7.json
  kV5,   // the pieces of 4.7, other edges
};

// "claude-v3", "claude-v4.7", "claude-v5": what the encodings are called.
std::string_view EncodingName(Family family);
std::optional<Family> FamilyOfEncoding(std::string_view name);
// What the file with its pieces calls itself: "v3", "v4.7".
std::string_view PiecesName(Family family);

struct ModelFamily {
  Family family;
  // False for versions that nobody has compared with a reconstruction: after 5.0.
  bool known = true;
};

// The family of a model by the names that Anthropic, Amazon, Google and gateways use:
// "claude-sonnet-4-5-20250929", "anthropic/claude-3.5-haiku", "us.anthropic.claude-opus-4-1-v1:0",
// "claude-sonnet-4@20250514". nullopt for other models, for versions before 3 and for words that no
// name of a model has.
std::optional<ModelFamily> FamilyOfModel(std::string_view model);

}  // namespace toktally::claude

#endif  // TOKTALLY_BPE_CLAUDE_FAMILY_H_
