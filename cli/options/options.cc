#include "cli/options/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "base/absl_text.h"
#include "base/nearest.h"
#include "cli/report/number.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

absl::Status UsageError(std::string message) {
  return absl::InvalidArgumentError(std::move(message));
}

// Calls `visit` with each of the names in "-m,--model".
template <typename Visit>
void ForEachName(std::string_view names, const Visit& visit) {
  while (!names.empty()) {
    const std::size_t comma = names.find(',');
    visit(names.substr(0, comma));
    if (comma == std::string_view::npos) return;
    names.remove_prefix(comma + 1);
  }
}

absl::Status UnknownFlag(std::string_view argument, const std::vector<Declaration>& declarations) {
  const std::string_view flag = argument.substr(0, argument.find('='));
  std::vector<std::string_view> known{"--help"};
  for (const Declaration& declaration : declarations) {
    if (declaration.kind == Declaration::Kind::kPositional) continue;
    ForEachName(declaration.names, [&](std::string_view name) {
      if (name.starts_with("--")) known.push_back(name);
    });
  }
  std::string hint = DidYouMean(flag, known);
  if (hint.empty()) hint = "; --help lists the options, and after -- everything is a file";
  return UsageError(Concat("unknown option '", flag, "'", hint));
}

// What CLI11 found, in the order of the declarations; parsing is all that it does here. Values are
// handed on as the strings they are: its own conversions read -1 as 2^64-1 and 010 as 8.
class Parser {
 public:
  explicit Parser(const std::vector<Declaration>& declarations) : declarations_(declarations) {
    app_.set_help_flag();
    app_.allow_extras();
    for (const Declaration& declaration : declarations) {
      if (declaration.kind != Declaration::Kind::kPositional) Add(declaration);
    }
  }

  absl::Status Parse(std::span<const std::string> arguments) {
    // CLI11 splits a positional "[a,b]" in two, so positionals are taken from what it leaves over.
    const auto mark = std::find(arguments.begin(), arguments.end(), "--");
    std::vector<std::string> reversed(std::make_reverse_iterator(mark),
                                      std::make_reverse_iterator(arguments.begin()));
    try {
      app_.parse(std::move(reversed));
    } catch (const CLI::ParseError& error) {
      return Explain(error);
    }
    // In the order of the command line, whatever the order of the declarations.
    std::map<const CLI::Option*, std::size_t> taken;
    for (const CLI::Option* option : app_.parse_order()) {
      const Declaration& declaration = *declared_.at(option);
      const std::string value = option->results()[taken[option]++];
      // A flag without a value reads as "true".
      const bool bare = declaration.kind == Declaration::Kind::kFlag && value == "true";
      Set(declaration, bare ? "" : value);
    }
    if (!status_.ok()) return status_;
    for (const std::string& argument : app_.remaining()) {
      if (argument.size() > 1 && argument[0] == '-') return UnknownFlag(argument, declarations_);
      positionals_.push_back(argument);
    }
    if (mark != arguments.end()) {
      positionals_.insert(positionals_.end(), mark + 1, arguments.end());
    }
    return SetPositionals();
  }

 private:
  void Add(const Declaration& declaration) {
    const std::string names(declaration.names);
    CLI::Option* option = nullptr;
    if (declaration.kind == Declaration::Kind::kFlag) {
      option = app_.add_flag(names);
      if (declaration.value_name.empty()) option->disable_flag_override();
    } else {
      option = app_.add_option(names);
      option->type_size(1)->expected(1)->allow_extra_args(false);
    }
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    declared_[option] = &declaration;
  }

  void Set(const Declaration& declaration, const std::string& value) {
    if (!status_.ok()) return;
    const absl::Status status = declaration.set(value);
    if (status.ok()) return;
    const std::string_view longest = declaration.names.substr(declaration.names.rfind(',') + 1);
    status_ = UsageError(Concat(longest, ": '", value, "' ", MessageOf(status)));
  }

  absl::Status SetPositionals() {
    std::size_t next = 0;
    for (const Declaration& declaration : declarations_) {
      if (declaration.kind != Declaration::Kind::kPositional) continue;
      if (declaration.required && next == positionals_.size()) {
        return UsageError(Concat("missing argument ", declaration.names));
      }
      const std::size_t last = declaration.repeats ? positionals_.size() : next + 1;
      for (; next < std::min(last, positionals_.size()); ++next) {
        Set(declaration, positionals_[next]);
      }
    }
    if (next == positionals_.size()) return status_;
    return UsageError(Concat("unexpected argument '", positionals_[next], "'"));
  }

  // CLI11 names the option first: "--model: 1 required TEXT missing".
  static absl::Status Explain(const CLI::ParseError& error) {
    const std::string what = error.what();
    const std::string name = what.substr(0, what.find_first_of(": "));
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) == nullptr) return UsageError(what);
    if (what.find("flag override") != std::string::npos) {
      return UsageError(Concat("--", name, " takes no value"));
    }
    return UsageError(Concat(name, " needs a value"));
  }

  const std::vector<Declaration>& declarations_;
  CLI::App app_;
  std::map<const CLI::Option*, const Declaration*> declared_;
  absl::Status status_;
  std::vector<std::string> positionals_;
};

// The last one given counts.
template <typename Target>
std::function<absl::Status(const std::string&)> Keep(Target& target) {
  return [&target](const std::string& value) {
    target = value;
    return absl::OkStatus();
  };
}

}  // namespace

