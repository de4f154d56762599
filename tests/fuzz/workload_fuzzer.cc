// Any text as a workload file: it is refused in one line that names the file, or forecast and
// judged, with low <= expected <= high. Files that it names are not opened.

#include <algorithm>
#include <string>

#include "cli/commands/check.h"
#include "cli/report/forecast_report.h"
#include "cli/plan.h"
#include "tests/cli/memory_output.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/json_from_bytes.h"
#include "tests/fuzz/price_words.h"

using toktally::testing::FuzzCheck;
namespace cli = toktally::cli;
namespace pricing = toktally::pricing;

namespace {

bool NamesFiles(const cli::WorkloadFile& file) {
  const auto is_file = [](const cli::TokenSource& source) {
    return source.HasText() && source.kind != cli::TokenSource::Kind::kText;
  };
  return std::any_of(
      file.workloads.begin(), file.workloads.end(), [&](const cli::WorkloadSpec& spec) {
        return is_file(spec.prompt) || is_file(spec.turn_input) || is_file(spec.reply);
      });
}

void CheckOrder(const pricing::Range<pricing::Ratio>& usd) {
  using pricing::Point;
  FuzzCheck(usd.at(Point::kLow).sign() >= 0, "no month is negative");
  FuzzCheck(usd.at(Point::kLow) <= usd.at(Point::kExpected), "low");
  FuzzCheck(usd.at(Point::kExpected) <= usd.at(Point::kHigh), "high");
}

void Forecast(const std::string& text) {
  const auto file = cli::ParseWorkloadFile(text, "fuzz.json");
  if (!file.ok()) {
    FuzzCheck(file.status().message().substr(0, 10) == "fuzz.json:", "the error names the file");
    return;
  }
  if (NamesFiles(*file)) return;
  const cli::Input input("", {2026, 11, 22});
  cli::MemorySink out;
  cli::MemorySink err;
  cli::Output output(out, err, cli::Terminal{});
  const cli::Prices prices(cli::PriceOptions{}, "fuzz", input, output);
  cli::WorkloadTexts texts(*file, input);
  cli::PlanError error;
  auto plan = cli::MakePlan(*file, std::nullopt, prices, texts, error);
  if (!plan) {
    FuzzCheck(error.message.starts_with("fuzz.json:"), "the error names the file");
    FuzzCheck(error.code == cli::ExitCode::kUsage || error.code == cli::ExitCode::kUnknownModel,
              "the file is wrong, or the table does not know");
    return;
  }
  CheckOrder(plan->total);
  for (const cli::PlanRow& row : plan->rows) CheckOrder(MonthOf(row));
  cli::CheckReport report{"fuzz.json", *std::move(plan), std::nullopt, {}, {}, false};
  cli::Judge(*file, report);
  for (const cli::Format format :
       {cli::Format::kTable, cli::Format::kJson, cli::Format::kHtml, cli::Format::kGithub}) {
    cli::PrintCheck(report, prices, format, output);
  }
  const std::string baseline = WriteBaseline(BaselineOf(report.plan, prices));
  FuzzCheck(cli::ParseBaseline(baseline, "base").ok(), "the baseline can be read");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > toktally::testing::kLongestMerge) return 0;
  const toktally::testing::ExactCopy copy(data, size);
  Forecast(std::string(copy.view()));
  toktally::testing::JsonFromBytes json(copy.view(), toktally::testing::kWorkloadWords);
  Forecast(R"({"workloads": {"w": )" + json.Make() + R"(}, "limits": )" + json.Make() + "}");
  // Members of a workload that would be fine without them.
  const std::string members = json.Make();
  Forecast(R"({"workloads": {"w": {"model": "gpt-5.4-mini", "input_tokens": 1000,
      "output_tokens": 10, "calls_per_month": 1000)" +
           std::string(members == "{}" ? "" : ", ") + members.substr(1) + "}}");
  return 0;
}
