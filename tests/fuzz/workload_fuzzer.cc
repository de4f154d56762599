// Any text as a workload file: it is refused in one line that names the file, or forecast and
// judged, with low <= expected <= high. Files that it names are not opened.

#include <algorithm>
#include <string>

#include "cli/options/plan_options.h"
#include "cli/report/check_report.h"
#include "forecast/baseline.h"
#include "forecast/verdict.h"
#include "tests/cli/memory_output.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/json_from_bytes.h"
#include "tests/fuzz/price_words.h"

using toktally::testing::FuzzCheck;
namespace cli = toktally::cli;
namespace forecast = toktally::forecast;
namespace pricing = toktally::pricing;

namespace {

bool NamesFiles(const forecast::WorkloadFile& file) {
  const auto is_file = [](const forecast::TokenSource& source) {
    return source.HasText() && source.kind != forecast::TokenSource::Kind::kText;
  };
  return std::any_of(
      file.workloads.begin(), file.workloads.end(), [&](const forecast::WorkloadSpec& spec) {
        return is_file(spec.prompt) || is_file(spec.turn_input) || is_file(spec.reply);
      });
}

void CheckOrder(const forecast::Range<pricing::Ratio>& usd) {
  using forecast::Point;
  FuzzCheck(usd.at(Point::kLow).sign() >= 0, "no month is negative");
  FuzzCheck(usd.at(Point::kLow) <= usd.at(Point::kExpected), "low");
  FuzzCheck(usd.at(Point::kExpected) <= usd.at(Point::kHigh), "high");
}

void Forecast(const std::string& text) {
  const auto file = forecast::ParseWorkloadFile(text, "fuzz.json");
  if (!file.ok()) {
    FuzzCheck(file.status().message().substr(0, 10) == "fuzz.json:", "the error names the file");
    return;
  }
  if (NamesFiles(*file)) return;
  const forecast::TextAccess access;
  const auto& table = *pricing::RateTable::BuiltIn();
  cli::CheckReport report{{"fuzz.json", "2026-11-22", "2026-11-22"},
                          MakePlan(*file, table, {2026, 11, 22}, access),
                          {},
                          false};
  for (const forecast::Failure& failure : report.plan.failures) {
    FuzzCheck(failure.status.message().substr(0, 10) == "fuzz.json:", "the error names the file");
  }
  CheckOrder(report.plan.total);
  for (const forecast::PlanRow& row : report.plan.rows) CheckOrder(row.forecast.Usd());
  const std::string text_of_baseline = WriteBaseline(BaselineOf(report.plan, file->limits, table));
  const auto baseline = forecast::ParseBaseline(text_of_baseline, "base");
  FuzzCheck(baseline.ok(), "the baseline can be read");
  report.verdict = Judge(*file, report.plan, &*baseline, table);
  FuzzCheck(!report.verdict.AnythingChanged(), "a plan is like its own baseline");
  cli::MemorySink out;
  cli::MemorySink err;
  cli::Output output(out, err, cli::Terminal{});
  for (const cli::Format format :
       {cli::Format::kTable, cli::Format::kJson, cli::Format::kHtml, cli::Format::kGithub}) {
    PrintCheck(report, format, output);
  }
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
