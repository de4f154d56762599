// How a command says what it understands. Every flag is declared once, in the Declare function of
// its command; parsing, --help, the man page and the shell completions all come from that
// declaration. cli/options/options.cc is the only file that includes CLI11.
//
// To add a command `frob`:
//   1. cli/commands/frob.h: a plain struct of options with its defaults, and two functions
//        struct FrobOptions { std::vector<std::string> paths; OutputOptions output; };
//        void Declare(FrobOptions& options, OptionSet& set);
//        ExitCode RunFrob(const FrobOptions& options, Input& input, Output& output);
//   2. cli/commands/frob.cc: both bodies. RunFrob reads through Input, prints through Output, and
//      returns the code; it never exits, throws for bad input, or touches a file descriptor. A member called
//      `output` of type OutputOptions is applied to Output before RunFrob starts.
//   3. one row in the table of cli/commands.cc.
// Tests call RunCommandLine of cli/commands.h with a MemoryOutput, or RunFrob itself.

#ifndef TOKTALLY_CLI_OPTIONS_OPTIONS_H_
#define TOKTALLY_CLI_OPTIONS_OPTIONS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "cli/io/output.h"

namespace toktally::cli {

// One flag, option or positional argument.
struct Declaration {
  enum class Kind { kFlag, kOption, kPositional };
  Kind kind;
  std::string_view names;       // "-m,--model"; the name of a positional: "PATH"
  std::string_view value_name;  // "MODEL"; empty for flags; of a flag: it may have one, --tree=2
  std::string_view help;        // one line, or more with \n
  bool repeats = false;
  bool required = false;               // positionals only
  std::vector<std::string> choices{};  // the only values, if there are any
  // Takes the value ("" for flags), in the order of the command line. An error's message reads on
  // from "--name: 'value' ".
  std::function<absl::Status(const std::string&)> set{};
};

// The arguments of one command. The targets must outlive it; string literals are expected.
class OptionSet {
 public:
  void Flag(std::string_view names, bool& target, std::string_view help);
  // A flag that may have a number behind it: --tree, --tree=2.
  void FlagOrCount(std::string_view name, std::string_view value_name, bool& target,
                   std::optional<std::uint64_t>& count, std::string_view help);
  // A text; the last one given counts.
  void Text(std::string_view names, std::string_view value_name, std::string& target,
            std::string_view help);
  void Text(std::string_view names, std::string_view value_name, std::optional<std::string>& target,
            std::string_view help);
  // Every time it is given adds one.
  void Texts(std::string_view names, std::string_view value_name, std::vector<std::string>& target,
             std::string_view help);
  // A whole number as ParseCount of cli/report/number.h reads it.
  void Count(std::string_view names, std::string_view value_name,
             std::optional<std::uint64_t>& target, std::string_view help);
  // One of a few words.
  template <typename Value>
  void Choice(std::string_view names, Value& target,
              std::vector<std::pair<std::string, Value>> choices, std::string_view help);
  // Anything else: `set` parses the value and stores it; its error reads on from "'value' ".
  void Parsed(std::string_view names, std::string_view value_name,
              std::function<absl::Status(const std::string&)> set, std::string_view help,
              bool repeats = false);
  void Positional(std::string_view name, std::string& target, std::string_view help,
                  bool required = false);
  void Positionals(std::string_view name, std::vector<std::string>& target, std::string_view help,
                   bool required = false);

  // Reads the arguments behind the command's name. The error is one line without "toktally: ".
  absl::Status Parse(std::span<const std::string> arguments) const;

  const std::vector<Declaration>& declarations() const { return declarations_; }

 private:
  void Choice(std::string_view names, std::vector<std::string> words,
              std::function<void(std::size_t)> set, std::string_view help);
  std::vector<Declaration> declarations_;
};

template <typename Value>
void OptionSet::Choice(std::string_view names, Value& target,
                       std::vector<std::pair<std::string, Value>> choices, std::string_view help) {
  std::vector<std::string> words;
  std::vector<Value> values;
  for (auto& [word, value] : choices) {
    words.push_back(std::move(word));
    values.push_back(value);
  }
  Choice(
      names, std::move(words),
      [&target, values = std::move(values)](std::size_t i) { target = values[i]; }, help);
}

// --format, --json, --color, --ascii, -q: the same for every command that prints a report.
void Declare(OutputOptions& options, OptionSet& set);
// The same for reports that are also a page (html) and, if `comment`, a pull-request comment
// (github).
void DeclareReport(OutputOptions& options, bool comment, OptionSet& set);

// "; did you mean 'x'?" or "; did you mean 'x' or 'y'?" or "", for names near to `name`.
std::string DidYouMean(std::string_view name, std::span<const std::string_view> known);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_OPTIONS_OPTIONS_H_
