#include "cli/commands/completions.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "bpe/encodings.h"
#include "cli/commands.h"
#include "cli/report/text.h"
#include "pricing/rate_table.h"

namespace toktally::cli {
namespace {

// What may stand in a place, and what it is.
using Offers = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view kBash = R"sh(_toktally() {
  local IFS=$'\n' line
  COMPREPLY=()
  while read -r line; do
    COMPREPLY+=("${line%%$'\t'*}")
  done < <("${COMP_WORDS[0]}" completions ask -- "${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null)
  [ ${#COMPREPLY[@]} -gt 0 ] || compopt -o default 2>/dev/null
}
complete -F _toktally toktally
)sh";

constexpr std::string_view kZsh = R"sh(#compdef toktally
_toktally() {
  local line
  local -a offers
  for line in ${(f)"$($words[1] completions ask -- "${(@)words[1,CURRENT]}" 2>/dev/null)"}; do
    offers+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
  done
  if (( $#offers )); then
    _describe -V toktally offers
  else
    _files
  fi
}
if [ "$funcstack[1]" = _toktally ]; then
  _toktally "$@"
else
  compdef _toktally toktally
fi
)sh";

constexpr std::string_view kFish = R"sh(function __toktally_ask
  set -l words (commandline -opc) (commandline -ct)
  $words[1] completions ask -- $words 2>/dev/null
end
complete -c toktally -n 'test -n "$(__toktally_ask)"' -f
complete -c toktally -a '(__toktally_ask)'
)sh";

void AddModels(Offers& offers) {
  const auto& table = pricing::RateTable::BuiltIn();
  if (!table.ok()) return;
  for (const pricing::PricedModel& model : table->models()) {
    offers.emplace_back(model.id, model.provider);
  }
}

void AddWords(std::string_view list, Offers& offers) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(' '), list.size());
    offers.emplace_back(list.substr(0, end), "");
    list.remove_prefix(std::min(end + 1, list.size()));
  }
}

// The values of an option or of a positional; none: files.
Offers ValuesOf(const Declaration& declaration) {
  Offers offers;
  for (const std::string& choice : declaration.choices) offers.emplace_back(choice, "");
  if (declaration.value_name == "MODEL") AddModels(offers);
  if (declaration.names.ends_with("--encoding")) {
    for (const std::string_view name : EncodingNames()) offers.emplace_back(name, "");
    AddWords("claude-v3 claude-v4.7 claude-v5", offers);
  }
  if (declaration.value_name == "TIER") {
    AddWords("standard batch flex priority fast ultrafast peak", offers);
  }
  return offers;
}

bool HasName(const Declaration& declaration, std::string_view name) {
  std::string_view names = declaration.names;
  while (!names.empty()) {
    const std::size_t comma = std::min(names.find(','), names.size());
    if (names.substr(0, comma) == name) return true;
    names.remove_prefix(std::min(comma + 1, names.size()));
  }
  return false;
}

void AddOptions(const OptionSet& set, Offers& offers) {
  for (const Declaration& declaration : set.declarations()) {
    if (declaration.kind == Declaration::Kind::kPositional) continue;
    const std::string_view longest = declaration.names.substr(declaration.names.rfind(',') + 1);
    offers.emplace_back(longest, declaration.help.substr(0, declaration.help.find('\n')));
  }
  offers.emplace_back("--help", "This command's options");
}

// What may be the first argument of a command, and what the second.
Offers ArgumentsOf(std::string_view command, const std::vector<std::string>& before) {
  Offers offers;
  if (command == "prices" && before.empty()) {
    AddWords("list show history find diff validate import update", offers);
  } else if (command == "prices" && before.size() == 1 &&
             (before[0] == "show" || before[0] == "history")) {
    AddModels(offers);
  } else if (command == "encodings" && before.empty()) {
    AddWords("add", offers);
  } else if (command == "encodings" && before.size() == 1) {
    AddWords("claude-v3 claude-v4.7 claude-v5", offers);
  } else if (command == "completions" && before.empty()) {
    AddWords("bash zsh fish", offers);
  } else if (command == "models" && before.empty()) {
    AddModels(offers);
  } else if (command == "help" && before.empty()) {
    for (const Command& each : Commands()) offers.emplace_back(each.name, each.summary);
  }
  return offers;
}

const Declaration* OptionOf(const OptionSet& set, std::string_view name) {
  for (const Declaration& declaration : set.declarations()) {
    if (declaration.kind == Declaration::Kind::kOption && HasName(declaration, name)) {
      return &declaration;
    }
  }
  return nullptr;
}

// What may stand for the last of `words`, the arguments of the command.
Offers OffersIn(const Command& command, const std::vector<std::string>& words) {
  Offers offers;
  command.declare([&](const OptionSet& set) {
    const std::string& begun = words.back();
    const std::size_t equals = begun.find('=');
    if (begun.starts_with("--") && equals != std::string::npos) {
      const Declaration* option = OptionOf(set, begun.substr(0, equals));
      if (option == nullptr) return;
      for (auto& [value, what] : ValuesOf(*option)) {
        offers.emplace_back(Concat(begun.substr(0, equals + 1), value), what);
      }
      return;
    }
    std::vector<std::string> arguments;
    const Declaration* waiting = nullptr;  // the option whose value comes next
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
      if (waiting != nullptr) {
        waiting = nullptr;
      } else if (words[i].starts_with('-') && words[i].size() > 1) {
        waiting = OptionOf(set, words[i]);
      } else {
        arguments.push_back(words[i]);
      }
    }
    if (waiting != nullptr) {
      offers = ValuesOf(*waiting);
    } else if (begun.starts_with('-')) {
      AddOptions(set, offers);
    } else {
      offers = ArgumentsOf(command.name, arguments);
    }
  });
  return offers;
}

Offers Answer(const std::vector<std::string>& words) {
  Offers offers;
  if (words.size() < 2) return offers;
  if (words.size() == 2) {
    for (const Command& command : Commands()) offers.emplace_back(command.name, command.summary);
    offers.emplace_back("help", "a command's options");
    offers.emplace_back("--help", "the commands");
    offers.emplace_back("--version", "the version");
    return offers;
  }
  if (words[1] == "help") return ArgumentsOf("help", {words.begin() + 2, words.end() - 1});
  for (const Command& command : Commands()) {
    if (command.name == words[1]) return OffersIn(command, {words.begin() + 2, words.end()});
  }
  return offers;
}

void Ask(const std::vector<std::string>& words, Output& output) {
  const std::string begun = words.empty() ? "" : words.back();
  for (const auto& [word, what] : Answer(words)) {
    if (word.starts_with(begun)) output.Print(Concat(word, '\t', what, '\n'));
  }
}

}  // namespace

void Declare(CompletionsOptions& options, OptionSet& set) {
  set.Positionals("SHELL", options.words, "bash, zsh or fish", /*required=*/true);
}

ExitCode RunCompletions(const CompletionsOptions& options, Input&, Output& output) {
  const std::string& first = options.words[0];
  if (first == "ask") {
    Ask({options.words.begin() + 1, options.words.end()}, output);
    return ExitCode::kOk;
  }
  for (const auto& [shell, script] :
       {std::pair("bash", kBash), std::pair("zsh", kZsh), std::pair("fish", kFish)}) {
    if (first != shell) continue;
    output.Print(script);
    return ExitCode::kOk;
  }
  output.Error(Concat("completions: no completions for '", first, "'; give bash, zsh or fish"));
  return ExitCode::kUsage;
}

}  // namespace toktally::cli
