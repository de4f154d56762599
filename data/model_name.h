// The spellings of a model's name. Shared by encodings (bpe) and rates (pricing), which must agree
// on what `openai/gpt-4o-2024-08-06` is called but know nothing of each other.

#ifndef TOKTALLY_DATA_MODEL_NAME_H_
#define TOKTALLY_DATA_MODEL_NAME_H_

#include <string>
#include <string_view>
#include <vector>

namespace toktally {

struct ModelNameSpelling {
  std::string name;  // lower case
  std::string how;   // what was taken off, for people: "", "ft: removed", "date removed", …
  bool fine_tuned = false;
};

// The names under which to look a model up, most specific first: the name as given, then without
// what others wrap around it (facts: ft:BASE:org:suffix:id; vendor/ and azure/ prefixes;
// us.anthropic.; :free, :extended, :nitro, [1m]; -YYYY-MM-DD, -YYYYMMDD, @YYYYMMDD; -v1:0;
// gpt-35-turbo; -low, -high, -fast …), one step after the other. Never empty; no duplicates.
std::vector<ModelNameSpelling> ModelNameSpellings(std::string_view name);

}  // namespace toktally

#endif  // TOKTALLY_DATA_MODEL_NAME_H_
