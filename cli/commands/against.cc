#include "cli/commands/against.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "base/absl_text.h"
#include "chat/completion.h"
#include "chat/count.h"
#include "chat/earlier_call.h"
#include "chat/envelope.h"
#include "chat/json_text.h"
#include "chat/request.h"
#include "cli/io/encoding_store.h"
#include "cli/io/records.h"
#include "cli/report/document.h"
#include "cli/report/escape.h"
#include "cli/report/json_writer.h"
#include "cli/report/number.h"
#include "cli/report/request_row.h"
#include "cli/report/table.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

std::optional<JsonValue> ObjectMember(const JsonValue& object, std::string_view key) {
  const auto found = object.Find(key);
  return found && found->is_object() ? found : std::nullopt;
}

std::optional<std::int64_t> NumberMember(const JsonValue& object, std::string_view key) {
  const auto found = object.Find(key);
  if (!found || !found->is_number()) return std::nullopt;
  const auto number = found->WholeNumber();
  if (!number.ok()) return std::nullopt;
  return *number;
}

// How well one class was predicted.
struct Tally {
  std::uint64_t calls = 0;
  std::uint64_t exact = 0;
  std::uint64_t within_one = 0;
  std::uint64_t held = 0;  // the label was true
  std::uint64_t error = 0;
  std::uint64_t largest = 0;

  void Add(std::int64_t difference, const chat::Label& label) {
    const auto size = static_cast<std::uint64_t>(std::abs(difference));
    ++calls;
    exact += size == 0 ? 1 : 0;
    within_one += size <= 1 ? 1 : 0;
    const bool inside = difference <= label.bound && -difference <= label.Below();
    held += !label.HasRange() || inside ? 1 : 0;
    error += size;
    largest = std::max(largest, size);
  }
  void Add(const Tally& other) {
    calls += other.calls;
    exact += other.exact;
    within_one += other.within_one;
    held += other.held;
    error += other.error;
    largest = std::max(largest, other.largest);
  }
};

// "97.45": two decimals, rounded down, so that 100.00 means all.
std::string PercentText(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "";
  const std::uint64_t hundredths = part * 10000 / whole;
  const std::string decimals = std::to_string(100 + hundredths % 100).substr(1);
  return Concat(hundredths / 100, '.', decimals);
}

using Tallies = std::map<std::string, Tally>;

class AgainstCommand {
 public:
  AgainstCommand(const RequestArguments& options, Input& input, Output& output)
      : options_(options), input_(input), output_(output) {
    lenient_.allow_duplicate_keys = true;
  }

  ExitCode Run() {
    const std::string& recorded = *options_.against;
    counter_.UseClaudePieces(FindStoredPieces(input_, output_, "request"));
    if (options_.paths.empty()) {
      Read(recorded, [this](const JsonValue& value) { return UseRecorded(value); });
    } else {
      Read(recorded, [this](const JsonValue& value) { return KeepResponse(value); });
      for (const std::string& path : options_.paths) {
        Read(path, [this](const JsonValue& value) { return UseBatchInput(value); });
      }
    }
    if (stopped_) return code_;
    Print();
    return code_;
  }

 private:
  template <typename Use>
  void Read(const std::string& path, Use use) {
    if (stopped_) return;
    ForEachRecord(
        path, input_, lenient_, [&use](const JsonValue& value, int) { return use(value); },
        [this](const absl::Status& status) { return Fail(status); });
  }

  bool Fail(const absl::Status& status) {
    output_.Error(Concat("request: ", MessageOf(status)));
    const bool unknown = status.code() == absl::StatusCode::kNotFound ||
                         status.code() == absl::StatusCode::kFailedPrecondition;
    code_ = WorstOf(code_, unknown ? ExitCode::kUnknownModel : ExitCode::kInput);
    stopped_ = !options_.keep_going;
    return options_.keep_going;
  }

  // A line that holds both: `request` beside `usage`, or beside a `response` that holds it.
  absl::Status UseRecorded(const JsonValue& value) {
    const auto envelope = chat::OpenEnvelope(value);
    if (!envelope.ok()) return envelope.status();
    if (!envelope->left_out.empty()) {
      ++left_out_[std::string(envelope->left_out)];
      return absl::OkStatus();
    }
    if (!value.Find("request")) return value.Error("\"request\" is missing");
    if (!envelope->usage) {
      return value.Error("neither \"usage\" nor \"response\".\"usage\" is there");
    }
    return Compare(*envelope);
  }

  // A line of a batch output file.
  absl::Status KeepResponse(const JsonValue& value) {
    const auto envelope = chat::OpenEnvelope(value);
    if (!envelope.ok()) return envelope.status();
    if (!envelope->response || !envelope->usage) {
      ++left_out_["no usage came back"];
      return absl::OkStatus();
    }
    std::string text;
    chat::AppendJson(*envelope->response, {}, text);
    auto document = JsonDocument::Parse(text, "", lenient_);
    if (!document.ok()) return document.status();
    responses_.insert_or_assign(std::string(envelope->id),
                                std::make_unique<JsonDocument>(*std::move(document)));
    return absl::OkStatus();
  }

