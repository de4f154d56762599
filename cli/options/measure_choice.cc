#include "cli/options/measure_choice.h"

#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "base/absl_text.h"
#include "bpe/encodings.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

// The family that -m or -e names; nullopt if it names no Claude model or encoding.
std::optional<claude::ModelFamily> ClaudeOf(const EncodingOptions::Name& name) {
  if (name.is_model) return claude::FamilyOfModel(name.text);
  const auto family = claude::FamilyOfEncoding(name.text);
  return family ? std::optional(claude::ModelFamily{*family, true}) : std::nullopt;
}

class Chooser {
 public:
  Chooser(const MeasureOptions& options, std::string_view command, const Input& input,
          Output& output)
      : options_(options), command_(command), input_(input), output_(output) {}

  MeasureChoice Choose() {
    bool uses_file = false;
    const std::vector<EncodingOptions::Name>& names = options_.encoding.names;
    for (const EncodingOptions::Name& name : names) {
      const auto claude = ClaudeOf(name);
      if (claude) uses_file = true;
      if (!(claude ? AddClaude(name, *claude) : AddEncoding(name))) return choice_;
    }
    if (options_.tokenizer && !uses_file) {
      AddFile(*options_.tokenizer);
    } else if (names.empty()) {
      AddEncoding({false, "o200k_base"});
    }
    return choice_;
  }

 private:
  bool Fail(ExitCode code, std::string_view message) {
    output_.Error(Concat(command_, ": ", message));
    choice_.measures.clear();
    choice_.code = code;
    return false;
  }

  bool AddEncoding(const EncodingOptions::Name& name) {
    if (!name.is_model && FindEncoding(name.text) == nullptr) {
      auto stored = StoredTokenizer(name.text, input_);
      if (!absl::IsNotFound(stored.status())) return AddLoaded(name.text, std::move(stored));
    }
    if (name.is_model && !EncodingForModel(name.text).ok()) {
      const auto others = TokenizerOfOthers(name.text);
      auto stored = others ? StoredTokenizer(others->name, input_)
                           : absl::StatusOr<LoadedTokenizer>(absl::NotFoundError(""));
      if (stored.ok()) return AddStored(name.text, *others, *std::move(stored));
    }
    EncodingChoice chosen = ChooseEncoding(name, command_, output_);
    if (chosen.encoding == nullptr) {
      choice_.measures.clear();
      choice_.code = chosen.code;
      return false;
    }
    Measure measure;
    measure.name = name.is_model ? name.text : std::string(chosen.encoding->name());
    measure.model = std::move(chosen.model);
    measure.tokenizer = chosen.encoding->name();
    measure.sha256 = chosen.encoding->vocabulary_sha256();
    measure.assumption = std::move(chosen.assumption);
    measure.encoding = chosen.encoding;
    choice_.measures.push_back(std::move(measure));
    return true;
  }

  bool AddClaude(const EncodingOptions::Name& name, claude::ModelFamily chosen) {
    Measure measure;
    measure.name = name.is_model ? name.text : std::string(EncodingName(chosen.family));
    if (name.is_model) measure.model = name.text;
    measure.family = chosen.family;
    if (!chosen.known) {
      measure.assumption = Concat(name.text, " is assumed to count as Claude 5 does");
    }
    auto found = options_.tokenizer ? ReadClaudePieces(*options_.tokenizer, chosen.family, input_)
                                    : StoredClaudePieces(chosen.family, input_);
    if (found.ok()) {
      measure.certainty = Measure::Certainty::kReconstructed;
      measure.tokenizer = EncodingName(chosen.family);
      measure.sha256 = found->sha256;
      measure.pieces = std::make_shared<const ClaudePieces>(*std::move(found));
      choice_.measures.push_back(std::move(measure));
      return true;
    }
    const bool only_missing =
        absl::IsNotFound(found.status()) || absl::IsFailedPrecondition(found.status());
    if (options_.tokenizer || !name.is_model || !only_missing) {
      return Fail(ExitCode::kUsage, MessageOf(found.status()));
    }
    measure.certainty = Measure::Certainty::kEstimate;
    measure.tokenizer = "o200k_base and classes";
    measure.encoding = FindEncoding("o200k_base");
    choice_.measures.push_back(std::move(measure));
    return true;
  }

  // A tokenizer of an open model.
  bool AddFile(const std::string& path) {
    const std::string name = path.substr(path.rfind('/') + 1);
    return AddLoaded(name, LoadTokenizer(path, name, input_));
  }

  bool AddLoaded(const std::string& name, absl::StatusOr<LoadedTokenizer> loaded) {
    if (!loaded.ok()) return Fail(ExitCode::kUsage, MessageOf(loaded.status()));
    for (const std::string& remark : loaded->remarks) {
      output_.Warn(Concat(command_, ": ", name, ": ", remark));
    }
    Measure measure;
    measure.name = name;
    measure.tokenizer = name;
    measure.sha256 = loaded->sha256;
    measure.nfc = loaded->nfc;
    measure.loaded = std::move(loaded->encoding);
    measure.encoding = measure.loaded.get();
    choice_.measures.push_back(std::move(measure));
    return true;
  }

  // Of a model of another maker, by the tokenizer that the user has stored for its family.
  bool AddStored(const std::string& model, const OthersTokenizer& others, LoadedTokenizer loaded) {
    if (!AddLoaded(std::string(others.name), std::move(loaded))) return false;
    Measure& measure = choice_.measures.back();
    measure.name = model;
    measure.model = model;
    if (others.assumed) measure.assumption = AssumptionOf(model, others);
    if (others.instead) measure.certainty = Measure::Certainty::kReconstructed;
    return true;
  }

  const MeasureOptions& options_;
  const std::string_view command_;
  const Input& input_;
  Output& output_;
  MeasureChoice choice_;
};

}  // namespace

void Declare(MeasureOptions& options, OptionSet& set) {
  Declare(options.encoding, set);
  set.Text("--tokenizer", "FILE", options.tokenizer,
           "Count with the tokenizer of this file: a tokenizer.json or tekken.json of an open "
           "model or, with -m or -e of a Claude model, its pieces (toktally encodings add "
           "stores those)");
  set.Flag("--estimate", options.estimate,
           "Where a model has no public tokenizer, print the estimate");
}

MeasureChoice ChooseMeasures(const MeasureOptions& options, std::string_view command,
                             const Input& input, Output& output) {
  return Chooser(options, command, input, output).Choose();
}

}  // namespace toktally::cli
