#include "cli/commands/help.h"

#include <algorithm>
#include <vector>

#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::size_t kLineWidth = 100;

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

// `help` in lines of at most `width` columns, broken at blanks and where it has line breaks itself.
std::vector<std::string> Wrapped(std::string_view help, std::size_t width) {
  std::vector<std::string> lines{""};
  while (!help.empty()) {
    const std::size_t end = std::min(help.find_first_of(" \n"), help.size());
    const std::string_view word = help.substr(0, end);
    std::string& line = lines.back();
    if (line.empty()) {
      line = word;
    } else if (DisplayWidth(line) + 1 + DisplayWidth(word) <= width) {
      line += Concat(' ', word);
    } else {
      lines.emplace_back(word);
    }
    if (end < help.size() && help[end] == '\n') lines.emplace_back();
    help.remove_prefix(std::min(end + 1, help.size()));
  }
  return lines;
}

void AppendEntry(std::string_view left, std::string_view help, std::size_t column,
                 std::string& out) {
  out += left;
  const std::string indent(column, ' ');
  if (left.size() + 2 > column) {
    out += Concat('\n', indent);
  } else {
    out.append(column - left.size(), ' ');
  }
  bool first = true;
  for (const std::string& line : Wrapped(help, kLineWidth - column)) {
    out += Concat(first ? "" : indent, line, '\n');
    first = false;
  }
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

std::string OverviewHelp() {
  std::string out = "toktally counts LLM tokens exactly and says what they cost.\n\nExamples:\n";
  for (const Command& command : Commands()) {
    AppendIndented(command.examples.substr(0, command.examples.find('\n') + 1), out);
  }
  out += "\nUsage: toktally COMMAND [options] [arguments]\n\nCommands:\n";
  for (const Command& command : Commands()) {
    AppendEntry(Concat("  ", command.name), command.summary, 15, out);
  }
  out += "\n'toktally COMMAND --help' shows a command's options; --version the version.\n";
  out += kExitCodes;
  return out;
}

std::string CommandHelp(const Command& command) {
  std::string out = Concat("toktally ", command.name, ": ", command.summary, "\n\nExamples:\n");
  AppendIndented(command.examples, out);
  command.declare([&](const OptionSet& set) {
    out += Concat('\n', Usage(command, set), "\nOptions:\n");
    for (const Declaration& declaration : set.declarations()) {
      AppendEntry(Synopsis(declaration), declaration.help, 30, out);
    }
    AppendEntry("  -h, --help", "This text", 30, out);
  });
  out += Concat('\n', kExitCodes);
  return out;
}

}  // namespace toktally::cli
