// toktally encode and toktally decode: text to token ids and back.

#ifndef TOKTALLY_CLI_ENCODE_H_
#define TOKTALLY_CLI_ENCODE_H_

#include <string>

#include "cli/encoding_choice.h"
#include "cli/exit_code.h"
#include "cli/input.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/text_counter.h"

namespace toktally::cli {

struct EncodeOptions {
  std::string path = "-";
  EncodingOptions encoding;
  TextOptions text;
  bool json = false;
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

#endif  // TOKTALLY_CLI_ENCODE_H_
