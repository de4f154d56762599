// The door through which results and messages go out. Everything for standard output is buffered
// here and every failure to write it is noticed, at the latest when Finish closes it.

#ifndef TOKTALLY_CLI_IO_OUTPUT_H_
#define TOKTALLY_CLI_IO_OUTPUT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "cli/exit_code.h"

namespace toktally::cli {

// Where bytes go in the end. 0 or an errno.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual int Write(std::string_view bytes) = 0;
  virtual int Close() = 0;
};

enum class When { kAuto, kAlways, kNever };
enum class Format {
  kTable,
  kJson,
  kJsonl,
  kCsv,
  kMarkdown,
  kGithub,  // a pull-request comment; reports only
  kHtml,    // a page; reports only
};
// Those that every result can be written in, by the names that people type; each is written by
// Table::Print.
inline constexpr std::pair<std::string_view, Format> kPlainFormats[] = {
    {"table", Format::kTable},
    {"json", Format::kJson},
    {"jsonl", Format::kJsonl},
    {"csv", Format::kCsv},
    {"markdown", Format::kMarkdown}};

// What every command that prints a report lets the user choose; declared by Declare in
// cli/options/options.cc.
struct OutputOptions {
  Format format = Format::kTable;
  bool json = false;   // short for Format::kJson
  bool jsonl = false;  // short for Format::kJsonl
  When color = When::kAuto;
  bool ascii = false;
  bool quiet = false;

  Format ChosenFormat() const { return json ? Format::kJson : jsonl ? Format::kJsonl : format; }
};

// What the world looks like to the program, taken once at the start.
struct Terminal {
  bool output_is_terminal = false;
  bool error_is_terminal = false;
  std::size_t width = 80;
  bool dumb = false;         // TERM=dumb
  bool no_color = false;     // NO_COLOR
  bool force_color = false;  // CLICOLOR_FORCE, FORCE_COLOR

  // Asks the system and the environment.
  static Terminal Detect();
};

enum class Style : std::uint8_t { kPlain, kBold, kDim, kRed, kGreen, kYellow, kCyan };

// Used by one thread: the one that runs the command.
class Output {
 public:
  Output(ByteSink& result, ByteSink& messages, const Terminal& terminal)
      : result_(result), messages_(messages), terminal_(terminal) {}
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // Takes over colour, ASCII and quiet; called before the command runs.
  void Configure(const OutputOptions& options);

  // To standard output. Never fails here: the first failure is kept, and nothing more is written.
  void Print(std::string_view text);
  // `text` in a style, if colours are on. Colour never carries the meaning alone.
  void Print(std::string_view text, Style style);
  // One line that may quote others (names, notes of a price table, messages), escaped for where
  // `format` is shown (cli/report/escape.h); `line` has no newline. Every writer of lines uses this
  // or escapes the parts itself. On a terminal a table's line is broken at blanks where it is
  // wider.
  void PrintLine(Format format, std::string_view line, Style style = Style::kPlain);
  // Sends what was printed on its way.
  void Flush();
  // True once nobody reads any more, or the output failed: work that only prints can stop.
  bool closed() const { return error_ != 0; }

  // One line to standard error: "toktally: …". `line` needs no newline; control characters in it
  // are escaped, and more than a few thousand characters are cut out of the middle.
  void Error(std::string_view line);
  // The same, kept back by --quiet.
  void Warn(std::string_view line);
  // To standard error as it is; for progress.
  void PrintMessage(std::string_view text);

  // Flushes and closes standard output. A failure is reported and gives kOutput; a closed pipe is
  // quiet and gives `code`.
  [[nodiscard]] ExitCode Finish(ExitCode code);

  const Terminal& terminal() const { return terminal_; }
  bool color() const { return color_; }
  bool quiet() const { return quiet_; }
  // Characters outside ASCII are fine in what we print ourselves (names are printed as they are).
  bool unicode() const { return !ascii_; }

 private:
  ByteSink& result_;
  ByteSink& messages_;
  Terminal terminal_;
  std::string buffer_;
  int error_ = 0;
  bool color_ = false;
  bool ascii_ = false;
  bool quiet_ = false;
};

// The process's file descriptors 1 and 2.
class FileSink : public ByteSink {
 public:
  explicit FileSink(int fd) : fd_(fd) {}
  int Write(std::string_view bytes) override;
  int Close() override;

 private:
  int fd_;
};

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_OUTPUT_H_
