// Runs the commands of a .golden file and compares what they print, byte for byte.
//
//   Anything at the left margin is a comment.
//     $ printf 'hello world' | toktally count     a command for sh, indented by two spaces
//     2                                           its standard output
//     ! toktally: …                               its standard error
//     [3]                                         its exit code, if that is not 0
//
// Output that does not end in a newline ends in " (no newline)"; control characters and bytes that
// are not UTF-8 stand as \x1b. A line `#require NAME` at the margin skips the file unless the
// environment variable NAME names something that exists. Each file runs in a directory of its own
// with tests/cli_golden/prelude.sh read first. `run_golden --update FILE` writes down what is
// printed now.

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"

namespace {

namespace fs = std::filesystem;

constexpr int kSkipped = 77;

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void WriteFile(const fs::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::vector<std::string> Lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::string Escape(std::string_view line) {
  constexpr char kHexDigits[] = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    const std::size_t valid = toktally::ValidPrefix(line.substr(i, 4));
    if (byte >= 0x20 && byte != 0x7F && valid > 0) {
      out += line[i];
      while (i + 1 < line.size() && (line[i + 1] & 0xC0) == 0x80 && byte >= 0x80) out += line[++i];
    } else {
      out += {'\\', 'x', kHexDigits[byte >> 4], kHexDigits[byte & 0xF]};
    }
  }
  return out;
}

// The lines as they stand in a golden file, each behind `mark`.
std::string Listed(std::string_view text, std::string_view mark) {
  std::string out;
  for (const std::string& line : Lines(text)) out += "  " + std::string(mark) + Escape(line) + '\n';
  if (!text.empty() && text.back() != '\n') {
    out.pop_back();
    out += " (no newline)\n";
  }
  return out;
}

// What a command prints, in the form of a golden file.
std::string Run(const std::string& command, const fs::path& scratch) {
  const fs::path script = scratch / "script";
  const fs::path out = scratch / "out";
  const fs::path err = scratch / "err";
  WriteFile(script, ". \"$GOLDEN_PRELUDE\"\n" + command + '\n');
  const std::string line = "cd '" + (scratch / "work").string() + "' && sh '" + script.string() +
                           "' </dev/null >'" + out.string() + "' 2>'" + err.string() + "'";
  const int status = std::system(line.c_str());
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  std::string listed = Listed(ReadFile(out), "") + Listed(ReadFile(err), "! ");
  if (code != 0) listed += "  [" + std::to_string(code) + "]\n";
  return listed;
}

bool IsCommand(std::string_view line) { return line.starts_with("  $ "); }
bool IsOutput(std::string_view line) { return line.starts_with("  ") && !IsCommand(line); }

bool RequirementsAreMet(const std::vector<std::string>& lines) {
  constexpr std::string_view kRequire = "#require ";
  for (const std::string& line : lines) {
    if (!line.starts_with(kRequire)) continue;
    const char* path = std::getenv(line.c_str() + kRequire.size());
    if (path != nullptr && fs::exists(path)) continue;
    std::printf("skipped: %s is not there\n", line.c_str() + kRequire.size());
    return false;
  }
  return true;
}

// The file with what its commands print now; prints each difference.
std::string RunAll(const std::vector<std::string>& lines, const fs::path& scratch) {
  std::string result;
  for (std::size_t i = 0; i < lines.size();) {
    result += lines[i] + '\n';
    if (!IsCommand(lines[i])) {
      ++i;
      continue;
    }
    const std::size_t command_line = i;
    std::string command = lines[i++].substr(4);
    while (i < lines.size() && lines[i].starts_with("  > ")) {
      result += lines[i] + '\n';
      command += '\n' + lines[i++].substr(4);
    }
    std::string expected;
    while (i < lines.size() && IsOutput(lines[i])) expected += lines[i++] + '\n';
    const std::string actual = Run(command, scratch);
    if (actual != expected) {
      std::printf("line %zu: $ %s\nexpected:\n%sprinted:\n%s\n", command_line + 1, command.c_str(),
                  expected.c_str(), actual.c_str());
    }
    result += actual;
  }
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  const bool update = argc == 3 && std::string_view(argv[1]) == "--update";
  if (argc != 2 && !update) {
    std::fprintf(stderr, "usage: run_golden [--update] FILE.golden\n");
    return 2;
  }
  const fs::path file = argv[argc - 1];
  const std::string before = ReadFile(file);
  const std::vector<std::string> lines = Lines(before);
  if (lines.empty()) {
    std::fprintf(stderr, "%s: empty or not readable\n", file.c_str());
    return 2;
  }
  if (!RequirementsAreMet(lines)) return kSkipped;
  std::string name = (fs::temp_directory_path() / "toktally_golden_XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) return 2;
  const fs::path scratch = name;
  fs::create_directory(scratch / "work");
  fs::permissions(scratch, fs::perms::group_exec | fs::perms::others_exec, fs::perm_options::add);
  const std::string after = RunAll(lines, scratch);
  std::error_code ignored;
  fs::remove_all(scratch, ignored);
  if (update) WriteFile(file, after);
  return after == before || update ? 0 : 1;
}
