// The rules against what the API billed: every recorded call in ../shared/truth/calls.jsonl.

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <string_view>

#include "tests/chat/cases.h"

namespace toktally::chat {
namespace {

struct Tally {
  int calls = 0;
  int exact = 0;
  int within_one = 0;
  int labelled = 0;  // with a certainty that claims something
  int held = 0;      // and the claim was true
};

struct Tallies {
  std::map<std::string, Tally> by_class;
  int left_out = 0;
  int unreadable = 0;
};

std::int64_t Billed(const JsonValue& usage) {
  auto tokens = usage.Find("prompt_tokens");
  if (!tokens) tokens = usage.Find("input_tokens");
  return tokens->WholeNumber().value_or(-1);
}

void CountCall(const JsonValue& call, Counter& counter, Tallies& tallies) {
  if (const auto reason = call.Find("left_out"); reason && !reason->is_null()) {
    ++tallies.left_out;
    return;
  }
  RequestOptions where;
  const std::string_view endpoint = call.Find("endpoint")->text();
  where.endpoint = endpoint == "chat.completions" ? Endpoint::kChat : EndpointOfUrl(endpoint);
  const auto request = ParseRequest(*call.Find("request"), where);
  CountOptions options;
  options.model = call.Find("model")->text();
  if (const auto created = call.Find("created"); created && created->is_number()) {
    options.as_of = created->WholeNumber().value_or(0);
  }
  if (!request.ok()) {
    ++tallies.unreadable;
    return;
  }
  const auto prediction = counter.Count(*request, options);
  if (!prediction.ok()) {
    ++tallies.unreadable;
    return;
  }
  const std::int64_t error = Billed(*call.Find("usage")) - prediction->prompt_tokens;
  std::string name(EndpointName(prediction->endpoint));
  if (prediction->endpoint == Endpoint::kChat ||
      prediction->request_class >= RequestClass::kReasoningItems) {
    name.append(" ").append(RequestClassName(prediction->request_class));
  }
  Tally& tally = tallies.by_class[name];
  ++tally.calls;
  if (error == 0) ++tally.exact;
  if (std::abs(error) <= 1) ++tally.within_one;
  if (prediction->label.certainty > Certainty::kModelled) return;
  ++tally.labelled;
  if (std::abs(error) <= prediction->label.bound) ++tally.held;
}

double Percent(int part, int whole) { return 100.0 * part / whole; }

TEST(RecordedCalls, ArePredicted) {
  std::ifstream file(std::string(TOKTALLY_SHARED_DIR) + "/truth/calls.jsonl");
  if (!file) GTEST_SKIP() << "../shared/truth/calls.jsonl is not here";
  Tallies tallies;
  Counter counter;
  JsonOptions lenient;
  lenient.allow_duplicate_keys = true;
  std::string line;
  while (std::getline(file, line)) {
    const auto document = JsonDocument::ParseInPlace(line, "calls.jsonl", lenient);
    ASSERT_TRUE(document.ok()) << document.status().message();
    CountCall(document->root(), counter, tallies);
  }
  EXPECT_EQ(tallies.unreadable, 0);
  EXPECT_EQ(tallies.left_out, 230);
  const std::map<std::string, double> least = {
      {"chat text", 99},
      {"chat tools", 97},
      {"chat tools with history", 98.5},
      {"chat json_schema", 99.5},
      {"chat images", 86},
      {"chat json_object", 100},
      {"responses", 97},
      {"embeddings embeddings", 99},
  };
  for (const auto& [name, percent] : least) {
    const Tally& tally = tallies.by_class[name];
    EXPECT_GT(tally.calls, 0) << name;
    EXPECT_GE(Percent(tally.exact, tally.calls), percent) << name;
    // No prediction may be silently wrong.
    EXPECT_GE(Percent(tally.held, tally.labelled), 99) << name;
  }
  const Tally& images = tallies.by_class["chat images"];
  EXPECT_EQ(images.within_one, images.calls);
}

}  // namespace
}  // namespace toktally::chat
