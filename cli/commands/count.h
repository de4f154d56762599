// toktally count: how many tokens texts are.

#ifndef TOKTALLY_CLI_COMMANDS_COUNT_H_
#define TOKTALLY_CLI_COMMANDS_COUNT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/io/file_list.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/io/text_counter.h"
#include "cli/options/measure_choice.h"
#include "cli/options/options.h"
#include "cli/options/report_files.h"
#include "cli/options/sample_options.h"
#include "cli/options/shard_options.h"
#include "cli/report/count_rows.h"

namespace toktally::cli {

struct CountArguments {
  FileListOptions files;
  std::optional<std::string> jsonl_field;
  bool lines = false;
  MeasureOptions measures;
  TextOptions text;
  bool each_file = false;
  bool tree = false;
  RowOptions rows;
  bool total = false;
  std::optional<std::uint64_t> threads;
  When progress = When::kAuto;
  ShardOptions shards;
  SampleOptions sampling;
  std::vector<ReportFile> report_files;
  OutputOptions output;
};

void Declare(CountArguments& options, OptionSet& set);
ExitCode RunCount(const CountArguments& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_COUNT_H_
