#include "cli/commands/manual.h"

#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.h"
#include "cli/commands/help.h"
#include "cli/report/text.h"
#include "cli/version.h"

namespace toktally::cli {
namespace {

// Text that roff leaves as it is.
std::string Roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '\'' && (out.empty() || out.back() == '\n')) {
      out += "\\(aq";
    } else if (c == '.' && (out.empty() || out.back() == '\n')) {
      out += "\\&.";
    } else {
      out += c;
    }
  }
  return out;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

void PrintManEntry(const Declaration& declaration, Output& output) {
  std::string line;
  for (const std::string_view name : Split(declaration.names, ',')) {
    line += Concat(line.empty() ? "" : ", ", "\\fB", Roff(name), "\\fR");
  }
  std::string value = Roff(declaration.value_name);
  for (const std::string& choice : declaration.choices) {
    value += Concat(value.empty() ? "" : "|", Roff(choice));
  }
  if (!value.empty()) line += Concat(" \\fI", value, "\\fR");
  output.Print(Concat(".TP\n", line, '\n', Roff(declaration.help), '\n'));
}

// The options of a command by their names, positionals left out: "-m", "--model", …
std::vector<std::string_view> OptionNames(const OptionSet& set) {
  std::vector<std::string_view> names{"--help"};
  for (const Declaration& declaration : set.declarations()) {
    if (declaration.kind == Declaration::Kind::kPositional) continue;
    for (const std::string_view name : Split(declaration.names, ',')) names.push_back(name);
  }
  return names;
}

std::string Joined(const std::vector<std::string_view>& words) {
  std::string out;
  for (const std::string_view word : words) out += Concat(out.empty() ? "" : " ", word);
  return out;
}

std::string CommandNames() {
  std::vector<std::string_view> names;
  for (const Command& command : Commands()) names.push_back(command.name);
  names.push_back("help");
  return Joined(names);
}

// In the shells' languages a single quote inside single quotes is '\''.
std::string Quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

void PrintBash(Output& output) {
  output.Print(
      "_toktally() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
      "  COMPREPLY=()\n");
  output.Print(
      Concat("  if ((COMP_CWORD == 1)); then\n"
             "    COMPREPLY=($(compgen -W ",
             Quoted(CommandNames()),
             " -- \"$word\"))\n    return\n  fi\n"
             "  case ${COMP_WORDS[1]}:$before in\n"));
  for (const Command& command : Commands()) {
    command.declare([&](const OptionSet& set) {
      for (const Declaration& declaration : set.declarations()) {
        if (declaration.choices.empty()) continue;
        std::string words;
        for (const std::string& choice : declaration.choices) words += Concat(choice, ' ');
        for (const std::string_view name : Split(declaration.names, ',')) {
          output.Print(Concat("    ", command.name, ":", name, ") COMPREPLY=($(compgen -W ",
                              Quoted(words), " -- \"$word\")); return ;;\n"));
        }
      }
    });
  }
  output.Print("  esac\n  [[ $word == -* ]] || return\n  case ${COMP_WORDS[1]} in\n");
  for (const Command& command : Commands()) {
    command.declare([&](const OptionSet& set) {
      output.Print(Concat("    ", command.name, ") COMPREPLY=($(compgen -W ",
                          Quoted(Joined(OptionNames(set))), " -- \"$word\")) ;;\n"));
    });
  }
  output.Print("  esac\n}\ncomplete -o default -F _toktally toktally\n");
}

void PrintZsh(Output& output) {
  output.Print("#compdef toktally\nif ((CURRENT == 2)); then\n  compadd -- ");
  output.Print(Concat(CommandNames(), "\n  return\nfi\ncase $words[2] in\n"));
  for (const Command& command : Commands()) {
    command.declare([&](const OptionSet& set) {
      output.Print(Concat("  ", command.name, ") [[ $PREFIX == -* ]] && compadd -- ",
                          Joined(OptionNames(set)), " || _files ;;\n"));
    });
  }
  output.Print("esac\n");
}

void PrintFishOption(const Command& command, const Declaration& declaration, Output& output) {
  if (declaration.kind == Declaration::Kind::kPositional) return;
  std::string line =
      Concat("complete -c toktally -n '__fish_seen_subcommand_from ", command.name, "'");
  for (const std::string_view name : Split(declaration.names, ',')) {
    line +=
        name.starts_with("--") ? Concat(" -l ", name.substr(2)) : Concat(" -s ", name.substr(1));
  }
  if (declaration.kind == Declaration::Kind::kOption) line += " -r";
  std::string words;
  for (const std::string& choice : declaration.choices) {
    words += Concat(words.empty() ? "" : " ", choice);
  }
  if (!words.empty()) line += Concat(" -f -a ", Quoted(words));
  const std::string_view first_line = Split(declaration.help, '\n')[0];
  output.Print(Concat(line, " -d ", Quoted(first_line), '\n'));
}

void PrintFish(Output& output) {
  for (const Command& command : Commands()) {
    output.Print(Concat("complete -c toktally -n __fish_use_subcommand -a ", command.name, " -d ",
                        Quoted(command.summary), '\n'));
    command.declare([&](const OptionSet& set) {
      for (const Declaration& declaration : set.declarations()) {
        PrintFishOption(command, declaration, output);
      }
    });
  }
}

}  // namespace

void Declare(ManOptions&, OptionSet&) {}

ExitCode RunMan(const ManOptions&, Input&, Output& output) {
  output.Print(Concat(".TH TOKTALLY 1 \"\" \"toktally ", kVersion, "\"\n",
                      ".SH NAME\ntoktally \\- counts LLM tokens exactly and says what they cost\n",
                      ".SH SYNOPSIS\n.B toktally\n.I COMMAND\n[options] [arguments]\n"));
  for (const Command& command : Commands()) {
    output.Print(Concat(".SH \"TOKTALLY ", command.name, "\"\n", Roff(command.summary),
                        "\n.PP\n.nf\n", Roff(command.examples), ".fi\n"));
    command.declare([&](const OptionSet& set) {
      for (const Declaration& declaration : set.declarations()) PrintManEntry(declaration, output);
    });
  }
  output.Print(Concat(".SH \"EXIT STATUS\"\n", Roff(kExitCodes)));
  return ExitCode::kOk;
}

void Declare(CompletionsOptions& options, OptionSet& set) {
  set.Positional("SHELL", options.shell, "bash, zsh or fish", /*required=*/true);
}

ExitCode RunCompletions(const CompletionsOptions& options, Input&, Output& output) {
  if (options.shell == "bash") return PrintBash(output), ExitCode::kOk;
  if (options.shell == "zsh") return PrintZsh(output), ExitCode::kOk;
  if (options.shell == "fish") return PrintFish(output), ExitCode::kOk;
  output.Error(
      Concat("completions: no completions for '", options.shell, "'; give bash, zsh or fish"));
  return ExitCode::kUsage;
}

}  // namespace toktally::cli
