// -m, -e and --tokenizer: the ways in which a text is counted side by side.

#ifndef TOKTALLY_CLI_OPTIONS_MEASURE_CHOICE_H_
#define TOKTALLY_CLI_OPTIONS_MEASURE_CHOICE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/io/text_measures.h"
#include "cli/options/encoding_choice.h"
#include "cli/options/options.h"

namespace toktally::cli {

struct MeasureOptions {
  EncodingOptions encoding;
  std::optional<std::string> tokenizer;  // a file
  bool estimate = false;                 // an estimate may be the result
};

void Declare(MeasureOptions& options, OptionSet& set);

struct MeasureChoice {
  std::vector<Measure> measures;  // at least one, unless `code` says why not
  ExitCode code = ExitCode::kOk;
};

// Says on `output` what is wrong. A Claude model is counted with the pieces of --tokenizer or of
// the store, else estimated; any other file of --tokenizer is one more measure.
MeasureChoice ChooseMeasures(const MeasureOptions& options, std::string_view command,
                             const Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_OPTIONS_MEASURE_CHOICE_H_
