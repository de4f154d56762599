// How sure a number of tokens is, and what a bill consists of.

#ifndef TOKTALLY_CHAT_LABEL_H_
#define TOKTALLY_CHAT_LABEL_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace toktally::chat {

// From best to worst: what consists of several parts is as sure as its worst.
enum class Certainty {
  kExact,          // at least 99 % of the recorded calls of its class were billed exactly so
  kReconstructed,  // as exact as a tokenizer that others rebuilt from the maker's counts
  kModelled,       // off by at most the stated bound on at least 99 % of the recorded calls
  kAssumed,        // no recorded calls: the rule of the nearest family
  kEstimate,       // calibrated: 90 % of the recorded calls lie within the stated range
  kUnknown,        // something in the request cannot be counted from its text
};
// "exact", "reconstructed", "modelled", "assumed", "estimate", "unknown".
std::string_view CertaintyName(Certainty certainty);

// A certainty and, where it is kModelled or kEstimate, the range of the bill in tokens: from
// `below` less to `bound` more than the number.
struct Label {
  Certainty certainty = Certainty::kAssumed;
  std::int64_t bound = 0;
  std::int64_t below = 0;  // of kEstimate; where it is kModelled, `bound` counts both ways
  std::int64_t calls = 0;  // of kEstimate: how many recorded calls it was calibrated on

  // How much less than the number the bill may be.
  std::int64_t Below() const { return certainty == Certainty::kEstimate ? below : bound; }
  // Whether it states a range, of which the recorded calls can say whether it was true.
  bool HasRange() const {
    return certainty <= Certainty::kModelled || certainty == Certainty::kEstimate;
  }
  friend bool operator==(const Label&, const Label&) = default;
};

// The label of the sum of two numbers: no surer than either, and their bounds add up.
Label Worse(const Label& a, const Label& b);

// What the tokens of a prompt are for.
enum class PartKind { kText, kFraming, kTools, kHistory, kSchema, kImages, kPriming };
inline constexpr std::size_t kPartKinds = 7;
// "text", "framing", "tools", "tool history", "schema", "images", "priming".
std::string_view PartKindName(PartKind kind);

// Something about a request that its user should know.
struct Remark {
  // The part that is no surer than this because of it; kExact: it only says how something was read.
  Certainty certainty = Certainty::kExact;
  PartKind part = PartKind::kText;
  std::string text;           // names what it is and, in brackets, the path of its key
  bool server_state = false;  // of kUnknown: what is missing stands on the server
};

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_LABEL_H_
