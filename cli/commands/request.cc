#include "cli/commands/request.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/status/status.h"
#include "base/absl_text.h"
#include "chat/count.h"
#include "chat/envelope.h"
#include "chat/request.h"
#include "cli/commands/against.h"
#include "cli/commands/mcp_tools.h"
#include "cli/commands/shard_run.h"
#include "cli/io/encoding_store.h"
#include "cli/io/prompt_file.h"
#include "cli/io/records.h"
#include "cli/report/document.h"
#include "cli/report/number.h"
#include "cli/report/request_row.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

class RequestCommand {
 public:
  RequestCommand(const RequestArguments& options, Input& input, Output& output)
      : options_(options),
        input_(input),
        output_(output),
        format_(options.output.ChosenFormat()),
        prices_(options.prices, "request", input, output),
        models_(prices_),
        run_(options.shards),
        json_(output, /*pretty=*/true) {}

  ExitCode Run() {
    if (!prices_.ok()) return ExitCode::kUsage;
    counter_.UseClaudePieces(FindStoredPieces(input_, output_, "request"));
    std::vector<std::string> paths = options_.paths;
    if (paths.empty() && input_.StandardInputIsTerminal()) {
      output_.Error("request: no request; give a file, or pipe one in (toktally request --help)");
      return ExitCode::kUsage;
    }
    if (paths.empty()) paths.emplace_back("-");
    std::vector<ListedFile> files;
    for (const std::string& path : paths) files.push_back({path, files.size(), false});
    if (!Divide(files) || run_.IsDone(files, input_, output_)) return run_.code();
    if (format_ == Format::kJson) BeginDocument();
    for (const FilePart& part : run_.parts()) {
      if (!ReadFile(paths[part.file], part)) break;
    }
    Finish();
    return WorstOf(code_, run_.Write(summary_.ReportRows(), failed_, output_));
  }

 private:
  bool Divide(const std::vector<ListedFile>& files) {
    const auto prompt = std::find_if(
        files.begin(), files.end(), [](const ListedFile& file) { return IsPromptFile(file.path); });
    if (options_.shards.shard && prompt != files.end()) {
      return run_.Refuse("request",
                         Concat(DisplayName(prompt->path),
                                ": --shard divides lines of JSONL, and this is a prompt file"),
                         output_);
    }
    ShardRun::What what{"request", "request", options_.models, OptionsText()};
    return run_.Divide(files, std::move(what), /*by_lines=*/true, output_);
  }

  // What changes the numbers, beside the models.
  std::string OptionsText() const {
    if (!options_.cost) return "";
    std::string text = Concat("cost ", ToString(prices_.date()), ' ',
                              static_cast<int>(options_.tier.value_or(pricing::Tier{})), ' ',
                              int{options_.tier.has_value()}, ' ', prices_.TableDate());
    if (options_.output_tokens) {
      for (const std::int64_t tokens : options_.output_tokens->values) text += Concat(' ', tokens);
    }
    return text;
  }

  bool ReadFile(const std::string& path, const FilePart& part) {
    JsonOptions lenient;
    lenient.allow_duplicate_keys = true;
    const auto use = [this](const JsonValue& value, int line) { return Use(value, line); };
    const auto fail = [this](const absl::Status& status) { return Fail(status); };
    if (IsPromptFile(path)) {
      return ForEachPromptRequest(path, input_, use, fail) || options_.keep_going;
    }
    if (part.end == SIZE_MAX) {
      return ForEachRecord(path, input_, lenient, use, fail, chat::IsConversation) ||
             options_.keep_going;
    }
    const std::string name = DisplayName(path);
    const auto lines = OpenLines(path, part.begin, part.end, input_);
    if (!lines.ok()) {
      return Fail(absl::InvalidArgumentError(Concat(name, ": ", MessageOf(lines.status()))));
    }
    return ForEachRecordOf(**lines, name, FirstLineOf(path, part.begin, input_) - 1, lenient, use,
                           fail, chat::IsConversation) ||
           options_.keep_going;
  }

  // Says what is wrong; true to go on.
  bool Fail(const absl::Status& status) {
    output_.Error(Concat("request: ", MessageOf(status)));
    const bool unknown = status.code() == absl::StatusCode::kNotFound ||
                         status.code() == absl::StatusCode::kFailedPrecondition;
    code_ = WorstOf(code_, unknown ? ExitCode::kUnknownModel : ExitCode::kInput);
    ++failed_;
    return options_.keep_going;
  }

