// toktally udf: a function of a database or a pipe: rows on standard input, one result a row.

#ifndef TOKTALLY_CLI_COMMANDS_UDF_H_
#define TOKTALLY_CLI_COMMANDS_UDF_H_

#include <string>

#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/io/row_format.h"
#include "cli/options/encoding_choice.h"
#include "cli/options/options.h"
#include "cli/options/price_options.h"

namespace toktally::cli {

struct UdfOptions {
  enum class Invalid { kError, kNull };
  std::string function;
  RowFormat format = RowFormat::kTabSeparated;
  bool chunk_header = false;
  bool nullable = false;
  bool encoding_column = false;
  bool date_column = false;
  Invalid invalid = Invalid::kError;
  std::string result_name = "result";
  EncodingOptions encoding;
  PriceOptions prices;
};

void Declare(UdfOptions& options, OptionSet& set);
// Answers every row in order and in flat memory; what was answered goes out before it waits for
// more. The first row that cannot be answered ends it, with the number of the row, so that whoever
// reads gets too few results and not a wrong one.
ExitCode RunUdf(const UdfOptions& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_UDF_H_
