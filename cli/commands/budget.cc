#include "cli/commands/budget.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/absl_text.h"
#include "cli/io/counting_pass.h"
#include "cli/io/file_list.h"
#include "cli/io/revision.h"
#include "cli/io/text_measures.h"
#include "cli/io/token_budget.h"
#include "cli/io/walk.h"
#include "cli/options/measure_choice.h"
#include "cli/report/budget_report.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

// "a/b" of "./a//b": as the paths of a walk are spelled.
std::string Normal(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, slash);
    if (!part.empty() && part != ".") out += Concat(out.empty() ? "" : "/", part);
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return out;
}

class BudgetCommand {
 public:
  BudgetCommand(const BudgetOptions& options, Input& input, Output& output)
      : options_(options), input_(input), output_(output) {}

  ExitCode Run() {
    if (const ExitCode code = ReadBudget(); code != ExitCode::kOk) return code;
    if (const ExitCode code = Choose(); code != ExitCode::kOk) return code;
    FindFiles();
    CountFiles();
    if (code_ == ExitCode::kInput) {
      // A file that was not counted may be over its limit: no verdict without it.
      output_.Error("budget: not all files could be counted; no verdict");
      return code_;
    }
    if (const ExitCode code = FindRevision(); code != ExitCode::kOk) return code;
    BudgetReport report;
    report.file = options_.file;
    report.measure = &measures_[0];
    report.against = revision_ ? revision_->name() : "";
    for (const BudgetRule& rule : budget_.rules) report.verdicts.push_back(Judge(rule));
    if (code_ != ExitCode::kOk) return code_;
    PrintBudget(report, options_.output.ChosenFormat(), output_);
    if (options_.annotate) AnnotateBudget(report, output_);
    const bool broken = std::any_of(report.verdicts.begin(), report.verdicts.end(),
                                    [](const BudgetVerdict& v) { return !v.broken.empty(); });
    return broken ? ExitCode::kGateFailed : ExitCode::kOk;
  }

 private:
  ExitCode WrongUse(std::string_view message) {
    output_.Error(Concat("budget: ", message));
    return ExitCode::kUsage;
  }

  ExitCode ReadBudget() {
    const absl::StatusOr<std::string> text = input_.ReadAll(options_.file, 1 << 20);
    if (!text.ok()) {
      return WrongUse(Concat(DisplayName(options_.file), ": ", MessageOf(text.status()),
                             "; a line 'AGENTS.md <= 5000' in it is a budget"));
    }
    auto budget = ParseTokenBudget(*text);
    if (!budget.ok()) {
      return WrongUse(Concat(DisplayName(options_.file), ":", MessageOf(budget.status())));
    }
    budget_ = *std::move(budget);
    const std::size_t slash = options_.file.rfind('/');
    if (slash != std::string::npos)
      root_ = options_.file.substr(0, std::max<std::size_t>(slash, 1));
    return ExitCode::kOk;
  }

  ExitCode Choose() {
    MeasureOptions measure;
    measure.encoding = options_.encoding;
    if (measure.encoding.names.size() > 1) return WrongUse("give one -m or -e");
    if (measure.encoding.names.empty()) {
      if (!budget_.model.empty()) measure.encoding.names.push_back({true, budget_.model});
      if (!budget_.encoding.empty()) measure.encoding.names.push_back({false, budget_.encoding});
    }
    MeasureChoice chosen = ChooseMeasures(measure, "budget", input_, output_);
    measures_ = std::move(chosen.measures);
    return chosen.code;
  }

  // Those below the budget's folder that a rule is about.
  void FindFiles() {
    WalkOptions walk;
    walk.hidden = true;  // agents' files live in .claude, .github …
    walk.threads = DefaultThreads();
    const std::string root = root_.empty() ? "." : root_;
    const Walked walked = Walk(root, walk);
    for (const PathError& error : walked.errors) Complain(error.path, error.message);
    const std::size_t below = root.size() + (root.ends_with('/') ? 0 : 1);
    for (const std::string& path : walked.files) {
      const std::string name = path.substr(below);
      const bool wanted = std::any_of(
          budget_.rules.begin(), budget_.rules.end(),
          [&name](const BudgetRule& rule) { return MatchesPathOrName(rule.glob, name); });
      if (!wanted) continue;
      names_.push_back(name);
      files_.push_back({root_.empty() ? name : path, 0, /*walked=*/true});
    }
    for (const std::string& path : options_.paths) {
      std::string name = Normal(path);
      const std::string prefix = Concat(Normal(root_), "/");
      if (!root_.empty() && name.starts_with(prefix)) name.erase(0, prefix.size());
      only_.insert(std::move(name));
    }
  }

  void Complain(std::string_view path, std::string_view message) {
    output_.Error(Concat("budget: ", DisplayName(path), ": ", message));
    code_ = ExitCode::kInput;
  }

