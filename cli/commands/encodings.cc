#include "cli/commands/encodings.h"

#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/absl_text.h"
#include "bpe/encodings.h"
#include "cli/io/encoding_store.h"
#include "cli/io/file_writer.h"
#include "cli/report/document.h"
#include "cli/report/number.h"
#include "cli/report/table.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

using claude::Family;

constexpr Family kFamilies[] = {Family::kV3, Family::kV47, Family::kV5};

struct EncodingRow {
  std::string name;
  std::string kind;       // "built in", "stored", "not stored"
  std::string certainty;  // of counts: exact, reconstructed
  std::string sha256;
  std::string from;  // a path, or how to add it
};

std::vector<EncodingRow> ListRows(const Input& input, Output& output, ExitCode& code) {
  std::vector<EncodingRow> rows;
  for (const std::string_view name : EncodingNames()) {
    rows.push_back({std::string(name), "built in", "exact",
                    std::string(FindEncoding(name)->vocabulary_sha256()), ""});
  }
  for (const Family family : kFamilies) {
    EncodingRow row{std::string(EncodingName(family)), "not stored", "reconstructed", "",
                    HowToAdd(family)};
    auto stored = StoredClaudePieces(family, input);
    if (stored.ok()) {
      row.kind = "stored";
      row.sha256 = stored->sha256;
      row.from = stored->path;
    } else if (!absl::IsNotFound(stored.status())) {
      output.Error(Concat("encodings: ", MessageOf(stored.status())));
      code = ExitCode::kInput;
    }
    rows.push_back(std::move(row));
  }
  for (const std::string& name : StoredTokenizerNames()) {
    const std::string path = StoredEncodingPath(name).value_or("");
    const absl::StatusOr<std::string> text = input.ReadAll(path);
    rows.push_back({name, "stored", "exact", text.ok() ? Sha256Of(*text) : "", path});
  }
  return rows;
}

void WriteRow(const EncodingRow& row, JsonWriter& json) {
  json.BeginObject();
  json.Key("name").String(row.name);
  json.Key("kind").String(row.kind);
  json.Key("certainty").String(row.certainty);
  json.Key("sha256");
  row.sha256.empty() ? json.Null() : json.String(row.sha256);
  json.Key("from");
  row.from.empty() ? json.Null() : json.String(row.from);
  json.EndObject();
}

ExitCode List(const EncodingsOptions& options, const Input& input, Output& output) {
  ExitCode code = ExitCode::kOk;
  const std::vector<EncodingRow> rows = ListRows(input, output, code);
  const Format format = options.output.ChosenFormat();
  if (format == Format::kJsonl) {
    JsonWriter json(output, /*pretty=*/false);
    for (const EncodingRow& row : rows) WriteRow(row, json);
    return code;
  }
  if (format == Format::kJson) {
    JsonWriter json(output, /*pretty=*/true);
    json.BeginObject();
    DocumentHead head;
    head.command = "encodings";
    WriteHead(head, json);
    json.Key("rows").BeginArray();
    for (const EncodingRow& row : rows) WriteRow(row, json);
    json.EndArray().EndObject();
    return code;
  }
  Table table({{"encoding", "encoding", Align::kLeft},
               {"", "kind", Align::kLeft},
               {"counts are", "certainty", Align::kLeft},
               {"sha256", "sha256", Align::kLeft},
               {"from", "from", Align::kLeft}});
  for (const EncodingRow& row : rows) {
    table.AddRow({row.name, row.kind, row.certainty,
                  Cell(row.sha256.empty() ? "" : row.sha256.substr(0, 12), row.sha256), row.from});
  }
  table.Print(format, output);
  return code;
}

ExitCode Add(const EncodingsOptions& options, const Input& input, Output& output) {
  const auto fail = [&output](std::string_view message, ExitCode code) {
    output.Error(Concat("encodings: ", message));
    return code;
  };
  if (options.words.size() != 3) return fail("add which NAME from which FILE?", ExitCode::kUsage);
  const std::string& name = options.words[1];
  const std::string& from = options.words[2];
  const auto family = claude::FamilyOfEncoding(name);
  if (!family && !IsTokenizerName(name)) {
    return fail(Concat("cannot add '", name, "': a name is of letters, digits and . _ -, and none ",
                       "of ours"),
                ExitCode::kUsage);
  }
  std::string what;
  std::string sha256;
  if (family) {
    const auto read = ReadClaudePieces(from, *family, input);
    if (!read.ok()) return fail(MessageOf(read.status()), ExitCode::kInput);
    what = Concat(GroupDigits(read->pieces.size()), " pieces");
    sha256 = read->sha256;
  } else {
    // Whatever is no tokenizer is refused now, not when it is counted with.
    const auto read = LoadTokenizer(from, name, input);
    if (!read.ok()) return fail(MessageOf(read.status()), ExitCode::kInput);
    what = Concat(GroupDigits(read->encoding->id_limit()), " ids");
    sha256 = read->sha256;
    for (const std::string& remark : read->remarks) {
      output.Warn(Concat("encodings: ", DisplayName(from), ": ", remark));
    }
  }
  const auto path = StoredEncodingPath(name);
  if (!path.ok()) return fail(MessageOf(path.status()), ExitCode::kUsage);
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(*path).parent_path(), error);
  const auto text = input.ReadAll(from);
  if (!text.ok() || Sha256Of(*text) != sha256) {
    return fail(Concat(DisplayName(from), ": changed while it was read"), ExitCode::kInput);
  }
  const absl::Status saved = WriteFileWhole(*path, *text);
  if (!saved.ok()) {
    return fail(Concat(DisplayName(*path), ": ", MessageOf(saved)), ExitCode::kOutput);
  }
  output.PrintLine(Format::kTable,
                   Concat(name, ": ", what, ", sha256 ", sha256, ", stored as ", *path));
  return ExitCode::kOk;
}

}  // namespace

void Declare(EncodingsOptions& options, OptionSet& set) {
  set.Positionals("ACTION", options.words, "nothing: list · add NAME FILE: store one");
  Declare(options.output, set);
}

ExitCode RunEncodings(const EncodingsOptions& options, Input& input, Output& output) {
  if (options.words.empty()) return List(options, input, output);
  if (options.words[0] == "add") return Add(options, input, output);
  constexpr std::string_view kActions[] = {"add"};
  output.Error(Concat("encodings: unknown action '", options.words[0], "'",
                      DidYouMean(options.words[0], kActions), "; there is add NAME FILE"));
  return ExitCode::kUsage;
}

}  // namespace toktally::cli
