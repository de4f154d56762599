#include "cli/commands/help.h"

#include <algorithm>
#include <vector>

#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::size_t kWidest = 100;
constexpr std::size_t kNarrowest = 40;
// Where what an option does stands beside it, and where below.
constexpr std::size_t kBeside = 30;
constexpr std::size_t kBelow = 8;

std::size_t WidthOf(const Output& output) {
  if (!output.terminal().output_is_terminal) return kWidest;
  return std::clamp(output.terminal().width, kNarrowest, kWidest);
}

// "  -m, --model MODEL": long names stand in one column.
std::string Synopsis(const Declaration& declaration) {
  if (declaration.kind == Declaration::Kind::kPositional) {
    return Concat("  ", declaration.names, declaration.repeats ? "..." : "");
  }
  std::string names(declaration.names);
  for (std::size_t comma = names.find(','); comma != std::string::npos;
       comma = names.find(',', comma + 2)) {
    names.insert(comma + 1, 1, ' ');
  }
  std::string text = Concat(names.starts_with("--") ? "      " : "  ", names);
  std::string value(declaration.value_name);
  for (const std::string& choice : declaration.choices) {
    value += Concat(value.empty() ? "" : "|", choice);
  }
  const bool optional = declaration.kind == Declaration::Kind::kFlag;
  if (!value.empty()) text += optional ? Concat("[=", value, "]") : Concat(' ', value);
  return text;
}

void AppendEntry(std::string_view left, std::string_view help, std::size_t column,
                 std::size_t width, std::string& out) {
  out += left;
  const std::string indent(column, ' ');
  if (left.size() + 2 > column) {
    out += Concat('\n', indent);
  } else {
    out.append(column - left.size(), ' ');
  }
  bool first = true;
  for (const std::string& line : WrapText(help, width - column)) {
    out += Concat(first ? "" : indent, line, '\n');
    first = false;
  }
}

// A line break in `text` is one where the lines are as wide as they may be; elsewhere a blank.
void AppendWrapped(std::string_view text, std::size_t width, std::string& out) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  std::string flowing(text);
  if (width < kWidest) std::replace(flowing.begin(), flowing.end(), '\n', ' ');
  for (const std::string& line : WrapText(flowing, width)) out += Concat(line, '\n');
}

void AppendIndented(std::string_view lines, std::string& out) {
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size() - 1) + 1;
    out += Concat("  ", lines.substr(0, end));
    lines.remove_prefix(end);
  }
}

std::string Usage(const Command& command, const OptionSet& set) {
  std::string usage = Concat("Usage: toktally ", command.name, " [options]");
  for (const Declaration& declaration : set.declarations()) {
    if (declaration.kind != Declaration::Kind::kPositional) continue;
    const std::string name = Concat(declaration.names, declaration.repeats ? "..." : "");
    usage += declaration.required ? Concat(' ', name) : Concat(" [", name, "]");
  }
  return usage + '\n';
}

}  // namespace

std::string OverviewHelp(const Output& output) {
  const std::size_t width = WidthOf(output);
  std::string out = "toktally counts LLM tokens exactly and says what they cost.\n\nExamples:\n";
  for (const Command& command : Commands()) {
    AppendIndented(command.examples.substr(0, command.examples.find('\n') + 1), out);
  }
  out += "\nUsage: toktally COMMAND [options] [arguments]\n\nCommands:\n";
  for (const Command& command : Commands()) {
    AppendEntry(Concat("  ", command.name), command.summary, 15, width, out);
  }
  out += '\n';
  AppendWrapped("'toktally COMMAND --help' shows a command's options; --version the version.",
                width, out);
  AppendWrapped(kExitCodes, width, out);
  return out;
}

std::string CommandHelp(const Command& command, const Output& output) {
  const std::size_t width = WidthOf(output);
  const std::size_t column = width < 70 ? kBelow : kBeside;
  std::string out = Concat("toktally ", command.name, ": ", command.summary, "\n\nExamples:\n");
  AppendIndented(command.examples, out);
  command.declare([&](const OptionSet& set) {
    out += Concat('\n', Usage(command, set), "\nOptions:\n");
    for (const Declaration& declaration : set.declarations()) {
      AppendEntry(Synopsis(declaration), declaration.help, column, width, out);
    }
    AppendEntry("  -h, --help", "This text", column, width, out);
  });
  out += '\n';
  AppendWrapped(kExitCodes, width, out);
  return out;
}

}  // namespace toktally::cli