void OptionSet::Flag(std::string_view names, bool& target, std::string_view help) {
  declarations_.push_back({Declaration::Kind::kFlag, names, "", help});
  declarations_.back().set = [&target](const std::string&) {
    target = true;
    return absl::OkStatus();
  };
}

void OptionSet::FlagOrCount(std::string_view name, std::string_view value_name, bool& target,
                            std::optional<std::uint64_t>& count, std::string_view help) {
  declarations_.push_back({Declaration::Kind::kFlag, name, value_name, help});
  declarations_.back().set = [&target, &count](const std::string& value) {
    target = true;
    if (value.empty()) return absl::OkStatus();
    const absl::StatusOr<std::uint64_t> number = ParseCount(value);
    if (number.ok()) count = *number;
    return number.status();
  };
}

void OptionSet::Parsed(std::string_view names, std::string_view value_name,
                       std::function<absl::Status(const std::string&)> set, std::string_view help,
                       bool repeats) {
  declarations_.push_back({Declaration::Kind::kOption, names, value_name, help, repeats});
  declarations_.back().set = std::move(set);
}

void OptionSet::Text(std::string_view names, std::string_view value_name, std::string& target,
                     std::string_view help) {
  Parsed(names, value_name, Keep(target), help);
}

void OptionSet::Text(std::string_view names, std::string_view value_name,
                     std::optional<std::string>& target, std::string_view help) {
  Parsed(names, value_name, Keep(target), help);
}

void OptionSet::Texts(std::string_view names, std::string_view value_name,
                      std::vector<std::string>& target, std::string_view help) {
  Parsed(
      names, value_name,
      [&target](const std::string& value) {
        target.push_back(value);
        return absl::OkStatus();
      },
      help, /*repeats=*/true);
}

void OptionSet::Count(std::string_view names, std::string_view value_name,
                      std::optional<std::uint64_t>& target, std::string_view help) {
  Parsed(
      names, value_name,
      [&target](const std::string& value) {
        const absl::StatusOr<std::uint64_t> count = ParseCount(value);
        if (count.ok()) target = *count;
        return count.status();
      },
      help);
}

void OptionSet::Choice(std::string_view names, std::vector<std::string> words,
                       std::function<void(std::size_t)> set, std::string_view help) {
  declarations_.push_back({Declaration::Kind::kOption, names, "", help});
  declarations_.back().choices = words;
  declarations_.back().set = [words = std::move(words),
                              set = std::move(set)](const std::string& value) {
    const auto found = std::find(words.begin(), words.end(), value);
    if (found != words.end()) {
      set(static_cast<std::size_t>(found - words.begin()));
      return absl::OkStatus();
    }
    std::string list;
    for (const std::string& word : words) list += Concat(list.empty() ? "" : ", ", word);
    return UsageError(Concat("is none of ", list));
  };
}

void OptionSet::Positional(std::string_view name, std::string& target, std::string_view help,
                           bool required) {
  declarations_.push_back({Declaration::Kind::kPositional, name, "", help, false, required});
  declarations_.back().set = [&target](const std::string& value) {
    target = value;
    return absl::OkStatus();
  };
}

void OptionSet::Positionals(std::string_view name, std::vector<std::string>& target,
                            std::string_view help, bool required) {
  declarations_.push_back({Declaration::Kind::kPositional, name, "", help, true, required});
  declarations_.back().set = [&target](const std::string& value) {
    target.push_back(value);
    return absl::OkStatus();
  };
}

absl::Status OptionSet::Parse(std::span<const std::string> arguments) const {
  return Parser(declarations_).Parse(arguments);
}

namespace {

void DeclareOutput(OutputOptions& options, std::vector<std::pair<std::string, Format>> formats,
                   OptionSet& set) {
  set.Choice<Format>("--format", options.format, std::move(formats), "How the result is written");
  set.Flag("--json", options.json, "Short for --format json");
  set.Flag("--jsonl", options.jsonl, "Short for --format jsonl");
  set.Choice<When>("--color", options.color,
                   {{"auto", When::kAuto}, {"always", When::kAlways}, {"never", When::kNever}},
                   "Colours: by default on a terminal, unless NO_COLOR is set or TERM is "
                   "dumb; CLICOLOR_FORCE and FORCE_COLOR turn them on");
  set.Flag("--ascii", options.ascii, "Draw with ASCII characters only");
  set.Flag("-q,--quiet", options.quiet, "No warnings and no progress on standard error");
}

std::vector<std::pair<std::string, Format>> PlainFormats() {
  return {std::begin(kPlainFormats), std::end(kPlainFormats)};
}

}  // namespace

void Declare(OutputOptions& options, OptionSet& set) {
  DeclareOutput(options, PlainFormats(), set);
}

void DeclareReport(OutputOptions& options, bool comment, OptionSet& set) {
  auto formats = PlainFormats();
  if (comment) formats.emplace_back("github", Format::kGithub);
  formats.emplace_back("html", Format::kHtml);
  DeclareOutput(options, std::move(formats), set);
}

std::string DidYouMean(std::string_view name, std::span<const std::string_view> known) {
  std::string hint;
  for (const std::string_view near : NearestNames(name, known)) {
    hint += Concat(hint.empty() ? "; did you mean '" : "' or '", near);
  }
  return hint.empty() ? hint : hint + "'?";
}

}  // namespace toktally::cli