  // A line of a batch input file.
  absl::Status UseBatchInput(const JsonValue& value) {
    const auto envelope = chat::OpenEnvelope(value);
    if (!envelope.ok()) return envelope.status();
    if (!envelope->batch || !envelope->request) {
      return value.Error("\"body\" is missing; is it a batch input file?");
    }
    const auto found = responses_.find(std::string(envelope->id));
    if (found == responses_.end()) {
      ++left_out_["no response with this custom_id"];
      return absl::OkStatus();
    }
    chat::Envelope call = *envelope;
    chat::AddResponse(found->second->root(), call);
    return Compare(call);
  }

  absl::Status Compare(const chat::Envelope& call) {
    const auto request = chat::ParseRequest(*call.request, {call.endpoint});
    if (!request.ok()) return request.status();
    chat::CountOptions count;
    count.model = call.model;
    if (!options_.models.empty()) count.default_model = options_.models.front();
    count.as_of = call.created;
    auto prediction = counter_.Count(*request, count);
    if (IsUnknownModel(prediction.status())) {
      ++not_predicted_[Concat("of a model that cannot be counted: ", ModelOf(*request, count))];
      code_ = WorstOf(code_, ExitCode::kUnknownModel);
      return absl::OkStatus();
    }
    if (!prediction.ok()) {
      return absl::Status(prediction.status().code(),
                          Concat(call.request->Where(), ": ", MessageOf(prediction.status())));
    }
    const auto billed = chat::BilledPrompt(*call.usage);
    if (!billed) return call.usage->Error("it says no prompt or input tokens");
    GoOn(call, *request, *billed, *prediction);
    std::string name(chat::EndpointName(prediction->endpoint));
    const bool openai = prediction->endpoint == chat::Endpoint::kChat ||
                        prediction->endpoint == chat::Endpoint::kResponses;
    // Of other makers' models the generations are told apart.
    if (!prediction->encoding.starts_with("o200k") && !prediction->encoding.starts_with("cl100k")) {
      name += Concat(' ', prediction->family);
    }
    if (openai || prediction->endpoint >= chat::Endpoint::kMessages) {
      name += Concat(' ', chat::RequestClassName(prediction->request_class));
    }
    if (prediction->label.certainty == chat::Certainty::kUnknown) {
      ++not_predicted_[name];
    } else {
      prompts_[name].Add(*billed - prediction->prompt_tokens, prediction->label);
    }
    return CompareCompletion(call, *request, count, name);
  }

  // Takes from the log what stands on the server, and remembers the call for those behind it.
  void GoOn(const chat::Envelope& call, const chat::Request& request, std::int64_t billed,
            chat::Prediction& prediction) {
    const auto found = earlier_.find(std::string(request.previous_response_id));
    if (found != earlier_.end()) chat::GoOnFrom(found->second, request, prediction);
    const auto id = call.response ? call.response->Find("id") : std::nullopt;
    const auto output = chat::BilledCompletion(*call.usage);
    if (request.endpoint != chat::Endpoint::kResponses || !id || !id->is_string() || !output) {
      return;
    }
    earlier_.insert_or_assign(
        std::string(id->text()),
        chat::RememberCall(request, prediction, billed, *output, ReasoningOf(*call.usage)));
  }

  static std::int64_t ReasoningOf(const JsonValue& usage) {
    auto details = ObjectMember(usage, "completion_tokens_details");
    if (!details) details = ObjectMember(usage, "output_tokens_details");
    return details ? NumberMember(*details, "reasoning_tokens").value_or(0) : 0;
  }

  static bool IsUnknownModel(const absl::Status& status) {
    return status.code() == absl::StatusCode::kNotFound ||
           status.code() == absl::StatusCode::kFailedPrecondition;
  }

  absl::Status CompareCompletion(const chat::Envelope& call, const chat::Request& request,
                                 const chat::CountOptions& count, const std::string& name) {
    const auto billed = chat::BilledCompletion(*call.usage);
    const bool openai =
        request.endpoint == chat::Endpoint::kChat || request.endpoint == chat::Endpoint::kResponses;
    if (!call.reply || !billed || !openai || !counter_.FindModel(ModelOf(request, count)).ok()) {
      return absl::OkStatus();
    }
    const std::int64_t reasoning = ReasoningOf(*call.usage);
    const chat::Replies replies = chat::ParseReplies(*call.reply);
    if (replies.replies.empty()) return absl::OkStatus();
    const auto prediction = chat::PredictCompletion(request, replies, reasoning, counter_, count);
    if (!prediction.ok()) return prediction.status();
    if (prediction->label.certainty == chat::Certainty::kUnknown) {
      ++not_predicted_[Concat("reply, ", name)];
    } else {
      completions_[name].Add(*billed - prediction->tokens, prediction->label);
    }
    return absl::OkStatus();
  }