  void CountFiles() {
    const TextMeter meter(measures_, TextOptions(), nullptr);
    const auto counts = CountAll(files_, meter, DefaultThreads(), input_);
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (!counts[i].ok()) {
        Complain(files_[i].path, MessageOf(counts[i].status()));
      } else if (!counts[i]->count.binary) {
        tokens_[names_[i]] = counts[i]->ranges[0].high;
      }
    }
  }

  ExitCode FindRevision() {
    const bool wanted = std::any_of(budget_.rules.begin(), budget_.rules.end(),
                                    [](const BudgetRule& rule) { return rule.relative(); });
    if (!wanted) return ExitCode::kOk;
    const std::string name =
        options_.against.value_or(budget_.against.empty() ? "HEAD" : budget_.against);
    auto revision = Revision::Find(root_, name);
    if (!revision.ok()) return WrongUse(Concat("--against: ", MessageOf(revision.status())));
    revision_ = *std::move(revision);
    return ExitCode::kOk;
  }

  // Of a text in memory, by the upper end of its range.
  std::uint64_t Count(std::string_view text) {
    const std::unique_ptr<ByteSource> source = MakeMemorySource(text);
    const auto count = TextMeter(measures_, TextOptions(), nullptr).Count(*source, 1, false, "");
    if (!count.ok()) {
      Complain("a revision", MessageOf(count.status()));
      return 0;
    }
    return count->ranges[0].high;
  }

  std::uint64_t CountAlways(const std::string& name) {
    const std::string path = root_.empty() ? name : Concat(root_, "/", name);
    const absl::StatusOr<std::string> text = input_.ReadAll(path);
    if (!text.ok()) {
      Complain(path, MessageOf(text.status()));
      return 0;
    }
    return Count(FrontMatter(*text));
  }

  // What the file counted in the revision; nullopt if it was not there.
  std::optional<std::uint64_t> Before(const BudgetRule& rule, const std::string& name,
                                      std::uint64_t now) {
    if (!revision_->Changed(name)) return now;
    const absl::StatusOr<std::string> text = revision_->Read(name);
    if (!text.ok()) return std::nullopt;
    return Count(rule.always ? FrontMatter(*text) : std::string_view(*text));
  }

  BudgetVerdict Judge(const BudgetRule& rule) {
    BudgetVerdict verdict;
    verdict.rule = &rule;
    std::uint64_t sum = 0;
    std::uint64_t sum_before = 0;
    for (const auto& [name, tokens] : tokens_) {
      if (!MatchesPathOrName(rule.glob, name)) continue;
      ++verdict.files;
      const std::uint64_t now = rule.always ? CountAlways(name) : tokens;
      const std::optional<std::uint64_t> before =
          rule.relative() ? Before(rule, name, now) : std::nullopt;
      sum += now;
      sum_before += before.value_or(0);
      if (rule.total) continue;
      if (!only_.empty() && !only_.contains(name)) continue;
      // A new file has nothing to have grown from.
      if (rule.relative() && !before) continue;
      verdict.Hold({name, now, before, rule.LimitFrom(before.value_or(0))});
    }
    if (rule.total && verdict.files > 0) {
      const auto before = rule.relative() ? std::optional(sum_before) : std::nullopt;
      verdict.Hold({"", sum, before, rule.LimitFrom(sum_before)});
    }
    if (verdict.files == 0) {
      output_.Warn(Concat("budget: ", options_.file, ":", rule.line, ": '", rule.pattern,
                          "' matches no file"));
    }
    return verdict;
  }

  const BudgetOptions& options_;
  Input& input_;
  Output& output_;
  TokenBudget budget_;
  std::string root_;  // the folder of the budget; "" is the current one
  std::vector<Measure> measures_;
  std::vector<std::string> names_;  // of the files, below the root
  std::vector<ListedFile> files_;
  std::unordered_set<std::string> only_;         // that were named; empty: all
  std::map<std::string, std::uint64_t> tokens_;  // by name
  std::optional<Revision> revision_;
  ExitCode code_ = ExitCode::kOk;
};

}  // namespace

void Declare(BudgetOptions& options, OptionSet& set) {
  set.Positionals("FILE", options.paths, "Judge only these files, as pre-commit names them");
  set.Text("--file", "FILE", options.file, "The budget (default: .toktallybudget)");
  set.Text("--against", "REV", options.against,
           "The revision that +10 % is measured against (default: the budget's, or HEAD)");
  Declare(options.encoding, set);
  set.Flag("--annotate", options.annotate,
           "Say what is broken as annotations of GitHub Actions too, on standard error");
  Declare(options.output, set);
}

ExitCode RunBudget(const BudgetOptions& options, Input& input, Output& output) {
  return BudgetCommand(options, input, output).Run();
}

}  // namespace toktally::cli
