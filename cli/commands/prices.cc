#include "cli/commands/prices.h"

#include <utility>

#include "base/absl_text.h"
#include "base/json.h"
#include "cli/io/file_writer.h"
#include "cli/report/escape.h"
#include "cli/report/text.h"
#include "pricing/import.h"

namespace toktally::cli {
namespace {

constexpr std::string_view kActions[] = {"list", "show",     "history", "find",
                                         "diff", "validate", "import",  "update"};

ExitCode WrongUse(std::string_view message, Output& output) {
  output.Error(Concat("prices: ", message));
  return ExitCode::kUsage;
}

// Whether a table that was read says that it is of the first schema.
bool IsFirstSchema(const std::string& path, const Input& input) {
  if (path == "-") return false;
  const auto text = input.ReadAll(path);
  if (!text.ok()) return false;
  const auto document = JsonDocument::Parse(*text, path);
  const auto schema = document.ok() ? document->root().Find("schema") : std::nullopt;
  return schema && schema->text() == "1";
}

// The files named after the action, each read by the strict reader.
ExitCode ValidatePrices(const PricesOptions& options, const Input& input, Output& output) {
  if (options.words.size() < 2) return WrongUse("validate which FILE?", output);
  ExitCode code = ExitCode::kOk;
  for (std::size_t i = 1; i < options.words.size(); ++i) {
    const auto table = ReadPriceFile(options.words[i], input);
    if (!table.ok()) {
      code = WrongUse(MessageOf(table.status()), output);
      continue;
    }
    std::size_t rows = 0;
    for (const pricing::PricedModel& model : table->models()) rows += model.rows.size();
    output.Print(Concat(DisplayName(options.words[i]), ": fine: ", table->models().size(),
                        " models, ", rows, " rows, as of ", ToString(table->as_of()), "\n"));
    if (IsFirstSchema(options.words[i], input)) {
      output.PrintMessage(
          Concat(DisplayName(options.words[i]),
                 ": schema 1 is still read; all of it is schema 2 too, which has more: "
                 "write \"schema\": 2\n"));
    }
  }
  return code;
}

void PrintLines(std::string_view title, const std::vector<std::string>& lines, Output& output) {
  if (lines.empty()) return;
  output.PrintMessage(Concat(title, " ", lines.size(), ":\n"));
  for (const std::string& line : lines)
    output.PrintMessage(Concat("  ", EscapeForTerminal(line), "\n"));
}

void ReportImport(const pricing::ForeignPrices& foreign, const pricing::ImportReport& report,
                  bool quiet, Output& output) {
  if (quiet) return;
  PrintLines("added", report.added, output);
  PrintLines("changed", report.changed, output);
  PrintLines("kept ours", report.kept, output);
  PrintLines("left out, for another model has the name:", report.clashing, output);
  output.PrintMessage(Concat(ImportFormatName(foreign.format), ": ", foreign.models.size(),
                             " models read: ", report.added.size(), " added, ",
                             report.changed.size(), " rows changed, ", report.unchanged.size(),
                             " models unchanged, ", report.kept.size(), " rows kept as newer; ",
                             "skipped: ", foreign.other_providers, " models of other providers, ",
                             foreign.without_rates, " without rates, ", foreign.ignored_rates,
                             " rates of other kinds; ", foreign.rounded, " floats rounded\n"));
}

}  // namespace

ExitCode ImportPrices(const PricesOptions& options, const Prices& prices, const Input& input,
                      Output& output) {
  if (options.words.size() != 2) return WrongUse("import which one FILE?", output);
  if (!options.checked) {
    return WrongUse(
        "import needs --checked DATE, the day that the file is of: newer rows are never "
        "replaced by older ones",
        output);
  }
  const std::string name = DisplayName(options.words[1]);
  const auto text = input.ReadAll(options.words[1]);
  if (!text.ok()) return WrongUse(Concat(name, ": ", MessageOf(text.status())), output);
  const auto foreign =
      pricing::ReadForeignPrices(*text, name, {*options.checked, options.providers});
  if (!foreign.ok()) return WrongUse(MessageOf(foreign.status()), output);
  pricing::ImportReport report;
  const auto merged = MergeImport(prices.table(), *foreign, &report);
  std::map<std::string, pricing::RateSource> sources = prices.table().sources();
  const std::string source(ImportFormatName(foreign->format));
  sources[source] = {Concat("imported from ", source), "", ToString(*options.checked)};
  const std::string result = WritePrices(merged, sources, *options.checked);
  // What we write must be what we read.
  const auto read_back = pricing::RateTable::Parse(result, name);
  if (!read_back.ok()) return WrongUse(MessageOf(read_back.status()), output);
  ReportImport(*foreign, report, output.quiet(), output);
  if (!options.save) {
    output.Print(result);
    return ExitCode::kOk;
  }
  const absl::Status saved = WriteFileWhole(*options.save, result);
  if (saved.ok()) return ExitCode::kOk;
  output.Error(Concat("prices: ", DisplayName(*options.save), ": ", MessageOf(saved)));
  return ExitCode::kOutput;
}

void Declare(PricesOptions& options, OptionSet& set) {
  set.Positionals("ACTION", options.words,
                  "list [PATTERN] · show MODEL… · history MODEL · find · diff FILE [FILE] · "
                  "validate FILE… · import FILE · update FILE|URL|- "
                  "(LiteLLM's model prices, genai-prices' v2 data.json, models.dev's api.json, "
                  "OpenRouter's list of models)",
                  /*required=*/true);
  set.Parsed(
      "--checked", "DATE",
      [&options](const std::string& value) {
        const auto date = pricing::ParseDate(value);
        if (!date.ok()) return absl::InvalidArgumentError("is not a date such as 2026-11-22");
        options.checked = *date;
        return absl::OkStatus();
      },
      "import: the day that the file is of");
  set.Texts("--providers", "NAME", options.providers,
            "import, update: also models of this provider, which the table lacks; all: of every "
            "one. find: only models of this one");
  set.Flag("--check", options.check, "update: change nothing; exit 1 with what would change");
  set.Flag("--allow-older", options.allow_older, "update: take a table older than the one in use");
  set.Count("--input-tokens", "N", options.input_tokens, "find: the prompt of a call");
  set.Count("--output-tokens", "N", options.output_tokens, "find: its reply");
  set.Count("--cached-tokens", "N", options.cached_tokens,
            "find: part of the prompt that is read from the cache, at a rate of its own");
  set.Count("--context", "N", options.context, "find: the least context window");
  set.Count("--most", "N", options.most, "find: so many models, the cheapest first (20)");
  DeclareTier(options.tier, set);
  set.Text("--save", "FILE", options.save,
           "import: write the new and changed models there, for --prices");
  Declare(options.prices, set);
  DeclareReport(options.output, /*comment=*/false, set);
}

ExitCode RunPrices(const PricesOptions& options, Input& input, Output& output) {
  const std::string& action = options.words.front();
  if (options.output.ChosenFormat() == Format::kHtml && action != "history") {
    return WrongUse(Concat("only history is a page too, not ", action), output);
  }
  if (action == "validate") return ValidatePrices(options, input, output);
  const Prices prices(options.prices, "prices", input, output);
  if (!prices.ok()) return ExitCode::kUsage;
  if (action == "list") return ListPrices(options, prices, output);
  if (action == "show") return ShowPrices(options, prices, output);
  if (action == "history") return HistoryOfPrices(options, prices, output);
  if (action == "find") return FindPrices(options, prices, output);
  if (action == "update") return UpdatePrices(options, prices, input, output);
  if (action == "diff") return DiffPrices(options, prices, input, output);
  if (action == "import") return ImportPrices(options, prices, input, output);
  return WrongUse(Concat("unknown action '", action, "'", DidYouMean(action, kActions),
                         "; there are list, show, history, find, diff, validate, import, update"),
                  output);
}

}  // namespace toktally::cli
