#include "cli/commands/diff.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "absl/status/statusor.h"
#include "base/absl_text.h"
#include "base/sequence_diff.h"
#include "cli/io/revision.h"
#include "cli/io/text_source.h"
#include "cli/report/document.h"
#include "cli/report/json_writer.h"
#include "cli/report/number.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

struct ComparedText {
  std::string path;
  std::string text;
  std::vector<TokenSpan> spans;
  std::vector<std::uint32_t> ids;

  std::uint64_t tokens() const { return ids.size(); }
  // The bytes of the tokens [begin, end).
  std::string_view Text(std::size_t begin, std::size_t end) const {
    if (begin == end) return "";
    return std::string_view(text).substr(spans[begin].begin,
                                         spans[end - 1].end - spans[begin].begin);
  }
  std::size_t Begin(std::size_t token) const {
    return token < spans.size() ? spans[token].begin : text.size();
  }
};

// The lines of places that ascend, counted from 1.
class LineCounter {
 public:
  explicit LineCounter(std::string_view text) : text_(text) {}
  std::uint64_t LineAt(std::size_t offset) {
    line_ += static_cast<std::uint64_t>(
        std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                   text_.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
    at_ = offset;
    return line_;
  }

 private:
  const std::string_view text_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
};

class DiffCommand {
 public:
  DiffCommand(const DiffOptions& options, Input& input, Output& output)
      : options_(options), input_(input), output_(output) {}

  ExitCode Run() {
    if (options_.paths.size() != 2) {
      output_.Error("diff: which two texts? toktally diff old.txt new.txt, or HEAD:a.txt a.txt");
      return ExitCode::kUsage;
    }
    if (options_.paths[0] == "-" && options_.paths[1] == "-") {
      output_.Error("diff: standard input can be one of the texts, not both");
      return ExitCode::kUsage;
    }
    choice_ = ChooseEncoding(options_.encoding, "diff", output_);
    if (choice_.encoding == nullptr) return choice_.code;
    ExitCode code = Read(options_.paths[0], before_);
    code = WorstOf(code, Read(options_.paths[1], after_));
    if (code != ExitCode::kOk) return code;
    changes_ =
        DiffSequences(before_.ids, after_.ids, [this](std::uint32_t id) { return EndsLine(id); });
    for (const SequenceChange& change : changes_) {
      removed_ += change.before_end - change.before_begin;
      added_ += change.after_end - change.after_begin;
    }
    const Format format = options_.output.ChosenFormat();
    if (format == Format::kJson || format == Format::kJsonl) {
      PrintJson(format);
    } else {
      PrintText(format);
    }
    return ExitCode::kOk;
  }

 private:
  ExitCode Fail(const std::string& path, const absl::Status& status) {
    output_.Error(Concat("diff: ", DisplayName(path), ": ", MessageOf(status)));
    return ExitCode::kInput;
  }

  ExitCode Read(const std::string& path, ComparedText& side) {
    side.path = path;
    if (path != "-" && !FileExists(path) && path.find(':') != std::string::npos) {
      absl::StatusOr<std::string> old = ReadAtRevision(path);
      if (!old.ok()) return Fail(path, old.status());
      side.text = *std::move(old);
    } else {
      const auto source = OpenText(path, TextOptions(), input_);
      if (!source.ok()) return Fail(path, source.status());
      absl::StatusOr<std::string> text = ReadRest(**source);
      if (!text.ok()) return Fail(path, text.status());
      side.text = *std::move(text);
    }
    const auto spans =
        choice_.encoding->EncodeWithOffsets(side.text, SpecialSet::None(), SpecialSet::None());
    if (!spans.ok()) return Fail(path, spans.status());
    side.spans = *spans;
    for (const TokenSpan& span : side.spans) side.ids.push_back(span.id);
    return ExitCode::kOk;
  }

  bool EndsLine(std::uint32_t id) {
    const auto [known, is_new] = ends_line_.emplace(id, false);
    if (is_new) {
      known->second = choice_.encoding->FindBytes(id).value_or("").find('\n') != std::string::npos;
    }
    return known->second;
  }

