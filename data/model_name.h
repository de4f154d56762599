// The spellings of a model's name. Shared by encodings (bpe) and rates (pricing), which must agree
// on what `openai/gpt-4o-2024-08-06` is called but know nothing of each other.

#ifndef TOKTALLY_DATA_MODEL_NAME_H_
#define TOKTALLY_DATA_MODEL_NAME_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace toktally {

// What a step from a typed name to a table's name says beside the name.
struct NameMark {
  enum class Kind : std::uint8_t {
    kNothing,        // another way to write the same
    kSeller,         // `text` sells it: an id of data/sellers.tsv, also the maker itself
    kUnknownSeller,  // `text` stands before it, and nobody knows who that is
    kRegion,         // it is processed in `text`: "us", "us-gov", "eu-central-1"
    kTier,           // it is called in the tier `text`: "priority"
    kVariant,        // another product with a price of its own: ":free", "1024-x-1024"
    kOnline,         // with a search that is billed beside the tokens
    kFineTune,       // a model trained further
    kDate,           // the snapshot of that day
    kLatest,         // whatever is newest
    kEffort,         // how long it reasons
  };
  Kind kind = Kind::kNothing;
  std::string text;
};

struct ModelNameSpelling {
  std::string name;  // lower case
  std::string how;   // what was taken off, for people: "", "ft: removed", "date removed", …
  bool fine_tuned = false;
  std::vector<NameMark> marks;  // of the steps that led here, but kNothing, in their order
};

// The names under which to look a model up, most specific first: the name as given (blanks at the
// ends dropped), then without what others wrap around it, one step after the other: ARNs;
// provider:, provider/, projects/…/models/; us.anthropic.; ft:BASE:org:suffix:id; [1m]; -v1:0;
// gpt-35; -YYYY-MM-DD, -YYYYMMDD, @YYYYMMDD; :free, -fast, -high, -latest …; last the other orders
// of claude-4.5-sonnet. Never empty; no duplicates.
std::vector<ModelNameSpelling> ModelNameSpellings(std::string_view name);

}  // namespace toktally

#endif  // TOKTALLY_DATA_MODEL_NAME_H_
