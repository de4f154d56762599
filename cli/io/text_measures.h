// The ways in which one text may be counted side by side: an encoding's, a tokenizer file's, a
// Claude model's by its pieces or by an estimate.

#ifndef TOKTALLY_CLI_IO_TEXT_MEASURES_H_
#define TOKTALLY_CLI_IO_TEXT_MEASURES_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "bpe/claude/family.h"
#include "bpe/encoding.h"
#include "cli/io/encoding_store.h"
#include "cli/io/input.h"
#include "cli/io/text_counter.h"

namespace toktally::cli {

struct Measure {
  enum class Certainty {
    kExact,
    kReconstructed,  // by pieces that others rebuilt, or by another model's tokenizer
    kEstimate,       // calibrated: its range holds 90 % of such texts
  };
  std::string name;        // of a column: the model as given, or the encoding's
  std::string model;       // as given; empty where none was
  std::string tokenizer;   // "o200k_base", "claude-v3", the name of a file
  std::string sha256;      // of the vocabulary or the pieces; empty for an estimate
  std::string assumption;  // a sentence; empty where everything is known
  Certainty certainty = Certainty::kExact;
  // What counts: of an estimate o200k_base, whose tokens it goes by; null with pieces.
  const Encoding* encoding = nullptr;
  std::shared_ptr<const Encoding> loaded = nullptr;  // keeps the encoding that a file gave
  bool nfc = false;                                  // the text is brought to NFC first
  claude::Family family = claude::Family::kV3;       // of the other two
  std::shared_ptr<const ClaudePieces> pieces = nullptr;
};

// "exact", "reconstructed", "estimate".
std::string_view CertaintyWord(Measure::Certainty certainty);

// What one measure makes of one text. Sums add up member by member.
struct TokenRange {
  std::uint64_t tokens = 0;
  std::uint64_t low = 0;  // both the tokens, but of an estimate
  std::uint64_t high = 0;

  void Add(const TokenRange& other) {
    tokens += other.tokens;
    low += other.low;
    high += other.high;
  }
  // The larger side of the range in percent of the tokens, rounded up.
  std::uint64_t BoundPercent() const;
};

struct MeasuredText {
  std::vector<TokenRange> ranges;  // for each measure
  TextCount count;                 // the rest of what there is to say
  std::string_view sort;           // of the last estimate: "prose", "code" …
};

// Counts texts by all measures in one pass. Thread-safe. The measures must outlive it.
class TextMeter {
 public:
  TextMeter(const std::vector<Measure>& measures, const TextOptions& options,
            std::atomic<std::uint64_t>* bytes_read)
      : measures_(measures), options_(options), bytes_read_(bytes_read) {}

  // As TextCounter::Count.
  absl::StatusOr<MeasuredText> Count(ByteSource& source, unsigned threads, bool skip_binary,
                                     std::string_view path) const;

 private:
  const std::vector<Measure>& measures_;
  const TextOptions options_;
  std::atomic<std::uint64_t>* const bytes_read_;
};

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_TEXT_MEASURES_H_