  // "+114, +9.5 %".
  std::string Change() const {
    const bool less = after_.tokens() < before_.tokens();
    const std::uint64_t by =
        less ? before_.tokens() - after_.tokens() : after_.tokens() - before_.tokens();
    const std::string_view sign = by == 0 ? "±" : less ? "−" : "+";
    const std::string_view plain = by == 0 ? "+-" : less ? "-" : "+";
    std::string text = Concat(output_.unicode() ? sign : plain, GroupDigits(by));
    if (before_.tokens() == 0) return text;
    const std::uint64_t tenths = (by * 1000 + before_.tokens() / 2) / before_.tokens();
    return Concat(text, ", ", output_.unicode() ? sign : plain, GroupDigits(tenths / 10), ".",
                  tenths % 10, " %");
  }

  void PrintText(Format format) {
    output_.PrintLine(
        format,
        Concat(GroupDigits(before_.tokens()), output_.unicode() ? " → " : " -> ",
               GroupDigits(after_.tokens()), " tokens (", Change(), "): ", GroupDigits(added_),
               " added, ", GroupDigits(removed_), " removed  ", choice_.encoding->name()),
        Style::kBold);
    if (options_.summary) return;
    LineCounter lines(after_.text);
    for (const SequenceChange& change : changes_) {
      output_.PrintLine(
          format, Concat("@@ line ", GroupDigits(lines.LineAt(after_.Begin(change.after_begin)))),
          Style::kCyan);
      PrintPart(format, "-", before_, change.before_begin, change.before_end, Style::kRed);
      PrintPart(format, "+", after_, change.after_begin, change.after_end, Style::kGreen);
    }
  }

  void PrintPart(Format format, std::string_view sign, const ComparedText& side, std::size_t begin,
                 std::size_t end, Style style) {
    if (begin == end) return;
    std::string_view text = side.Text(begin, end);
    const std::string_view newline = output_.unicode() ? "⏎" : "\\n";
    std::string head = Concat(sign, " ", GroupDigits(end - begin), "  ");
    while (true) {
      const std::size_t line = text.find('\n');
      output_.PrintLine(
          format, Concat(head, text.substr(0, line), line == std::string_view::npos ? "" : newline),
          style);
      if (line == std::string_view::npos || line + 1 == text.size()) return;
      text.remove_prefix(line + 1);
      head = Concat(sign, "  ");
    }
  }

  void WriteSide(std::string_view key, const ComparedText& side, JsonWriter& json) const {
    json.Key(key).BeginObject();
    json.Bytes("path", side.path);
    json.Key("tokens").Uint(side.tokens()).Key("bytes").Uint(side.text.size()).EndObject();
  }

  void PrintJson(Format format) {
    JsonWriter json(output_, format == Format::kJson);
    json.BeginObject();
    DocumentHead head{"diff", choice_.encoding, std::nullopt, {}};
    if (!choice_.assumption.empty()) head.assumptions.push_back(choice_.assumption);
    WriteHead(head, json);
    WriteSide("before", before_, json);
    WriteSide("after", after_, json);
    json.Key("added").Uint(added_).Key("removed").Uint(removed_);
    json.Key("changes").BeginArray();
    LineCounter lines(after_.text);
    for (const SequenceChange& change : changes_) {
      json.BeginObject();
      json.Key("line").Uint(lines.LineAt(after_.Begin(change.after_begin)));
      json.Key("removed").Uint(change.before_end - change.before_begin);
      json.Key("added").Uint(change.after_end - change.after_begin);
      json.Bytes("before", before_.Text(change.before_begin, change.before_end));
      json.Bytes("after", after_.Text(change.after_begin, change.after_end));
      json.EndObject();
    }
    json.EndArray().EndObject();
  }

  const DiffOptions& options_;
  Input& input_;
  Output& output_;
  EncodingChoice choice_;
  ComparedText before_;
  ComparedText after_;
  std::unordered_map<std::uint32_t, bool> ends_line_;
  std::vector<SequenceChange> changes_;
  std::uint64_t added_ = 0;
  std::uint64_t removed_ = 0;
};

}  // namespace

void Declare(DiffOptions& options, OptionSet& set) {
  set.Positionals("TEXT", options.paths,
                  "The text before and the text after: files, - or REV:PATH of git");
  Declare(options.encoding, set);
  set.Flag("--summary", options.summary, "Only the sums, not the changes");
  Declare(options.output, set);
}

ExitCode RunDiff(const DiffOptions& options, Input& input, Output& output) {
  return DiffCommand(options, input, output).Run();
}

}  // namespace toktally::cli