  // --- the report ---

  void Print() {
    const Format format = options_.output.ChosenFormat();
    if (format == Format::kJson || format == Format::kJsonl) return PrintJson();
    Table table({{"tokens", "tokens", Align::kLeft},
                 {"class", "class", Align::kLeft},
                 {"calls", "calls"},
                 {"exact", "exact"},
                 {"exact %", "exact_percent"},
                 {"within 1 %", "within_one_percent"},
                 {"label holds %", "label_holds_percent"},
                 {"mean error", "mean_error"},
                 {"largest", "largest_error"}});
    AddRows("prompt", prompts_, table);
    AddRows("completion", completions_, table);
    table.Print(format, output_);
    if (format != Format::kTable) return;
    for (const auto& [name, calls] : not_predicted_) {
      output_.PrintLine(format, Concat("not predicted: ", GroupDigits(calls), ' ', name));
    }
    for (const auto& [reason, calls] : left_out_) {
      output_.PrintLine(format, Concat("left out: ", GroupDigits(calls), ' ', reason));
    }
  }

  static void AddRows(const std::string& what, const Tallies& tallies, Table& table) {
    for (const auto& [name, tally] : WithSums(tallies)) {
      const std::string mean = PercentText(tally.error, tally.calls * 100);
      table.AddRow({Cell(what), Cell(name), Cell::Number(tally.calls), Cell::Number(tally.exact),
                    Cell(PercentText(tally.exact, tally.calls)),
                    Cell(PercentText(tally.within_one, tally.calls)),
                    Cell(PercentText(tally.held, tally.calls)), Cell(mean),
                    Cell::Number(tally.largest)});
    }
  }

  // The classes and, behind those of an endpoint with several, their sum.
  static std::vector<std::pair<std::string, Tally>> WithSums(const Tallies& tallies) {
    std::vector<std::pair<std::string, Tally>> rows;
    std::map<std::string, std::pair<int, Tally>> sums;
    for (const auto& [name, tally] : tallies) {
      auto& [classes, sum] = sums[name.substr(0, name.find(' '))];
      ++classes;
      sum.Add(tally);
    }
    for (const auto& [endpoint, counted] : sums) {
      for (const auto& [name, tally] : tallies) {
        if (name.substr(0, name.find(' ')) == endpoint) rows.emplace_back(name, tally);
      }
      if (counted.first > 1) rows.emplace_back(endpoint + ", all", counted.second);
    }
    return rows;
  }

  void PrintJson() {
    JsonWriter json(output_, /*pretty=*/options_.output.ChosenFormat() == Format::kJson);
    json.BeginObject();
    WriteHead({"request", nullptr, std::nullopt, {}}, json);
    WriteTallies("prompt", prompts_, json);
    WriteTallies("completion", completions_, json);
    WriteCounts("not_predicted", not_predicted_, json);
    WriteCounts("left_out", left_out_, json);
    json.EndObject();
  }

  static void WriteTallies(std::string_view key, const Tallies& tallies, JsonWriter& json) {
    json.Key(key).BeginArray();
    for (const auto& [name, tally] : WithSums(tallies)) {
      json.BeginObject(/*inline_items=*/true);
      json.Key("class").String(name);
      json.Key("calls").Uint(tally.calls).Key("exact").Uint(tally.exact);
      json.Key("within_one").Uint(tally.within_one).Key("label_holds").Uint(tally.held);
      json.Key("sum_of_errors").Uint(tally.error).Key("largest_error").Uint(tally.largest);
      json.EndObject();
    }
    json.EndArray();
  }

  static void WriteCounts(std::string_view key, const std::map<std::string, std::uint64_t>& counts,
                          JsonWriter& json) {
    json.Key(key).BeginObject();
    for (const auto& [name, calls] : counts) json.Key(name).Uint(calls);
    json.EndObject();
  }

  const RequestArguments& options_;
  Input& input_;
  Output& output_;
  JsonOptions lenient_;
  chat::Counter counter_;
  std::map<std::string, chat::EarlierCall> earlier_;  // by the ids of their responses
  Tallies prompts_;
  Tallies completions_;
  std::map<std::string, std::uint64_t> not_predicted_;
  std::map<std::string, std::uint64_t> left_out_;
  std::map<std::string, std::unique_ptr<JsonDocument>> responses_;  // by custom_id
  ExitCode code_ = ExitCode::kOk;
  bool stopped_ = false;  // by an error, without --keep-going
};

}  // namespace

ExitCode RunAgainst(const RequestArguments& options, Input& input, Output& output) {
  return AgainstCommand(options, input, output).Run();
}

}  // namespace toktally::cli
