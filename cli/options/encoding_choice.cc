#include "cli/options/encoding_choice.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/absl_text.h"
#include "bpe/encodings.h"
#include "cli/io/encoding_store.h"
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
  auto stored = StoredTokenizer(name, Input());
  if (stored.ok() && stored->nfc) {
    return Fail(ExitCode::kUsage,
                Concat(command, ": '", name, "' brings texts to NFC first, which count alone does"),
                output);
  }
  if (stored.ok()) {
    choice.loaded = std::move(stored->encoding);
    choice.encoding = choice.loaded.get();
    return choice;
  }
  if (!absl::IsNotFound(stored.status())) {
    return Fail(ExitCode::kUsage, Concat(command, ": ", MessageOf(stored.status())), output);
  }
  std::string hint = DidYouMean(name, EncodingNames());
  if (hint.empty()) {
    hint = "; there are";
    for (const std::string_view known : EncodingNames()) hint += Concat(' ', known);
  }
  return Fail(ExitCode::kUsage, Concat(command, ": unknown encoding '", name, "'", hint), output);
}

// By the tokenizer that the user has stored for the model's family.
EncodingChoice ByStored(const std::string& model, std::string_view why, std::string_view command,
                        Output& output) {
  const auto others = TokenizerOfOthers(model);
  if (!others) return Fail(ExitCode::kUnknownModel, Concat(command, ": ", why), output);
  auto stored = StoredTokenizer(others->name, Input());
  if (absl::IsNotFound(stored.status()) || absl::IsFailedPrecondition(stored.status())) {
    return Fail(ExitCode::kUnknownModel, Concat(command, ": ", why, "; ", HowToAdd(*others)),
                output);
  }
  if (!stored.ok()) {
    return Fail(ExitCode::kUsage, Concat(command, ": ", MessageOf(stored.status())), output);
  }
  if (stored->nfc) {
    return Fail(ExitCode::kUsage,
                Concat(command, ": ", model, ": '", others->name,
                       "' brings texts to NFC first, which count alone does"),
                output);
  }
  EncodingChoice choice;
  choice.model = model;
  choice.loaded = std::move(stored->encoding);
  choice.encoding = choice.loaded.get();
  if (others->assumed) choice.assumption = AssumptionOf(model, *others);
  return choice;
}

EncodingChoice ByModel(const std::string& model, std::string_view command, Output& output) {
  const absl::StatusOr<ModelEncoding> found = EncodingForModel(model);
  if (!found.ok()) return ByStored(model, MessageOf(found.status()), command, output);
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
  const auto add = [&options](bool is_model) {
    return [&options, is_model](const std::string& name) {
      options.names.push_back({is_model, name});
      return absl::OkStatus();
    };
  };
  set.Parsed("-m,--model", "MODEL", add(true), "Count as this model does: gpt-4o, o1, gpt-4 …",
             /*repeats=*/true);
  set.Parsed("-e,--encoding", "NAME", add(false),
             "Count with this encoding (default o200k_base): "
             "o200k_base, o200k_harmony, cl100k_base, p50k_base, p50k_edit, "
             "r50k_base, gpt2, or one that encodings add has stored",
             /*repeats=*/true);
}

EncodingChoice ChooseEncoding(const EncodingOptions::Name& name, std::string_view command,
                              Output& output) {
  return name.is_model ? ByModel(name.text, command, output) : ByName(name.text, command, output);
}

EncodingChoice ChooseEncoding(const EncodingOptions& options, std::string_view command,
                              Output& output) {
  if (options.names.size() > 1) {
    return Fail(ExitCode::kUsage,
                Concat(command, ": '", options.names[0].text, "' and '", options.names[1].text,
                       "' both say what to count with; give one"),
                output);
  }
  return ChooseEncodings(options, command, output).front();
}

std::vector<EncodingChoice> ChooseEncodings(const EncodingOptions& options,
                                            std::string_view command, Output& output) {
  if (options.names.empty()) return {ByName(std::string(kDefaultEncoding), command, output)};
  std::vector<EncodingChoice> choices;
  for (const EncodingOptions::Name& name : options.names) {
    choices.push_back(ChooseEncoding(name, command, output));
    if (choices.back().encoding == nullptr) break;
  }
  return choices;
}

}  // namespace toktally::cli
