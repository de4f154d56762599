// -m MODEL and -e ENCODING: which encoding a text is counted with, and how we know.

#ifndef TOKTALLY_CLI_OPTIONS_ENCODING_CHOICE_H_
#define TOKTALLY_CLI_OPTIONS_ENCODING_CHOICE_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exit_code.h"
#include "cli/io/output.h"
#include "cli/options/options.h"

namespace toktally {
class Encoding;
}

namespace toktally::cli {

struct EncodingOptions {
  // One -m or -e.
  struct Name {
    bool is_model;
    std::string text;
  };
  std::vector<Name> names;  // in the order of the command line
};

void Declare(EncodingOptions& options, OptionSet& set);

struct EncodingChoice {
  const Encoding* encoding = nullptr;
  std::string model;       // as given; empty if the encoding was named or is the default
  std::string how;         // how the model was found: "exact name", …; empty without a model
  std::string assumption;  // a sentence, if the model's encoding is not documented
  ExitCode code = ExitCode::kOk;
  std::shared_ptr<const Encoding> loaded = nullptr;  // keeps one that encodings add has stored
};

// The encoding of one name. If there is none, says so on `output` and returns a choice without an
// encoding whose code is the exit code.
EncodingChoice ChooseEncoding(const EncodingOptions::Name& name, std::string_view command,
                              Output& output);
// The same for the one name that the options give; o200k_base by default. Several are an error.
EncodingChoice ChooseEncoding(const EncodingOptions& options, std::string_view command,
                              Output& output);
// For each name, in order; o200k_base where there is none. The first that fails is the last.
std::vector<EncodingChoice> ChooseEncodings(const EncodingOptions& options,
                                            std::string_view command, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_OPTIONS_ENCODING_CHOICE_H_