  // A request, a line of a batch input file or of a recording.
  absl::Status Use(const JsonValue& value, int line) {
    if (output_.closed()) return absl::OkStatus();
    const auto envelope = chat::OpenEnvelope(value);
    if (!envelope.ok()) return envelope.status();
    if (!envelope->request) return value.Error("an answer; the request is in the batch input file");
    const auto request = chat::ParseRequest(*envelope->request, {envelope->endpoint});
    if (!request.ok()) return request.status();
    if (options_.cost && !request->training.empty()) return RefuseTraining(*request, value);
    RequestRow row;
    row.id = envelope->id.empty() ? std::to_string(line) : std::string(envelope->id);
    const forecast::RequestTerms terms = TermsOf(*request, envelope->batch, row);
    if (options_.models.empty()) {
      const std::string_view own = options_.prices.Mapped(request->model);
      return CountFor(*request, own == request->model ? "" : own, terms, std::move(row), value);
    }
    for (const std::string& model : options_.models) {
      const std::string_view named = options_.prices.Mapped(model);
      if (absl::Status status = CountFor(*request, named, terms, row, value); !status.ok()) {
        return status;
      }
    }
    return absl::OkStatus();
  }

  static absl::Status RefuseTraining(const chat::Request& request, const JsonValue& value) {
    return absl::FailedPreconditionError(
        Concat(value.Where(), ": an example for fine-tuning (", request.training,
               "): training is paid by tokens and epochs or by the hour, at rates that the table "
               "does not have; leave out --cost to count it"));
  }

  // What decides the request's money. The tier is what the caller states, else what the request
  // asks for.
  forecast::RequestTerms TermsOf(const chat::Request& request, bool batch, RequestRow& row) const {
    forecast::RequestTerms terms;
    terms.choices = request.choices;
    terms.max_output_tokens = request.max_output_tokens;
    terms.reply = options_.output_tokens;
    terms.audio_reply = request.audio_reply;
    if (terms.audio_reply) row.warnings.emplace_back("a reply in audio is not priced");
    const std::string_view asked = request.service_tier;
    if (options_.tier) {
      terms.tier = *options_.tier;
    } else if (batch) {
      terms.tier = pricing::Tier::kBatch;
    } else if (asked == "flex" || asked == "priority") {
      terms.tier = *pricing::FindTier(asked);
    } else if (!asked.empty() && asked != "default") {
      row.warnings.push_back(
          Concat("the service tier \"", asked, "\" is decided by the server; priced as standard"));
    }
    return terms;
  }

  // `model`: instead of the request's own, where it is not "".
  absl::Status CountFor(const chat::Request& request, std::string_view model,
                        const forecast::RequestTerms& terms, RequestRow row,
                        const JsonValue& value) {
    chat::CountOptions count;
    count.model = model;
    row.model = std::string(chat::ModelOf(request, count));
    auto prediction = counter_.Count(request, count);
    if (!prediction.ok()) {
      return absl::Status(prediction.status().code(),
                          Concat(value.Where(), ": ", MessageOf(prediction.status())));
    }
    row.prediction = *std::move(prediction);
    return Finish(terms, std::move(row), value);
  }

  // Fills row.cost and row.warnings.
  absl::Status Price(forecast::RequestTerms terms, RequestRow& row) {
    const auto find =
        [this](const std::string& name) -> absl::StatusOr<const pricing::PricedModel*> {
      const auto match = models_.Find(name);
      if (!match.ok()) return match.status();
      return (*match)->model;
    };
    terms.model = row.model;
    auto cost = forecast::PriceRequest(row.prediction, terms, prices_.date(), find);
    if (!cost.ok()) return cost.status();
    row.cost = *std::move(cost);
    const pricing::PricedModel& model = **find(row.model);
    for (const forecast::PassedLimit& passed :
         forecast::PassedLimits(model.limits, row.prediction.prompt_tokens, terms)) {
      row.warnings.push_back(PassedLimitText(passed, model.id));
    }
    for (std::size_t i = 0; i < row.cost->alternative_inputs.size(); ++i) {
      if (row.cost->alternative_inputs[i]) continue;
      row.warnings.push_back(Concat("the fallback ", row.prediction.alternatives[i].model,
                                    " cannot be counted and priced"));
    }
    return absl::OkStatus();
  }

  absl::Status Finish(const forecast::RequestTerms& terms, RequestRow row, const JsonValue& value) {
    if (options_.cost) {
      if (const absl::Status status = Price(terms, row); !status.ok()) {
        return absl::Status(status.code(), Concat(value.Where(), ": ", MessageOf(status)));
      }
      for (const std::string& warning : row.warnings) {
        output_.Warn(Concat("request: ", value.Where(), ": ", warning));
      }
    }
    CheckBudget(row, value);
    Report(std::move(row));
    return absl::OkStatus();
  }

  // What may be billed has to fit; what cannot be counted is not within any budget.
  void CheckBudget(const RequestRow& row, const JsonValue& value) {
    if (!options_.budget) return;
    const chat::Prediction& prediction = row.prediction;
    const auto most = static_cast<std::uint64_t>(prediction.prompt_tokens + prediction.label.bound);
    if (most <= *options_.budget && row.is_known()) return;
    if (most <= *options_.budget) {
      output_.Error(Concat("request: ", value.Where(), ": at least ", GroupDigits(most),
                           " prompt tokens, and not all of it can be counted (",
                           prediction.unknown.front(), "): whether it is within the budget of ",
                           GroupDigits(*options_.budget), " is not known"));
    } else {
      output_.Error(Concat("request: ", value.Where(), ": ", GroupDigits(most),
                           " prompt tokens are over the budget of ",
                           GroupDigits(*options_.budget)));
    }
    code_ = WorstOf(code_, ExitCode::kGateFailed);
  }

