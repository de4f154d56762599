// The examples of the public headers, as they stand there (tests/package/examples_test.cmake
// compares), so that what a manual shows compiles.

#include <toktally/base/histogram.h>
#include <toktally/base/json.h>
#include <toktally/base/json_lines.h>
#include <toktally/base/required.h>
#include <toktally/base/date.h>
#include <toktally/base/sampling.h>
#include <toktally/bpe/chunks.h>
#include <toktally/bpe/encoding.h>
#include <toktally/bpe/encodings.h>
#include <toktally/bpe/stream_counter.h>
#include <toktally/bpe/truncate.h>
#include <toktally/bpe/workspace.h>
#include <toktally/chat/cache_prefix.h>
#include <toktally/chat/count.h>
#include <toktally/forecast/actual.h>
#include <toktally/forecast/verdict.h>
#include <toktally/usage/bill.h>
#include <toktally/usage/log.h>
#include <toktally/usage/reader.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// clang-format off: the lines stand as in the comments.
namespace toktally {
namespace {

// base/histogram.h, base/sampling.h
std::uint64_t MedianOf(const Histogram& of_another_machine) {
  Histogram tokens;
  tokens.Add(17);
  tokens.Add(of_another_machine);
  const Histogram::Bounds median = tokens.Quantile(50, 100);  // it lies in low … high
  return median.high;
}
double SampledValue(std::uint64_t total, std::uint64_t strata, std::uint64_t seed) {
  const std::vector<std::uint64_t> bytes = DrawBytes(total, strata, seed);
  std::vector<double> densities;
  for (const std::uint64_t byte : bytes) densities.push_back(byte % 2 == 0 ? 0.25 : 0.5);
  const SampledSum sum = EstimateSum(densities, total);   // sum.value ± sum.half_width
  return sum.value;
}

// bpe/encoding.h
std::uint64_t CountAndEncode(std::string_view prompt) {
  const toktally::Encoding* o200k = toktally::FindEncoding("o200k_base");   // bpe/encodings.h
  std::uint64_t n = o200k->Count(prompt);
  std::vector<toktally::TokenId> ids = o200k->EncodeOrdinary(prompt);
  return n == ids.size() ? n : 0;
}

// bpe/workspace.h
std::uint64_t CountLines(const toktally::Encoding& encoding, const std::vector<std::string>& lines) {
  toktally::Workspace workspace;                       // one a thread
  std::uint64_t tokens = 0;
  for (const std::string& line : lines) {
    tokens += encoding.Count(line, toktally::IllFormedUtf8::kReplace, &workspace);
  }
  return tokens;
}

// bpe/truncate.h, bpe/chunks.h, bpe/stream_counter.h
std::string Fitting(const toktally::Encoding& encoding, std::string_view text) {
  std::string fits;
  const auto kept = toktally::Truncate(encoding, text, {.tokens = 8000});
  if (kept.ok()) fits = text.substr(0, kept->head);
  return fits;
}
std::vector<std::uint64_t> EndsOfChunks(const toktally::Encoding& encoding,
                                        const std::vector<std::string>& parts) {
  std::vector<std::uint64_t> chunks;
  toktally::Chunker chunker(encoding, {.tokens = 512, .overlap = 64},
                            [&](const toktally::Chunk& chunk) { chunks.push_back(chunk.end); });
  for (const std::string& part : parts) chunker.Add(part);
  chunker.Finish();
  return chunks;
}
std::uint64_t CountParts(const toktally::Encoding& encoding,
                         const std::vector<std::string>& parts) {
  toktally::StreamCounter counter(encoding);
  for (const std::string& part : parts) counter.Add(part);
  const toktally::StreamCount count = counter.Finish();
  return count.tokens;
}

// base/json.h
struct Model {
  std::string id;
  std::optional<std::int64_t> limit;
};
absl::Status ReadModel(const JsonValue& value, Model& model) {
  JsonFields fields(value);
  fields.String("id", &model.id);
  fields.OptionalWholeNumber("limit", &model.limit);
  if (absl::Status s = fields.Done(); !s.ok()) return s;
  return absl::OkStatus();
}

// base/json_lines.h
std::size_t CountMessages(const std::vector<std::string_view>& lines) {
  std::size_t messages = 0;
  JsonLineReader reader;
  JsonOptions options;
  for (const std::string_view line : lines) {
    const absl::StatusOr<JsonValue> value = reader.Read(line, "calls.jsonl", options);
    if (value.ok() && value->Find("messages")) ++messages;
    ++options.first_line;
  }
  return messages;
}

// base/required.h
struct Options { Required<Date> date; bool region = false; };

// chat/count.h
std::int64_t Predict(const chat::Request& request) {
  using namespace chat;
  Counter counter;
  absl::StatusOr<Prediction> p = counter.Count(request);
  return p.ok() ? p->prompt_tokens : -1;
}

// usage/log.h
std::uint64_t Recorded(const forecast::Plan& plan, const std::vector<forecast::ActualCalls>& calls,
                       int days, const pricing::RateTable& table) {
  std::uint64_t recorded = 0;
  const auto compared = forecast::CompareWithActual(plan, calls, days, table);
  for (const forecast::ActualRow& row : compared.rows) recorded += row.calls;
  return recorded;
}

std::int64_t Kept(const chat::Request& request, chat::Counter& counter) {
  std::int64_t kept = 0;
  const auto prefix = chat::FindCachePrefix(request, counter);
  if (prefix.ok()) kept = prefix->stable_tokens;  // as far as nothing changes
  return kept;
}

pricing::Money CostOf(std::string_view response, chat::Counter& counter, usage::Pricer& pricer) {
  pricing::Money cost;
  const auto sums = usage::PriceText(response, "response", counter, pricer);
  if (sums.ok() && sums->total().complete()) cost = sums->total().cost;
  return cost;
}

class OutputSink : public usage::RecordSink {
 public:
  void Add(const usage::Record& record) override { output += record.tokens.output; }
  void TakeBack(const usage::Record& record) override { output -= record.tokens.output; }
  std::int64_t output = 0;
};

absl::Status ReadValues(chat::Counter& counter, const std::vector<JsonValue>& values,
                        OutputSink& sink) {
  using namespace usage;
  Log log(counter, sink);
  log.BeginFile("calls.jsonl");
  for (const JsonValue& value : values) {
    if (absl::Status s = log.Add(value); !s.ok()) return s;
  }
  if (absl::Status s = log.EndFile(); !s.ok()) return s;
  return absl::OkStatus();
}

// forecast/plan.h and forecast/verdict.h
std::string ForecastAndJudge(std::string_view text, bool& failed) {
  const forecast::TextAccess files;
  auto file = forecast::ReadWorkloadFile("toktally.json", files);
  if (!file.ok()) return "";
  const pricing::RateTable& table = *pricing::RateTable::BuiltIn();
  auto plan = forecast::MakePlan(*file, *pricing::RateTable::BuiltIn(), {2026, 11, 26}, files);
  auto baseline = forecast::ParseBaseline(text, "base.json");
  if (!baseline.ok()) return "";
  auto verdict = forecast::Judge(*file, plan, &*baseline, table);
  failed = verdict.Failed();
  return
  plan.total.at(forecast::Point::kExpected).ToString(2);  // USD a month
}

// usage/reader.h
void ReadBytes(usage::Log& log, std::string_view bytes) {
  using namespace usage;
  LogReaderOptions options;
  LogReader reader(log, options);
  reader.BeginFile("calls.jsonl");
  reader.Add(bytes);
  reader.EndFile();
}

}  // namespace
}  // namespace toktally
// clang-format on

