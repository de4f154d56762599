// toktally count --jsonl-field, --lines: files that hold many texts, each counted on its own.

#ifndef TOKTALLY_CLI_COMMANDS_COUNT_RECORDS_H_
#define TOKTALLY_CLI_COMMANDS_COUNT_RECORDS_H_

#include "cli/commands/count.h"
#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"

namespace toktally::cli {

// Counts the texts at options.jsonl_field, a path of keys with dots; where it meets an array, it
// goes on in every element. Or, with options.lines, every line without its newline. Texts are
// counted one by one, as ordinary text. A line that is no JSON is reported and the others are still
// counted; records without the field are counted and said.
ExitCode RunCountRecords(const CountArguments& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_COUNT_RECORDS_H_
