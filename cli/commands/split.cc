#include "cli/commands/split.h"

#include <cstddef>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/absl_text.h"
#include "cli/io/text_source.h"
#include "cli/report/json_writer.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::size_t kSplitBlock = std::size_t{256} * 1024;

void PrintChunk(std::uint64_t index, const Chunk& chunk, Output& output) {
  JsonWriter json(output, /*pretty=*/false);
  json.BeginObject();
  json.Key("index").Uint(index);
  json.Key("begin").Uint(chunk.begin).Key("end").Uint(chunk.end);
  json.Key("first_line").Uint(chunk.first_line).Key("last_line").Uint(chunk.last_line);
  json.Key("tokens").Uint(chunk.tokens);
  json.Bytes("text", chunk.text);
  json.EndObject();
}

}  // namespace

void Declare(SplitOptions& options, OptionSet& set) {
  set.Positional("FILE", options.path, "The text; - or nothing is standard input");
  set.Count("--tokens", "N", options.tokens, "How many tokens a chunk has at most");
  set.Count("--overlap", "K", options.overlap,
            "A chunk begins with at most K tokens of the one before it");
  set.Choice<Boundary>("--at", options.at,
                       {{"token", Boundary::kToken},
                        {"sentence", Boundary::kSentence},
                        {"line", Boundary::kLine},
                        {"paragraph", Boundary::kParagraph},
                        {"markdown", Boundary::kMarkdown},
                        {"code", Boundary::kCode}},
                       "Where a chunk ends, if such a place lies in the second half of what fits");
  Declare(options.encoding, set);
  set.Flag("--force", options.force, "Split the bytes as they are, whatever the file looks like");
}

ExitCode RunSplit(const SplitOptions& options, Input& input, Output& output) {
  const auto fail = [&output](std::string_view message, ExitCode code) {
    output.Error(Concat("split: ", message));
    return code;
  };
  if (!options.tokens) {
    return fail("into chunks of how many tokens? --tokens 512 says it", ExitCode::kUsage);
  }
  const EncodingChoice choice = ChooseEncoding(options.encoding, "split", output);
  if (choice.encoding == nullptr) return choice.code;
  const ChunkOptions chunks{*options.tokens, options.overlap.value_or(0), options.at};
  if (const absl::Status status = Chunker::Check(chunks); !status.ok()) {
    return fail(MessageOf(status), ExitCode::kUsage);
  }
  if (options.path == "-" && input.StandardInputIsTerminal()) {
    return fail(
        "nothing to split; name a file or pipe it in (toktally split --help shows examples)",
        ExitCode::kUsage);
  }
  TextOptions form;
  form.force = options.force;
  const auto source = OpenText(options.path, form, input);
  absl::Status read = source.status();
  std::uint64_t index = 0;
  Chunker chunker(*choice.encoding, chunks,
                  [&](const Chunk& chunk) { PrintChunk(index++, chunk, output); });
  std::vector<char> buffer(kSplitBlock);
  while (read.ok() && !output.closed()) {
    const absl::StatusOr<std::size_t> got = (*source)->Read(buffer);
    if (!got.ok()) read = got.status();
    if (!got.ok() || *got == 0) break;
    chunker.Add({buffer.data(), *got});
  }
  if (!read.ok()) {
    return fail(Concat(DisplayName(options.path), ": ", MessageOf(read)), ExitCode::kInput);
  }
  chunker.Finish();
  return ExitCode::kOk;
}

}  // namespace toktally::cli
