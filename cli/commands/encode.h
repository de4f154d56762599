// toktally encode and toktally decode: text to token ids and back.

#ifndef TOKTALLY_CLI_COMMANDS_ENCODE_H_
#define TOKTALLY_CLI_COMMANDS_ENCODE_H_

#include <string>

#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/io/text_counter.h"
#include "cli/options/encoding_choice.h"
#include "cli/options/options.h"

namespace toktally::cli {

struct EncodeOptions {
  std::string path = "-";
  EncodingOptions encoding;
  TextOptions text;
  bool json = false;
  bool html = false;
  bool ids = false;  // on a terminal, too
  When color = When::kAuto;
  bool quiet = false;
};

void Declare(EncodeOptions& options, OptionSet& set);
ExitCode RunEncode(const EncodeOptions& options, Input& input, Output& output);

struct DecodeOptions {
  std::string path = "-";
  EncodingOptions encoding;
};

void Declare(DecodeOptions& options, OptionSet& set);
// Nothing is printed unless every id names a token.
ExitCode RunDecode(const DecodeOptions& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_ENCODE_H_
