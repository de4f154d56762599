#include "cli/commands/init.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "base/absl_text.h"
#include "base/json.h"
#include "base/text.h"
#include "chat/envelope.h"
#include "chat/request.h"
#include "cli/io/file_list.h"
#include "cli/io/file_writer.h"
#include "cli/report/escape.h"
#include "cli/report/number.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::uint64_t kMostRequestBytes = 8 << 20;

struct FoundWorkload {
  std::string name;   // of the workload
  std::string model;  // "" if nothing names one
  std::string key;    // "request", "input_file"
  std::string path;
};

// Texts by what they are called: prompts/…, system_prompt.md, triage.prompt.txt.
bool IsPrompt(std::string_view path) {
  const std::string lower = LowerCase(path);
  const std::string_view name = std::string_view(lower).substr(lower.rfind('/') + 1);
  constexpr std::string_view kEndings[] = {".md", ".txt", ".prompt", ".j2", ".jinja", ".jinja2"};
  const bool text = std::any_of(std::begin(kEndings), std::end(kEndings),
                                [name](std::string_view end) { return name.ends_with(end); });
  const bool in_folder =
      lower.starts_with("prompts/") || lower.find("/prompts/") != std::string::npos;
  return text && name != "readme.md" &&
         (in_folder || name.find("prompt") != std::string_view::npos);
}

// Prompts of other tools that are not read yet: said, not passed over.
bool IsOtherPrompt(std::string_view path) {
  const std::string lower = LowerCase(path);
  return lower.ends_with(".prompt.yml") || lower.ends_with(".prompt.yaml") ||
         lower.ends_with(".prompty") || lower.ends_with("promptfooconfig.yaml");
}

class InitCommand {
 public:
  InitCommand(const InitOptions& options, Input& input, Output& output)
      : options_(options), input_(input), output_(output) {}

  ExitCode Run() {
    if (!options_.print && !options_.force && FileExists(options_.file)) {
      output_.Error(Concat("init: ", DisplayName(options_.file),
                           ": is there already; --force writes over it, --print only prints"));
      return ExitCode::kUsage;
    }
    FileListOptions files;
    files.paths = options_.paths.empty() ? std::vector<std::string>{"."} : options_.paths;
    const absl::StatusOr<FileList> list = ListFiles(files, DefaultThreads(), input_);
    if (!list.ok()) {
      output_.Error(Concat("init: ", MessageOf(list.status())));
      return ExitCode::kUsage;
    }
    for (const PathError& error : list->errors) {
      output_.Error(Concat("init: ", DisplayName(error.path), ": ", error.message));
    }
    for (const ListedFile& file : list->files) Look(file.path);
    if (found_.empty()) {
      output_.Error(
          "init: found no request (JSON with a model and messages) and no prompt (prompts/*.md, "
          "*prompt*.txt); docs/workloads.md has a toktally.json to copy");
      return ExitCode::kInput;
    }
    return Write(list->errors.empty() ? ExitCode::kOk : ExitCode::kInput);
  }

 private:
  void Look(std::string path) {
    if (path.starts_with("./")) path.erase(0, 2);
    if (path.ends_with(".json")) {
      LookAtRequest(path);
    } else if (IsPrompt(path)) {
      Add({"", options_.model, "input_file", path});
    } else if (IsOtherPrompt(path)) {
      output_.Warn(Concat("init: ", DisplayName(path), ": prompts of this form are not read yet"));
    }
  }

  void LookAtRequest(const std::string& path) {
    const absl::StatusOr<std::string> text = input_.ReadAll(path, kMostRequestBytes);
    if (!text.ok()) return;  // JSON of any kind lies in repositories
    JsonOptions lenient;
    lenient.allow_duplicate_keys = true;
    const auto document = JsonDocument::ParseInPlace(*text, path, lenient);
    if (!document.ok() || !document->root().is_object()) return;
    const auto envelope = chat::OpenEnvelope(document->root());
    if (!envelope.ok() || !envelope->request || !envelope->request->is_object()) return;
    const JsonValue& body = *envelope->request;
    const bool asks = body.Find("messages") || body.Find("contents") ||
                      (body.Find("input") && body.Find("model"));
    if (!asks) return;
    const auto request = chat::ParseRequest(body, {envelope->endpoint});
    if (!request.ok()) {
      output_.Warn(Concat("init: ", MessageOf(request.status()), "; left out"));
      return;
    }
    const std::string model(request->model.empty() ? options_.model : std::string(request->model));
    Add({"", model, "request", path});
  }

  void Add(FoundWorkload found) {
    const std::string_view path = found.path;
    std::string stem(path.substr(path.rfind('/') + 1));
    stem.resize(std::min(stem.find('.', 1), stem.size()));
    std::string name = stem;
    for (int n = 2; !names_.insert(name).second; ++n) name = Concat(stem, "-", n);
    found.name = std::move(name);
    found_.push_back(std::move(found));
  }

  static std::string Quoted(std::string_view text) {
    return Concat("\"", EscapeForJson(text), "\"");
  }

  std::string Text() const {
    std::string text =
        "{\n"
        "  // Made by toktally init. What is null is not to be read in a repository: fill it in, "
        "and\n"
        "  // toktally check says what a month costs. toktally schema workloads has every key.\n"
        "  // \"limits\": {\"max_monthly\": 100, \"max_increase_percent\": 20},\n"
        "  \"workloads\": {\n";
    for (std::size_t i = 0; i < found_.size(); ++i) {
      const FoundWorkload& found = found_[i];
      text += Concat("    ", Quoted(found.name),
                     ": {\n      \"model\": ", found.model.empty() ? "null" : Quoted(found.model),
                     ",\n      ", Quoted(found.key), ": ", Quoted(found.path), ",\n");
      text += Concat(
          "      \"output_tokens\": null,    // of a reply: 150, or {\"low\": 50, "
          "\"expected\": 150, \"high\": 400}\n"
          "      \"calls_per_month\": null   // or calls_per_day\n    }",
          i + 1 < found_.size() ? "," : "", "\n");
    }
    return text + "  }\n}\n";
  }

  ExitCode Write(ExitCode code) {
    const std::string text = Text();
    if (options_.print) {
      output_.Print(text);
      return code;
    }
    const absl::Status status = WriteFileWhole(options_.file, text);
    if (!status.ok()) {
      output_.Error(Concat("init: ", DisplayName(options_.file), ": ", MessageOf(status)));
      return ExitCode::kOutput;
    }
    output_.PrintLine(Format::kTable, Concat(options_.file, ": ", GroupDigits(found_.size()),
                                             found_.size() == 1 ? " workload" : " workloads",
                                             "; fill in what is null, then toktally check"));
    return code;
  }

  const InitOptions& options_;
  Input& input_;
  Output& output_;
  std::vector<FoundWorkload> found_;
  std::set<std::string> names_;
};

}  // namespace

void Declare(InitOptions& options, OptionSet& set) {
  set.Positionals("PATH", options.paths,
                  "Folders and files to look through (default: this folder)");
  set.Text("-m,--model", "MODEL", options.model,
           "The model of prompts and requests that name none");
  set.Text("--file", "FILE", options.file, "What to write (default: toktally.json)");
  set.Flag("--print", options.print, "Print it instead");
  set.Flag("--force", options.force, "Write over a file that is there");
}

ExitCode RunInit(const InitOptions& options, Input& input, Output& output) {
  return InitCommand(options, input, output).Run();
}

}  // namespace toktally::cli
