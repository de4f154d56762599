// The texts and requests of a workload file, counted: each once per way of counting, on several
// threads.

#ifndef TOKTALLY_CLI_WORKLOAD_TEXTS_H_
#define TOKTALLY_CLI_WORKLOAD_TEXTS_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bpe/encoding.h"
#include "cli/input.h"
#include "cli/plan.h"
#include "cli/workload_file.h"

namespace toktally::cli {

// How a text is counted: plain text by its encoding, a request by the rules of its model too.
struct CountingWay {
  const Encoding* encoding = nullptr;
  std::string model;  // whose rules; only looked at for requests
};

struct CountedText {
  std::int64_t tokens = 0;
  std::string remark;  // a sentence, if the number is not exact
};

class WorkloadTexts {
 public:
  // Files are read relative to `file`.
  WorkloadTexts(const WorkloadFile& file, const Input& input) : file_(file), input_(input) {}

  // Notes that this is to be counted; sources without text are ignored.
  void Want(const TokenSource& source, const CountingWay& way);

  // Reads and counts everything. False if something cannot be read or is no request: then `error`
  // says what.
  bool Run(PlanError& error);

  // What was counted; the number itself for a source of kTokens.
  CountedText Of(const TokenSource& source, const CountingWay& way) const;

 private:
  struct Task {
    const TokenSource* source = nullptr;
    std::vector<CountingWay> ways;
    std::vector<CountedText> counts;  // as `ways`
    PlanError error;
  };
  // Texts by their content, files by their path.
  using Key = std::pair<TokenSource::Kind, std::string>;
  static Key KeyOf(const TokenSource& source);

  void Count(Task& task) const;

  const WorkloadFile& file_;
  const Input& input_;
  std::map<Key, Task> tasks_;
};

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_WORKLOAD_TEXTS_H_
