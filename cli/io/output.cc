#include "cli/io/output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "cli/report/escape.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::size_t kBufferSize = 64 * 1024;
constexpr std::size_t kLongestMessage = 2000;

std::string_view Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

std::string EscapeFor(Format format, std::string_view text) {
  switch (format) {
    case Format::kMarkdown:
    case Format::kGithub:
      return EscapeForMarkdown(text);
    case Format::kHtml:
      return EscapeForHtml(text);
    case Format::kCsv:
      return EscapeForCsv(text);
    default:
      return EscapeForTerminal(text);
  }
}

bool IsOn(std::string_view value) { return !value.empty() && value != "0"; }

std::size_t TerminalWidth() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const std::string_view columns = Environment("COLUMNS");
  std::size_t width = 0;
  for (const char c : columns) {
    if (c < '0' || c > '9' || width > 10000) return 80;
    width = width * 10 + static_cast<std::size_t>(c - '0');
  }
  return width == 0 ? 80 : width;
}

std::string_view Sequence(Style style) {
  switch (style) {
    case Style::kPlain:
      return "";
    case Style::kBold:
      return "\x1b[1m";
    case Style::kDim:
      return "\x1b[2m";
    case Style::kRed:
      return "\x1b[31m";
    case Style::kGreen:
      return "\x1b[32m";
    case Style::kYellow:
      return "\x1b[33m";
    case Style::kCyan:
      return "\x1b[36m";
  }
  return "";
}

}  // namespace

Terminal Terminal::Detect() {
  Terminal terminal;
  terminal.output_is_terminal = isatty(STDOUT_FILENO) == 1;
  terminal.error_is_terminal = isatty(STDERR_FILENO) == 1;
  if (terminal.output_is_terminal) terminal.width = TerminalWidth();
  terminal.dumb = Environment("TERM") == "dumb";
  terminal.no_color = !Environment("NO_COLOR").empty();
  terminal.force_color = IsOn(Environment("CLICOLOR_FORCE")) || IsOn(Environment("FORCE_COLOR"));
  return terminal;
}

void Output::Configure(const OutputOptions& options) {
  ascii_ = options.ascii;
  quiet_ = options.quiet;
  if (options.color != When::kAuto) {
    color_ = options.color == When::kAlways;
    return;
  }
  if (terminal_.no_color || terminal_.dumb) return;
  color_ = terminal_.force_color || terminal_.output_is_terminal;
}

void Output::Print(std::string_view text) {
  if (error_ != 0) return;
  buffer_.append(text);
  if (buffer_.size() >= kBufferSize) Flush();
}

void Output::Print(std::string_view text, Style style) {
  if (!color_ || style == Style::kPlain || text.empty()) return Print(text);
  Print(Sequence(style));
  Print(text);
  Print("\x1b[0m");
}

void Output::PrintLine(Format format, std::string_view line, Style style) {
  const std::string text = EscapeFor(format, line);
  const bool wraps = terminal_.output_is_terminal && format == Format::kTable &&
                     DisplayWidth(text) > terminal_.width;
  if (!wraps) {
    Print(text, style);
    Print("\n");
    return;
  }
  // What goes on stands a little further in than what it goes on from.
  const std::size_t blanks = std::min(text.find_first_not_of(' '), text.size());
  const std::size_t room = terminal_.width > blanks + 12 ? terminal_.width - blanks - 2 : 10;
  bool first = true;
  for (const std::string& part : WrapText(std::string_view(text).substr(blanks), room)) {
    Print(std::string(first ? blanks : blanks + 2, ' '));
    Print(part, style);
    Print("\n");
    first = false;
  }
}

void Output::Flush() {
  if (error_ == 0 && !buffer_.empty()) error_ = result_.Write(buffer_);
  buffer_.clear();
}

void Output::Error(std::string_view line) {
  std::string text = Concat("toktally: ", EscapeForTerminal(line));
  if (text.size() > kLongestMessage) text = ShortenMiddle(text, kLongestMessage, " ... ");
  PrintMessage(text + '\n');
}

void Output::Warn(std::string_view line) {
  if (!quiet_) Error(Concat("warning: ", line));
}

void Output::PrintMessage(std::string_view text) {
  // What was printed before stands before it where both go to one terminal. If standard error fails
  // there is nobody left to tell.
  if (terminal_.output_is_terminal) Flush();
  static_cast<void>(messages_.Write(text));
}

ExitCode Output::Finish(ExitCode code) {
  Flush();
  const int closing = result_.Close();
  if (error_ == 0) error_ = closing;
  if (error_ == 0 || error_ == EPIPE) return code;
  Error(Concat("standard output: ", std::strerror(error_),
               "; the result was not written completely"));
  return ExitCode::kOutput;
}

int FileSink::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

int FileSink::Close() { return close(fd_) == 0 || errno == EINTR ? 0 : errno; }

}  // namespace toktally::cli
