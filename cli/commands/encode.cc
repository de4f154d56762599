#include "cli/commands/encode.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/absl_text.h"
#include "base/utf8.h"
#include "cli/io/text_source.h"
#include "cli/report/document.h"
#include "cli/report/json_writer.h"
#include "cli/report/number.h"
#include "cli/report/text.h"
#include "cli/report/token_view.h"

namespace toktally::cli {
namespace {

ExitCode InputError(std::string_view command, std::string_view path, const absl::Status& status,
                    Output& output) {
  output.Error(Concat(command, ": ", DisplayName(path), ": ", MessageOf(status)));
  return ExitCode::kInput;
}

bool WouldWaitForTyping(std::string_view command, std::string_view path, const Input& input,
                        Output& output) {
  if (path != "-" || !input.StandardInputIsTerminal()) return false;
  output.Error(Concat(command, ": nothing to ", command, "; name a file or pipe it in (toktally ",
                      command, " --help shows examples)"));
  return true;
}

absl::StatusOr<std::string> ReadText(const EncodeOptions& options, const Input& input) {
  const absl::StatusOr<std::unique_ptr<ByteSource>> source =
      OpenText(options.path, options.text, input);
  if (!source.ok()) return source.status();
  absl::StatusOr<std::string> text = ReadRest(**source);
  if (!text.ok()) return text;
  if (options.text.chomp && text->ends_with('\n')) {
    text->resize(text->size() - (text->ends_with("\r\n") ? 2 : 1));
  }
  return text;
}

void PrintIds(const std::vector<TokenId>& ids, Output& output) {
  std::string digits;
  for (const TokenId id : ids) {
    if (!digits.empty()) digits = " ";
    digits += std::to_string(id);
    output.Print(digits);
  }
  output.Print("\n");
}

void WriteTokens(std::string_view text, const TokenView& view, JsonWriter& json) {
  json.Key("bytes").Uint(text.size());
  json.Key("ids").BeginArray(/*inline_items=*/true);
  for (const TokenSpan& span : view.spans) json.Uint(span.id);
  json.EndArray();
  json.Key("tokens").BeginArray();
  for (const TokenSpan& span : view.spans) {
    json.BeginObject(/*inline_items=*/true);
    json.Key("id").Uint(span.id).Key("begin").Uint(span.begin).Key("end").Uint(span.end);
    const std::string_view bytes = view.encoding->FindBytes(span.id).value_or("");
    const bool is_text = IsWellFormed(bytes);
    json.Key(is_text ? "text" : "base64").String(is_text ? std::string(bytes) : Base64(bytes));
    json.EndObject();
  }
  json.EndArray();
}

void WriteModel(const EncodingChoice& choice, JsonWriter& json) {
  json.Key("model");
  choice.model.empty() ? json.Null() : json.String(choice.model);
}

// The first choice is the document's; several are listed, too.
void PrintJson(const std::vector<EncodingChoice>& choices, std::string_view text,
               const std::vector<TokenView>& views, Output& output) {
  JsonWriter json(output, /*pretty=*/true);
  json.BeginObject();
  DocumentHead head{"encode", choices[0].encoding, std::nullopt, {}};
  for (const EncodingChoice& choice : choices) {
    if (!choice.assumption.empty()) head.assumptions.push_back(choice.assumption);
  }
  WriteHead(head, json);
  WriteModel(choices[0], json);
  WriteTokens(text, views[0], json);
  if (views.size() > 1) {
    json.Key("encodings").BeginArray();
    for (std::size_t i = 0; i < views.size(); ++i) {
      json.BeginObject();
      json.Key("encoding").String(views[i].encoding->name());
      WriteModel(choices[i], json);
      json.Key("count").Uint(views[i].spans.size());
      WriteTokens(text, views[i], json);
      json.EndObject();
    }
    json.EndArray();
  }
  json.EndObject();
}

// Between ids: blanks, and what lists of JSON have, "[1, 2]".
bool IsBlank(char c) { return std::string_view(" \n\t\r,[]").find(c) != std::string_view::npos; }

// The ids in `text`, numbers between blanks, commas and brackets. An error names the word and its
// place, counted from 1.
absl::StatusOr<std::vector<TokenId>> ParseIds(std::string_view text) {
  std::vector<TokenId> ids;
  while (true) {
    while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
    if (text.empty()) return ids;
    std::size_t size = 0;
    while (size < text.size() && !IsBlank(text[size])) ++size;
    const std::string_view word = text.substr(0, size);
    text.remove_prefix(size);
    std::uint64_t id = 0;
    for (const char c : word) {
      const bool digit = c >= '0' && c <= '9';
      id = digit && id <= UINT32_MAX ? id * 10 + static_cast<std::uint64_t>(c - '0') : UINT64_MAX;
    }
    if (id > UINT32_MAX) {
      return absl::InvalidArgumentError(
          Concat("'", ShortenMiddle(word, 40, "..."), "' (number ", GroupDigits(ids.size() + 1),
                 ") is not a token id; ids are whole numbers separated by spaces"));
    }
    ids.push_back(static_cast<TokenId>(id));
  }
}

void WarnOfText(const EncodeOptions& options, std::string_view text, Output& output) {
  const std::size_t valid = ValidPrefix(text);
  if (valid == text.size()) return;
  const bool lossless = options.text.invalid_utf8 == TextOptions::InvalidUtf8::kLossless;
  output.Warn(Concat("encode: ", DisplayName(options.path), ": byte ", GroupDigits(valid),
                     " is not UTF-8; encoded ", lossless ? "as it is" : "as U+FFFD"));
}

ExitCode PrintEncoded(const EncodeOptions& options, const std::vector<EncodingChoice>& choices,
                      std::string_view text, Output& output) {
  const SpecialSet allowed = AllowedSpecials(options.text);
  const SpecialSet disallowed = DisallowedSpecials(options.text);
  const IllFormedUtf8 ill_formed = IllFormedPolicy(options.text);
  // Not for FORCE_COLOR: what reads from a pipe wants ids.
  const bool pieces = !options.ids && (options.color == When::kAlways ||
                                       (output.color() && output.terminal().output_is_terminal));
  if (!options.json && !options.html && !pieces) {
    const auto ids = choices[0].encoding->Encode(text, allowed, disallowed, ill_formed);
    if (!ids.ok()) return InputError("encode", options.path, ids.status(), output);
    PrintIds(*ids, output);
    return ExitCode::kOk;
  }
  std::vector<TokenView> views;
  for (const EncodingChoice& choice : choices) {
    auto spans = choice.encoding->EncodeWithOffsets(text, allowed, disallowed, ill_formed);
    if (!spans.ok()) return InputError("encode", options.path, spans.status(), output);
    const std::string encoding(choice.encoding->name());
    const std::string name =
        choice.model.empty() ? encoding : Concat(choice.model, " (", encoding, ")");
    views.push_back({name, choice.encoding, *std::move(spans)});
  }
  if (options.json) {
    PrintJson(choices, text, views, output);
  } else if (options.html) {
    PrintTokenPage(Concat("Tokens of ", DisplayName(options.path)), text, views, output);
  } else {
    PrintTokens(text, views[0], output);
  }
  return ExitCode::kOk;
}

}  // namespace

void Declare(EncodeOptions& options, OptionSet& set) {
  set.Positional("FILE", options.path, "The text; - or nothing is standard input");
  Declare(options.encoding, set);
  Declare(options.text, set);
  set.Flag("--json", options.json,
           "Ids, the bytes of the input that each came from, and each token's text "
           "(base64 where it is not UTF-8)");
  set.Flag("--html", options.html,
           "A page that shows the tokens, with -m or -e twice side by side");
  set.Flag("--ids", options.ids,
           "The ids on a terminal, too, where the pieces are shown in colours");
  set.Choice<When>(
      "--color", options.color,
      {{"auto", When::kAuto}, {"always", When::kAlways}, {"never", When::kNever}},
      "Colours: by default on a terminal; with them the pieces are shown, not the ids");
  set.Flag("-q,--quiet", options.quiet, "No warnings on standard error");
}

ExitCode RunEncode(const EncodeOptions& options, Input& input, Output& output) {
  OutputOptions manners;
  manners.quiet = options.quiet;
  manners.color = options.color;
  output.Configure(manners);
  const std::vector<EncodingChoice> choices = ChooseEncodings(options.encoding, "encode", output);
  if (choices.back().encoding == nullptr) return choices.back().code;
  if (choices.size() > 1 && !options.json && !options.html) {
    output.Error(
        "encode: several encodings stand side by side with --json and --html only; give one");
    return ExitCode::kUsage;
  }
  if (WouldWaitForTyping("encode", options.path, input, output)) return ExitCode::kUsage;
  const absl::StatusOr<std::string> text = ReadText(options, input);
  if (!text.ok()) return InputError("encode", options.path, text.status(), output);
  if (const auto found = FindForbidden(*choices[0].encoding, options.text, *text)) {
    return InputError("encode", options.path, found->status, output);
  }
  WarnOfText(options, *text, output);
  return PrintEncoded(options, choices, *text, output);
}

void Declare(DecodeOptions& options, OptionSet& set) {
  set.Positional("FILE", options.path, "The ids; - or nothing is standard input");
  Declare(options.encoding, set);
}

ExitCode RunDecode(const DecodeOptions& options, Input& input, Output& output) {
  const EncodingChoice choice = ChooseEncoding(options.encoding, "decode", output);
  if (choice.encoding == nullptr) return choice.code;
  if (WouldWaitForTyping("decode", options.path, input, output)) return ExitCode::kUsage;
  const absl::StatusOr<std::string> text = input.ReadAll(options.path);
  if (!text.ok()) return InputError("decode", options.path, text.status(), output);
  const absl::StatusOr<std::vector<TokenId>> ids = ParseIds(*text);
  if (!ids.ok()) return InputError("decode", options.path, ids.status(), output);
  const absl::StatusOr<std::string> bytes = choice.encoding->Decode(*ids);
  if (!bytes.ok()) return InputError("decode", options.path, bytes.status(), output);
  output.Print(*bytes);
  return ExitCode::kOk;
}

}  // namespace toktally::cli