  void BeginDocument() {
    json_.BeginObject();
    DocumentHead head{"request", nullptr, std::nullopt, {}};
    if (options_.cost) head.prices_as_of = prices_.TableDate();
    WriteHead(head, json_);
    json_.Key("requests").BeginArray();
  }

  // Machine formats are written as the requests come; for people one request is shown in its parts,
  // more are summed up by model.
  void Report(RequestRow row) {
    ++requests_;
    if (!summary_.Add(row).ok()) {
      output_.Error("request: the sum of the costs is too large");
      code_ = WorstOf(code_, ExitCode::kInput);
    }
    if (format_ == Format::kJson) {
      json_.BeginObject();
      WriteRequest(row, json_);
      json_.EndObject();
      return;
    }
    if (format_ == Format::kJsonl) {
      JsonWriter line(output_, /*pretty=*/false);
      line.BeginObject();
      WriteRequest(row, line);
      line.EndObject();
      return;
    }
    if (requests_ == 1) only_ = std::move(row);
  }

  void Finish() {
    if (format_ == Format::kJson) {
      json_.EndArray();
      json_.Key("failed").Uint(failed_);
      json_.EndObject();
      return;
    }
    if (format_ == Format::kJsonl || requests_ == 0) return;
    if (requests_ == 1) {
      PrintRequest(only_, format_, output_);
    } else {
      summary_.Print(format_, output_);
    }
  }

  const RequestArguments& options_;
  Input& input_;
  Output& output_;
  const Format format_;
  Prices prices_;
  ModelFinder models_;
  ShardRun run_;
  chat::Counter counter_;
  JsonWriter json_;
  RequestSummary summary_;
  RequestRow only_;
  std::uint64_t requests_ = 0;
  std::uint64_t failed_ = 0;
  ExitCode code_ = ExitCode::kOk;
};

// "100,400,2000" or "400".
absl::Status ParseRange(const std::string& value,
                        std::optional<forecast::Range<std::int64_t>>& range) {
  std::array<std::int64_t, 3> numbers{};
  std::size_t count = 0;
  for (std::size_t begin = 0; begin <= value.size(); ++count) {
    const std::size_t comma = std::min(value.find(',', begin), value.size());
    const auto number = ParseCount(value.substr(begin, comma - begin));
    if (!number.ok() || count == numbers.size()) {
      return absl::InvalidArgumentError("is not low,expected,high (or one number of tokens)");
    }
    numbers[count] = static_cast<std::int64_t>(*number);
    begin = comma + 1;
  }
  if (count == 1) numbers = {numbers[0], numbers[0], numbers[0]};
  if (count == 2 || numbers[0] > numbers[1] || numbers[1] > numbers[2]) {
    return absl::InvalidArgumentError("must be low,expected,high in this order");
  }
  range = {numbers};
  return absl::OkStatus();
}

}  // namespace

void Declare(RequestArguments& options, OptionSet& set) {
  set.Positionals("FILE", options.paths,
                  "One request, JSONL of requests, a batch input file, fine-tuning data, "
                  "prompts in .prompt.yml, .prompty or promptfoo's YAML; - or nothing is "
                  "standard input");
  set.Texts("-m,--model", "MODEL", options.models,
            "The model, whatever the requests name (with --against: of requests "
            "that name none); give it again to compare what each of them makes "
            "of every request");
  set.Flag("--cost", options.cost, "Price each request and compare it with its model's limits");
  set.Parsed(
      "--output-tokens", "N",
      [&options](const std::string& value) { return ParseRange(value, options.output_tokens); },
      "Tokens of the reply, reasoning included, for --cost: one number, or "
      "LOW,EXPECTED,HIGH");
  DeclareTier(options.tier,
              "standard, batch, flex, priority (or fast), ultrafast, peak; by default "
              "batch for lines of a batch input file and standard for others",
              set);
  set.Count("--budget", "N", options.budget, "Fail (1) if a request has more prompt tokens");
  set.Text("--against", "RECORDED", options.against,
           "Compare predictions with what was billed: JSONL with request and usage "
           "(or response) in each line; or a batch output file, with its input "
           "file as FILE");
  set.Text("--mcp-tools", "TOOLS", options.mcp_tools,
           "Say what the tools of an MCP server (its answer to tools/list) cost "
           "each call, the dearest first");
  set.Flag("--keep-going", options.keep_going, "Report what is no request and go on");
  Declare(options.shards, set);
  Declare(options.prices, set);
  Declare(options.output, set);
}

ExitCode RunRequest(const RequestArguments& options, Input& input, Output& output) {
  if (options.against) return RunAgainst(options, input, output);
  if (options.mcp_tools) return RunMcpTools(options, input, output);
  return RequestCommand(options, input, output).Run();
}

}  // namespace toktally::cli