bool RunExamples() {
  using namespace toktally;
  const auto request = JsonDocument::Parse(
      R"({"model": "gpt-4o", "messages": [{"role": "user", "content": "hello world"}]})", "");
  const auto model = JsonDocument::Parse(R"({"id": "m", "limit": 7})", "");
  const auto call = JsonDocument::Parse(
      R"({"model": "m", "usage": {"prompt_tokens": 1, "completion_tokens": 2}})", "");
  if (!request.ok() || !model.ok() || !call.ok()) return false;
  const auto parsed = chat::ParseRequest(request->root());
  Model read;
  chat::Counter counter;
  bool failed = false;
  const auto& table = pricing::RateTable::BuiltIn();
  if (!table.ok()) return false;
  usage::PricerOptions pricing;
  pricing.today = Date{2026, 11, 22};
  pricing.model = "gpt-4o";
  usage::Pricer pricer(*table, pricing);
  const auto cost =
      CostOf(R"({"prompt_tokens": 1000, "completion_tokens": 0})", counter, pricer);
  if (cost.ToString() != "0.0025") return false;
  OutputSink sink;
  OutputSink bytes;
  usage::Log log(counter, bytes);
  ReadBytes(log, R"({"model": "m", "usage": {"prompt_tokens": 1, "completion_tokens": 2}})");
  return MedianOf(Histogram()) == 17 && SampledValue(1000, 10, 1) > 0 &&
         ForecastAndJudge("{}", failed).empty() && CountAndEncode("hello world") == 2 &&
         CountLines(*FindEncoding("cl100k_base"), {"hello", " world"}) == 2 &&
         Fitting(*FindEncoding("o200k_base"), "hello") == "hello" &&
         EndsOfChunks(*FindEncoding("o200k_base"), {"hello", " world"}).size() == 1 &&
         CountParts(*FindEncoding("o200k_base"), {"hello", " world"}) == 2 &&
         ReadModel(model->root(), read).ok() && read.limit == 7 &&
         CountMessages({R"({"messages": []})", "{", R"({"input": ""})"}) == 1 &&
         Options{.date = Date{2026, 11, 26}}.date.get().year == 2026 && parsed.ok() &&
         Recorded(forecast::Plan(), {}, 1, *table) == 0 && Predict(*parsed) == 9 && Kept(*parsed, counter) < 9 && ReadValues(counter, {call->root()}, sink).ok() &&
         sink.output == 2 && bytes.output == 2;
}
