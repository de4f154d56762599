#include "cli/commands/manual.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
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

constexpr std::string_view kDescription =
    "Counts the tokens of texts, files, repositories, JSONL and whole API requests, exactly as\n"
    "tiktoken does for the encodings of OpenAI, and with a stated bound for others; says what a\n"
    "call, a month of calls and a recorded log cost; and fails a build past a limit.\n"
    "Standard output holds the result and nothing else. No network is used, but by\n"
    "prices update with a URL, which runs curl.\n";

using Pair = std::pair<std::string_view, std::string_view>;

// Every variable that is read.
constexpr Pair kEnvironment[] = {
    {"NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR", "Colours never, or always; --color goes first."},
    {"TERM", "dumb means no colours."},
    {"COLUMNS", "The width of a terminal that does not tell its own."},
    {"XDG_DATA_HOME, HOME", "Where added encodings and a newer price table are kept."},
    {"XDG_CONFIG_HOME, GIT_CONFIG_GLOBAL",
     "Where git keeps its configuration, for the files that it ignores everywhere."},
    {"TOKTALLY_ENGINE", "The instruction set to count with: plain, avx2, avx512."},
};

constexpr Pair kFiles[] = {
    {"toktally.json", "The workloads of forecast and check."},
    {".toktallybudget", "The limits of budget: lines as AGENTS.md <= 5000."},
    {".gitignore, .ignore, .toktallyignore", "What count leaves out of directories."},
    {"$XDG_DATA_HOME/toktally/encodings", "Encodings that encodings add has stored."},
    {"$XDG_DATA_HOME/toktally/prices.json", "The table that prices update has stored."},
};

template <std::size_t size>
void PrintPairs(std::string_view title, const Pair (&pairs)[size], Output& output) {
  output.Print(Concat(".SH ", title, '\n'));
  for (const auto& [name, text] : pairs) {
    output.Print(Concat(".TP\n\\fB", Roff(name), "\\fR\n", Roff(text), '\n'));
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

}  // namespace

void Declare(ManOptions&, OptionSet&) {}

ExitCode RunMan(const ManOptions&, Input&, Output& output) {
  output.Print(Concat(".TH TOKTALLY 1 \"\" \"toktally ", kVersion, "\"\n",
                      ".SH NAME\ntoktally \\- counts LLM tokens exactly and says what they cost\n",
                      ".SH SYNOPSIS\n.B toktally\n.I COMMAND\n[options] [arguments]\n"));
  output.Print(Concat(".SH DESCRIPTION\n", Roff(kDescription)));
  output.Print(".SH COMMANDS\n");
  for (const Command& command : Commands()) {
    output.Print(Concat(".TP\n\\fB", command.name, "\\fR\n", Roff(command.summary), '\n'));
  }
  for (const Command& command : Commands()) {
    output.Print(Concat(".SH \"TOKTALLY ", command.name, "\"\n", Roff(command.summary),
                        "\n.PP\n.nf\n", Roff(command.examples), ".fi\n"));
    command.declare([&](const OptionSet& set) {
      for (const Declaration& declaration : set.declarations()) PrintManEntry(declaration, output);
    });
  }
  output.Print(Concat(".SH \"EXIT STATUS\"\n", Roff(kExitCodes)));
  PrintPairs("ENVIRONMENT", kEnvironment, output);
  PrintPairs("FILES", kFiles, output);
  output.Print(".SH EXAMPLES\n.nf\n");
  for (const Command& command : Commands()) {
    output.Print(Roff(command.examples.substr(0, command.examples.find('\n') + 1)));
  }
  output.Print(".fi\n");
  return ExitCode::kOk;
}

}  // namespace toktally::cli
