// -m MODEL and -e ENCODING: which encoding a text is counted with, and how we know.

#ifndef TOKTALLY_CLI_OPTIONS_ENCODING_CHOICE_H_
#define TOKTALLY_CLI_OPTIONS_ENCODING_CHOICE_H_

#include <optional>
#include <string>

#include "bpe/encoding.h"
#include "cli/exit_code.h"
#include "cli/io/output.h"
#include "cli/options/options.h"

namespace toktally::cli {

struct EncodingOptions {
  std::optional<std::string> model;
  std::optional<std::string> encoding;
};

void Declare(EncodingOptions& options, OptionSet& set);

struct EncodingChoice {
  const Encoding* encoding = nullptr;
  std::string model;       // as given; empty if the encoding was named or is the default
  std::string how;         // how the model was found: "exact name", …; empty without a model
  std::string assumption;  // a sentence, if the model's encoding is not documented
  ExitCode code = ExitCode::kOk;
};

// The encoding that the options ask for; o200k_base by default. If there is none, says so on
// `output` and returns a choice without an encoding whose code is the exit code.
EncodingChoice ChooseEncoding(const EncodingOptions& options, std::string_view command,
                              Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_OPTIONS_ENCODING_CHOICE_H_
