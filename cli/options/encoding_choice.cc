#include "cli/options/encoding_choice.h"

#include "absl/status/statusor.h"
#include "bpe/encodings.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::string_view kDefaultEncoding = "o200k_base";

EncodingChoice Fail(ExitCode code, std::string_view message, Output& output) {
  output.Error(message);
  EncodingChoice choice;
  choice.code = code;
  return choice;
}

EncodingChoice ByName(const std::string& name, std::string_view command, Output& output) {
  EncodingChoice choice;
  choice.encoding = FindEncoding(name);
  if (choice.encoding != nullptr) return choice;
  std::string hint = DidYouMean(name, EncodingNames());
  if (hint.empty()) {
    hint = "; there are";
    for (const std::string_view known : EncodingNames()) hint += Concat(' ', known);
  }
  return Fail(ExitCode::kUsage, Concat(command, ": unknown encoding '", name, "'", hint), output);
}

EncodingChoice ByModel(const std::string& model, std::string_view command, Output& output) {
  const absl::StatusOr<ModelEncoding> found = EncodingForModel(model);
  if (!found.ok()) {
    return Fail(ExitCode::kUnknownModel,
                Concat(command, ": ", std::string(found.status().message())), output);
  }
  EncodingChoice choice;
  choice.encoding = found->encoding;
  choice.model = model;
  choice.how = found->how;
  if (!found->documented) {
    choice.assumption = Concat(model, " is assumed to use ", found->encoding->name(), " (",
                               found->how, "); no public source says so");
  }
  return choice;
}

}  // namespace

void Declare(EncodingOptions& options, OptionSet& set) {
  set.Text("-m,--model", "MODEL", options.model, "Count as this model does: gpt-4o, o1, gpt-4 …");
  set.Text("-e,--encoding", "NAME", options.encoding,
           "Count with this encoding (default o200k_base):\n"
           "o200k_base, o200k_harmony, cl100k_base, p50k_base, p50k_edit, "
           "r50k_base, gpt2");
}

EncodingChoice ChooseEncoding(const EncodingOptions& options, std::string_view command,
                              Output& output) {
  if (options.model && options.encoding) {
    return Fail(ExitCode::kUsage,
                Concat(command, ": --model and --encoding both say what to count with; give one"),
                output);
  }
  if (options.model) return ByModel(*options.model, command, output);
  return ByName(options.encoding.value_or(std::string(kDefaultEncoding)), command, output);
}

}  // namespace toktally::cli
