// What the program's exit status says; README.md and --help list the same.

#ifndef TOKTALLY_CLI_EXIT_CODE_H_
#define TOKTALLY_CLI_EXIT_CODE_H_

namespace toktally::cli {

enum class ExitCode : int {
  kOk = 0,
  kGateFailed = 1,    // a limit that the user set was passed
  kUsage = 2,         // wrong use or wrong configuration
  kInput = 3,         // an input could not be read or is invalid; the others were still reported
  kUnknownModel = 4,  // no such model, no public tokenizer, or no rate
  kOutput = 74,       // the result could not be written (EX_IOERR)
};

// The code of a run that met both: the first failure stands.
constexpr ExitCode FirstFailure(ExitCode first, ExitCode second) {
  return first == ExitCode::kOk ? second : first;
}

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_EXIT_CODE_H_
