#include "cli/options/plan_options.h"

#include <filesystem>
#include <new>
#include <set>
#include <system_error>
#include <utility>

#include "base/absl_text.h"
#include "cli/io/side_by_side.h"
#include "cli/io/text_counter.h"
#include "cli/io/walk.h"
#include "cli/report/text.h"
#include "forecast/what_if.h"

namespace toktally::cli {
namespace {

constexpr std::string_view kDefaultConfig = "toktally.json";

// To read the built-in table takes as long as to read a thousand workloads: it is done beside it.
void ReadBuiltInPrices() {
  try {
    static_cast<void>(pricing::RateTable::BuiltIn());
  } catch (const std::bad_alloc&) {
    // Whoever needs the table reads it again, and tells.
  }
}

}  // namespace

void Declare(PlanOptions& options, OptionSet& set) {
  set.Positional("FILE", options.config, "The workload file (default toktally.json)");
  DeclarePlanFlags(options, set);
}

void DeclarePlanFlags(PlanOptions& options, OptionSet& set) {
  set.Texts("--set", "WORKLOAD.KEY=VALUE", options.settings,
            "Take this value instead: --set support.cached_share=0.8; again for more");
  Declare(options.prices, set);
}

absl::StatusOr<std::string> PlanTexts::Read(const std::string& path) const {
  const auto source = input_.OpenNamed(path, rule_);
  return source.ok() ? ReadRest(**source) : absl::StatusOr<std::string>(source.status());
}

absl::StatusOr<std::string> PlanTexts::ReadConfig(const std::string& path) const {
  std::error_code ignored;
  const bool link = std::filesystem::is_symlink(path, ignored) && !path.starts_with("/dev/") &&
                    !path.starts_with("/proc/");
  return link ? Read(path) : input_.ReadAll(path, rule_.most_bytes);
}

absl::Status PlanTexts::CheckAccess(const std::string& path) const {
  return input_.OpenNamed(path, rule_).status();
}

absl::StatusOr<forecast::TextAccess::PlainCount> PlanTexts::Count(std::string_view text,
                                                                  const Encoding& encoding,
                                                                  bool alone) const {
  TextOptions options;
  options.has_force = false;
  const auto source = MakeMemorySource(text);
  const auto count = TextCounter(encoding, options, nullptr)
                         .Count(*source, alone ? DefaultThreads() : 1, /*skip_binary=*/false);
  if (!count.ok()) return count.status();
  return PlainCount{static_cast<std::int64_t>(count->tokens[0]), count->first_ill_formed};
}

void PlanTexts::ForEach(std::size_t count, const std::function<void(std::size_t)>& work) const {
  RunSideBySide(DefaultThreads(), count, work);
}

std::string PlanTexts::DisplayName(std::string_view path) const { return cli::DisplayName(path); }

std::optional<forecast::WorkloadFile> ReadPlanFile(PlanOptions& options, std::string_view command,
                                                   const PlanTexts& texts, Output& output) {
  const Ahead ahead(ReadBuiltInPrices);
  const auto fail = [&](std::string_view why) {
    output.Error(Concat(command, ": ", why));
    return std::nullopt;
  };
  auto text = texts.ReadConfig(options.config);
  if (!text.ok()) {
    const std::string_view help =
        options.config == kDefaultConfig ? "; docs/workloads.md shows one" : "";
    return fail(Concat(DisplayName(options.config), ": ", MessageOf(text.status()), help));
  }
  const std::string name = options.config == "-" ? "stdin" : options.config;
  text = forecast::WithSettings(*std::move(text), name, options.settings);
  if (!text.ok())
    return fail(Concat(options.settings.empty() ? "" : "--set: ", MessageOf(text.status())));
  auto file = forecast::ParseWorkloadFile(*std::move(text), name);
  if (!file.ok()) return fail(MessageOf(file.status()));
  std::vector<std::string> paths;
  for (const JsonValue& value : file->prices) {
    paths.push_back(forecast::RelativeTo(file->name, std::string(value.text())));
    const absl::Status access = texts.CheckAccess(paths.back());
    if (access.ok()) continue;
    return fail(Concat(value.Where(), ": ", DisplayName(paths.back()), ": ", MessageOf(access)));
  }
  options.prices.prices.insert(options.prices.prices.begin(), paths.begin(), paths.end());
  // What the command line says comes before the file: insert leaves what is there.
  pricing::Contract& contract = options.prices.contract;
  contract.factors.insert(file->contract.factors.begin(), file->contract.factors.end());
  contract.seller_factors.insert(file->contract.seller_factors.begin(),
                                 file->contract.seller_factors.end());
  contract.names.insert(file->contract.names.begin(), file->contract.names.end());
  return *std::move(file);
}

ExitCode PlanExitCode(const absl::Status& status) {
  return status.code() == absl::StatusCode::kNotFound ? ExitCode::kUnknownModel : ExitCode::kUsage;
}

ExitCode TellFailures(const forecast::Plan& plan, std::string_view prefix, Output& output) {
  ExitCode code = ExitCode::kOk;
  std::set<std::string> told;  // a model that --compare does not find fails for every workload
  for (const forecast::Failure& failure : plan.failures) {
    const std::string why = MessageOf(failure.status);
    if (told.insert(why).second) output.Error(Concat(prefix, ": ", why));
    code = WorstOf(code, PlanExitCode(failure.status));
  }
  return code;
}

RatesSource SourceOf(const PlanOptions& options, const Prices& prices) {
  return {DisplayName(options.config), ToString(prices.date()), prices.TableDate()};
}

}  // namespace toktally::cli
