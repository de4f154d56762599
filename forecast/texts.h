// The texts and requests of a workload file, counted: each once per way of counting, on several
// threads.

#ifndef TOKTALLY_CLI_WORKLOAD_TEXTS_H_
#define TOKTALLY_CLI_WORKLOAD_TEXTS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"
#include "bpe/encoding.h"
#include "chat/count.h"
#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/workload_file.h"

namespace toktally::cli {

// Why a plan could not be made, and which code the program ends with.
struct PlanError {
  std::string message;
  ExitCode code = ExitCode::kUsage;
};

// How a text is counted: plain text by its encoding, a request by the rules of its model too.
struct CountingWay {
  const Encoding* encoding = nullptr;
  std::string model;  // whose rules; only looked at for requests
};

struct CountedText {
  std::int64_t tokens = 0;
  std::string remark;  // a sentence, if there is more to say than the number
};

class WorkloadTexts {
 public:
  // Names one text counted in one way.
  struct Ticket {
    std::size_t text = 0;
    std::size_t way = 0;
  };

  // Files are read relative to `file`.
  WorkloadTexts(const WorkloadFile& file, const Input& input) : file_(file), input_(input) {}

  // Notes that this is to be counted. `source` has a text.
  Ticket Want(const TokenSource& source, const CountingWay& way);

  // Reads and counts all that is wanted and was not counted yet. False if something cannot be read
  // or is no request: then `error` says what, the first in the order in which they were wanted.
  bool Run(PlanError& error);

  // What was counted.
  const CountedText& Of(Ticket ticket) const { return texts_[ticket.text].counts[ticket.way]; }

 private:
  struct Text {
    TokenSource source;
    std::vector<CountingWay> ways;
    std::vector<CountedText> counts;  // of the first ways
    std::optional<std::string> kept;  // of what can be read only once, such as a pipe
    PlanError error;
  };

  // Counts what is missing on so many threads. False if the text has more than `most` bytes.
  bool Count(Text& text, unsigned threads, std::uint64_t most) const;
  bool CountPlain(Text& text, unsigned threads, std::uint64_t most) const;
  void CountRequest(Text& text) const;
  absl::StatusOr<std::unique_ptr<ByteSource>> Open(Text& text) const;
  std::string PathOf(const Text& text) const;
  std::string NameOf(const Text& text) const;
  void Fail(Text& text, std::string_view why, ExitCode code) const;

  const WorkloadFile& file_;
  const Input& input_;
  std::vector<Text> texts_;
  // Texts by their content, files and requests by their path.
  std::map<TokenSource::Kind, std::unordered_map<std::string_view, std::size_t>> known_;
};

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_WORKLOAD_TEXTS_H_
