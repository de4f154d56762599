// What the program's exit status says; README.md and --help list the same.

#ifndef TOKTALLY_CLI_EXIT_CODE_H_
#define TOKTALLY_CLI_EXIT_CODE_H_

#include <initializer_list>

namespace toktally::cli {

enum class ExitCode : int {
  kOk = 0,
  kGateFailed = 1,    // a limit that the user set was passed
  kUsage = 2,         // wrong use or wrong configuration
  kInput = 3,         // an input could not be read or is invalid; the others were still reported
  kUnknownModel = 4,  // no such model, no public tokenizer, or no rate
  kOutput = 74,       // the result could not be written (EX_IOERR)
};

// The code of a run that met both. Which of them stands does not hang on the order of the inputs or
// on threads: what makes the result least worth reading goes first.
constexpr ExitCode WorstOf(ExitCode one, ExitCode other) {
  for (const ExitCode code : {ExitCode::kOutput, ExitCode::kUsage, ExitCode::kUnknownModel,
                              ExitCode::kInput, ExitCode::kGateFailed}) {
    if (one == code || other == code) return code;
  }
  return ExitCode::kOk;
}

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_EXIT_CODE_H_
