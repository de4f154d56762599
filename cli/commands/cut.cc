#include "cli/commands/cut.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/absl_text.h"
#include "cli/io/text_source.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::size_t kCutBlock = std::size_t{256} * 1024;
// Beyond what the tokens can be: where the text is cut depends on what follows a little.
constexpr std::size_t kSlack = std::size_t{64} * 1024;

// The beginning and the end of a text, each as long as so many tokens can be; the middle only as
// far as they overlap.
struct Ends {
  std::string text;
  std::size_t gap = SIZE_MAX;  // where the middle was left out
};

// Reads the text up to `most` bytes of its beginning and, if the end is wanted, of its end.
absl::StatusOr<Ends> ReadEnds(ByteSource& source, std::size_t most, Keep keep) {
  const std::size_t head = keep == Keep::kEnd ? 0 : most;
  Ends ends;
  std::vector<char> buffer(kCutBlock);
  while (true) {
    if (keep == Keep::kStart && ends.text.size() >= head) break;
    const absl::StatusOr<std::size_t> got = source.Read(buffer);
    if (!got.ok()) return got.status();
    if (*got == 0) break;
    ends.text.append(buffer.data(), *got);
    // The end goes round in a buffer of twice its length.
    if (keep != Keep::kStart && ends.text.size() > head + 2 * most + kCutBlock) {
      ends.text.erase(head, ends.text.size() - head - most);
      ends.gap = head;
    }
  }
  return ends;
}

}  // namespace

void Declare(CutOptions& options, OptionSet& set) {
  set.Positional("FILE", options.path, "The text; - or nothing is standard input");
  set.Count("--tokens", "N", options.tokens, "How many tokens may stay, the mark among them");
  set.Choice<Keep>("--from", options.keep,
                   {{"start", Keep::kStart}, {"end", Keep::kEnd}, {"middle", Keep::kBothEnds}},
                   "What stays: the start (the default), the end, or both ends where the middle "
                   "goes");
  set.Text("--mark", "TEXT", options.mark, "Stands where something was cut out: ' […] '");
  Declare(options.encoding, set);
  set.Flag("--force", options.force, "Cut the bytes as they are, whatever the file looks like");
}

ExitCode RunCut(const CutOptions& options, Input& input, Output& output) {
  const auto fail = [&output](std::string_view message, ExitCode code) {
    output.Error(Concat("cut: ", message));
    return code;
  };
  if (!options.tokens) {
    return fail("to how many tokens? --tokens 8000 says it", ExitCode::kUsage);
  }
  const EncodingChoice choice = ChooseEncoding(options.encoding, "cut", output);
  if (choice.encoding == nullptr) return choice.code;
  if (options.path == "-" && input.StandardInputIsTerminal()) {
    return fail("nothing to cut; name a file or pipe it in (toktally cut --help shows examples)",
                ExitCode::kUsage);
  }
  TextOptions form;
  form.force = options.force;
  const auto source = OpenText(options.path, form, input);
  const std::size_t longest = LongestToken(*choice.encoding);
  const std::uint64_t most = *options.tokens > (SIZE_MAX / 8 - kSlack) / longest
                                 ? SIZE_MAX / 8
                                 : *options.tokens * longest + kSlack;
  const absl::StatusOr<Ends> ends =
      source.ok() ? ReadEnds(**source, static_cast<std::size_t>(most), options.keep)
                  : absl::StatusOr<Ends>(source.status());
  if (!ends.ok()) {
    return fail(Concat(DisplayName(options.path), ": ", MessageOf(ends.status())),
                ExitCode::kInput);
  }
  const TruncateOptions truncate{*options.tokens, options.keep, options.mark};
  const absl::StatusOr<Truncated> kept = Truncate(*choice.encoding, ends->text, truncate);
  if (!kept.ok()) return fail(MessageOf(kept.status()), ExitCode::kUsage);
  const std::string_view text = ends->text;
  output.Print(text.substr(0, kept->head));
  if (!kept->whole) {
    output.Print(options.mark);
    output.Print(text.substr(kept->tail));
  }
  return ExitCode::kOk;
}

}  // namespace toktally::cli
