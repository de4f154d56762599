#include "cli/commands.h"

#include <algorithm>
#include <vector>

#include "base/absl_text.h"
#include "bpe/encodings.h"
#include "cli/commands/budget.h"
#include "cli/commands/cache.h"
#include "cli/commands/check.h"
#include "cli/commands/completions.h"
#include "cli/commands/cost.h"
#include "cli/commands/count.h"
#include "cli/commands/cut.h"
#include "cli/commands/diff.h"
#include "cli/commands/encode.h"
#include "cli/commands/encodings.h"
#include "cli/commands/forecast.h"
#include "cli/commands/growth.h"
#include "cli/commands/help.h"
#include "cli/commands/init.h"
#include "cli/commands/licenses.h"
#include "cli/commands/manual.h"
#include "cli/commands/merge.h"
#include "cli/commands/models.h"
#include "cli/commands/prices.h"
#include "cli/commands/request.h"
#include "cli/commands/schema.h"
#include "cli/commands/split.h"
#include "cli/commands/trim.h"
#include "cli/commands/udf.h"
#include "cli/commands/usage.h"
#include "cli/report/text.h"
#include "cli/version.h"
#include "pricing/rate_table.h"

namespace toktally::cli {
namespace {

ExitCode UsageError(std::string_view command, const absl::Status& status, Output& output) {
  output.Error(Concat(command, ": ", MessageOf(status)));
  return ExitCode::kUsage;
}

// The row of a command: its options are declared only when it is the one that runs.
template <typename Options, ExitCode (*Run)(const Options&, Input&, Output&)>
constexpr Command Row(std::string_view name, std::string_view summary, std::string_view examples) {
  Command command{name, summary, examples, nullptr, nullptr};
  command.declare = [](const std::function<void(const OptionSet&)>& use) {
    Options options;
    OptionSet set;
    Declare(options, set);
    use(set);
  };
  command.run = [](std::span<const std::string> arguments, Input& input, Output& output) {
    Options options;
    OptionSet set;
    Declare(options, set);
    if (const absl::Status status = set.Parse(arguments.subspan(1)); !status.ok()) {
      return UsageError(arguments[0], status, output);
    }
    if constexpr (requires { options.output; }) output.Configure(options.output);
    return Run(options, input, output);
  };
  return command;
}

constexpr Command kCommands[] = {
    // What a text is in tokens.
    Row<CountArguments, RunCount>("count",
                                  "count the tokens of files, directories or standard input",
                                  "toktally count README.md\n"
                                  "toktally count -m gpt-4o src docs\n"
                                  "toktally count --tree=2 --sort tokens\n"
                                  "toktally count -m gpt-4o -m gpt-4 prompt.txt\n"
                                  "git diff | toktally count\n"
                                  "n=$(toktally count < prompt.txt)\n"),
    Row<EncodeOptions, RunEncode>("encode", "print the token ids of a text",
                                  "echo -n 'hello world' | toktally encode\n"
                                  "toktally encode -m gpt-4 prompt.txt\n"
                                  "toktally encode --json prompt.txt\n"),
    Row<DecodeOptions, RunDecode>("decode", "print the text of token ids",
                                  "echo 24912 2375 | toktally decode\n"
                                  "toktally encode a.txt | toktally decode | cmp - a.txt\n"),
    Row<CutOptions, RunCut>("cut", "keep as much of a text as is a number of tokens",
                            "toktally cut --tokens 8000 report.txt > fits.txt\n"
                            "toktally cut --tokens 2k --from end < chat.log\n"
                            "toktally cut --tokens 4000 --from middle --mark ' […] ' log.txt\n"),
    Row<SplitOptions, RunSplit>("split", "cut a text into chunks of at most so many tokens",
                                "toktally split --tokens 512 --overlap 64 book.txt > chunks.jsonl\n"
                                "toktally split --tokens 800 --at markdown README.md\n"),
    Row<DiffOptions, RunDiff>("diff", "what a change of a text adds and removes in tokens",
                              "toktally diff old.txt new.txt\n"
                              "toktally diff HEAD:prompts/triage.md prompts/triage.md\n"),
    Row<BudgetOptions, RunBudget>("budget", "hold files to their tokens: AGENTS.md <= 5000; for CI",
                                  "toktally budget\n"
                                  "toktally budget --against origin/main --annotate\n"),

    Row<EncodingsOptions, RunEncodings>("encodings", "the encodings that there are; add one",
                                        "toktally encodings\n"
                                        "toktally encodings add qwen3 tokenizer.json\n"
                                        "toktally encodings add claude-v3 pieces_v3.json\n"),

    // Beyond one machine.
    Row<MergeOptions, RunMerge>("merge", "add up the reports of the parts of an input",
                                "toktally count --shard 2/7 --report part-2.json corpus/\n"
                                "toktally merge part-*.json\n"
                                "toktally merge part-*.json --json > all.json\n"),
    Row<UdfOptions, RunUdf>("udf", "a function for ClickHouse, Spark or any pipe of rows",
                            "printf 'hello world\\nbye\\n' | toktally udf count\n"
                            "toktally udf count --format rowbinary --chunk-header\n"
                            "toktally udf cost --format jsoneachrow < calls.jsonl\n"),

    // What it costs.
    Row<CostArguments, RunCost>(
        "cost", "what one call costs, and a month of them",
        "toktally cost -m gpt-4o --input article.txt --output reply.txt --calls-per-month 1M\n"
        "toktally cost -m gpt-5.4 -m gpt-5.4-mini --input-tokens 200k --cached-tokens 150k\n"
        "toktally cost -m o3 --input-tokens 1M --as-of 2025-06-09 --explain\n"),
    Row<ModelsOptions, RunModels>("models", "what is known of each model: encoding, rates, dates",
                                  "toktally models\n"
                                  "toktally models 'gpt-5*'\n"
                                  "toktally models claude --json\n"),
    Row<PricesOptions, RunPrices>("prices", "the price table: list, show, diff, validate, import",
                                  "toktally prices show o3\n"
                                  "toktally prices list 'gpt-5*' --as-of 2026-08-01\n"
                                  "toktally prices validate mine.json\n"
                                  "toktally prices import model_prices_and_context_window.json "
                                  "--checked 2026-11-20 --save mine.json\n"),
    Row<ForecastOptions, RunForecast>("forecast",
                                      "what the workloads of toktally.json cost in a month",
                                      "toktally forecast\n"
                                      "toktally forecast --compare gpt-5.4-mini claude-haiku-4-5\n"
                                      "toktally forecast --format html > forecast.html\n"),
    Row<CheckOptions, RunCheck>("check", "hold the workloads to their limits; for CI",
                                "toktally check --save base.json\n"
                                "toktally check --baseline base.json\n"
                                "toktally check --baseline base.json --format github >> "
                                "$GITHUB_STEP_SUMMARY\n"),

    Row<InitOptions, RunInit>("init", "write a first toktally.json from what lies in a repository",
                              "toktally init\n"
                              "toktally init -m gpt-5.4-mini prompts --print\n"),
    Row<SchemaOptions, RunSchema>("schema", "the JSON Schemas of toktally.json and of price tables",
                                  "toktally schema workloads > toktally.schema.json\n"),

    // Whole requests and what came back.
    Row<RequestArguments, RunRequest>(
        "request", "what whole requests will be billed: messages, tools, schemas, images",
        "toktally request request.json\n"
        "toktally request batch.jsonl --cost --output-tokens 100,400,2000\n"
        "toktally request finetune.jsonl -m gpt-4.1-mini --jsonl --budget 8000\n"
        "toktally request --against recorded.jsonl\n"),
    Row<TrimOptions, RunTrim>(
        "trim", "drop the oldest messages of a request until it fits",
        "toktally trim request.json --max-tokens 8000 > fits.json\n"
        "toktally trim --max-tokens 128k --reserve-output 4k < request.json\n"),
    Row<GrowthArguments, RunGrowth>(
        "growth", "what a conversation costs turn by turn when it is sent again each time",
        "toktally growth request.json --turns 50 --cost\n"
        "toktally growth request.json --turns 50 --max-tokens 8000 --reply-tokens 300\n"),
    Row<CacheArguments, RunCache>("cache", "what of a request providers keep, and what that saves",
                                  "toktally cache request.json\n"
                                  "toktally cache request.json --calls-per-hour 120\n"),
    Row<UsageOptions, RunUsage>("usage", "what recorded responses and session logs cost",
                                "toktally usage response.json stream.txt\n"
                                "toktally usage batch_output.jsonl --by finish_reason\n"
                                "toktally usage ~/.claude/projects ~/.codex/sessions --by day\n"),

    // The program itself.
    Row<CompletionsOptions, RunCompletions>("completions", "a completion script for your shell",
                                            "toktally completions bash > "
                                            "~/.local/share/bash-completion/completions/toktally\n"
                                            "toktally completions zsh > "
                                            "~/.zfunc/_toktally\n"
                                            "toktally completions fish > "
                                            "~/.config/fish/completions/toktally.fish\n"),
    Row<LicensesOptions, RunLicenses>("licenses", "what is linked and embedded, and its licences",
                                      "toktally licenses\n"
                                      "toktally licenses --full > THIRD_PARTY_NOTICES\n"
                                      "toktally licenses --spdx > toktally.spdx.json\n"),
    Row<ManOptions, RunMan>("man", "the manual page", "toktally man | man -l -\n"),
};

const Command* FindCommand(std::string_view name) {
  for (const Command& command : kCommands) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

void PrintVersion(Output& output) {
  output.Print(Concat("toktally ", kVersion, Commit().empty() ? "" : " (", Commit(),
                      Commit().empty() ? "" : ")", "\n"));
  const auto& table = pricing::RateTable::BuiltIn();
  if (table.ok()) output.Print(Concat("prices of ", ToString(table->as_of()), "\n"));
  for (const std::string_view name : EncodingNames()) {
    const std::string_view sha256 = FindEncoding(name)->vocabulary_sha256();
    output.Print(
        Concat(name, std::string(14 - std::min<std::size_t>(name.size(), 13), ' '), sha256, "\n"));
  }
}

bool IsHelpFlag(std::string_view argument) { return argument == "--help" || argument == "-h"; }

// True if --help is among the arguments before "--".
bool AsksForHelp(std::span<const std::string> arguments) {
  for (const std::string& argument : arguments) {
    if (argument == "--") return false;
    if (IsHelpFlag(argument)) return true;
  }
  return false;
}

ExitCode UnknownCommand(std::string_view name, Output& output) {
  if (name.find_first_of("./") != std::string_view::npos && FileExists(std::string(name))) {
    output.Error(
        Concat("'", name, "' is a file, not a command; toktally count ", name, " counts it"));
    return ExitCode::kUsage;
  }
  std::vector<std::string_view> known{"help", "version"};
  for (const Command& command : kCommands) known.push_back(command.name);
  std::string hint = DidYouMean(name, known);
  if (hint.empty()) hint = "; toktally --help lists the commands";
  const std::string_view kind = name.starts_with('-') ? "option" : "command";
  output.Error(Concat("unknown ", kind, " '", name, "'", hint));
  return ExitCode::kUsage;
}

ExitCode RunHelp(std::span<const std::string> topics, Output& output) {
  if (topics.empty()) {
    output.Print(OverviewHelp(output));
    return ExitCode::kOk;
  }
  const Command* command = FindCommand(topics[0]);
  if (command == nullptr) return UnknownCommand(topics[0], output);
  output.Print(CommandHelp(*command, output));
  return ExitCode::kOk;
}

}  // namespace

std::span<const Command> Commands() { return kCommands; }

ExitCode RunCommandLine(std::span<const std::string> arguments, Input& input, Output& output) {
  if (arguments.empty()) {
    output.PrintMessage(OverviewHelp(output));
    return ExitCode::kUsage;
  }
  const std::string_view name = arguments[0];
  if (IsHelpFlag(name) || name == "help") return RunHelp(arguments.subspan(1), output);
  if (name == "--version" || name == "-V" || name == "version") {
    PrintVersion(output);
    return ExitCode::kOk;
  }
  const Command* command = FindCommand(name);
  if (command == nullptr) return UnknownCommand(name, output);
  if (AsksForHelp(arguments.subspan(1))) return RunHelp(arguments.first(1), output);
  return command->run(arguments, input, output);
}

}  // namespace toktally::cli
