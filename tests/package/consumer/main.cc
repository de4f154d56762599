// A program outside of the tree that uses every library: counts a text and a request, reads a
// recorded call, and multiplies its usage with a model's rates. Its own include folder has a
// bpe/workspace.h and a chat/count.h, which stop the compiler.

#include <toktally/base/json.h>
#include <toktally/bpe/encoding.h>
#include <toktally/bpe/encodings.h>
#include <toktally/chat/count.h>
#include <toktally/pricing/cost.h>
#include <toktally/pricing/money.h>
#include <toktally/pricing/rate_table.h>
#include <toktally/usage/log.h>

#include <cstdint>
#include <cstdio>
#include <string>

bool RunExamples();

namespace {

std::int64_t CountRequest() {
  const auto document = toktally::JsonDocument::Parse(
      R"({"model": "gpt-4o", "messages": [{"role": "user", "content": "hello world"}]})",
      "request");
  if (!document.ok()) return -1;
  const auto request = toktally::chat::ParseRequest(document->root());
  if (!request.ok()) return -1;
  toktally::chat::Counter counter;
  const auto prediction = counter.Count(*request);
  return prediction.ok() ? prediction->prompt_tokens : -1;
}

class TokenSink : public toktally::usage::RecordSink {
 public:
  void Add(const toktally::usage::Record& record) override {
    tokens += record.tokens.uncached_input + record.tokens.output;
  }
  void TakeBack(const toktally::usage::Record& record) override {
    tokens -= record.tokens.uncached_input + record.tokens.output;
  }
  std::int64_t tokens = 0;
};

std::int64_t ReadCall() {
  const auto document = toktally::JsonDocument::Parse(
      R"({"object": "chat.completion", "model": "gpt-4o", "usage": {"prompt_tokens": 703,
          "completion_tokens": 172, "total_tokens": 875}})",
      "log");
  if (!document.ok()) return -1;
  TokenSink sink;
  toktally::chat::Counter counter;
  toktally::usage::Log log(counter, sink);
  log.BeginFile("log");
  if (!log.Add(document->root()).ok() || !log.EndFile().ok()) return -1;
  return sink.tokens;
}

std::string CostOfAMonth() {
  namespace pricing = toktally::pricing;
  const auto& table = pricing::RateTable::BuiltIn();
  if (!table.ok()) return "no table";
  const auto priced = table->Resolve("gpt-4o");
  if (!priced.ok()) return "no model";
  pricing::Usage usage;
  usage.uncached_input = 703;
  usage.output = 172;
  const auto cost = pricing::Cost(*priced->model, usage, {.date = table->as_of()});
  if (!cost.ok()) return "no cost";
  const auto month = cost->total.Times(1'000'000);
  return month.ok() ? pricing::FormatRounded(*month) : "too much";
}

}  // namespace

int main() {
  const auto model = toktally::EncodingForModel("gpt-4o");
  if (!model.ok()) return 1;
  const auto ids = model->encoding->EncodeOrdinary("hello world");
  const auto text = model->encoding->Decode(ids);
  if (!text.ok() || *text != "hello world" || !RunExamples()) return 1;
  std::printf("%zu %s %lld %lld %s\n", ids.size(), std::string(model->encoding->name()).c_str(),
              static_cast<long long>(CountRequest()), static_cast<long long>(ReadCall()),
              CostOfAMonth().c_str());
}
