// Any JSON as a request: it is refused or counted, the parts are the whole, and what trimming
// leaves is a request again.

#include <string>
#include <vector>

#include "chat/count.h"
#include "chat/request.h"
#include "chat/trim.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/json_from_bytes.h"

using toktally::testing::FuzzCheck;
namespace chat = toktally::chat;

namespace {

toktally::JsonOptions Lenient() {
  toktally::JsonOptions options;
  options.allow_duplicate_keys = true;
  return options;
}

void TrimAndParse(std::string_view text, const chat::Request& request, chat::Counter& counter,
                  std::int64_t limit) {
  chat::CountOptions options;
  options.model = "gpt-4o";
  const auto trimmed = chat::Trim(request, limit, counter, options);
  if (!trimmed.ok()) return;
  const std::string rest = chat::WithoutDropped(text, request, trimmed->kept);
  FuzzCheck(toktally::JsonDocument::Parse(rest, "", Lenient()).ok(), "what is left is JSON");
}

void CountText(std::string_view text) {
  const auto document = toktally::JsonDocument::Parse(text, "fuzz", Lenient());
  if (!document.ok()) return;
  const auto request = chat::ParseRequest(document->root());
  if (!request.ok()) return;
  chat::Counter counter;
  for (const std::string_view model : {"gpt-4o", "gpt-4-0613", "gpt-5.4"}) {
    chat::CountOptions options;
    options.model = model;
    std::vector<chat::MessageUnit> units;
    const auto prediction = counter.Count(*request, options, units);
    FuzzCheck(prediction.ok(), "a known model can be counted");
    std::int64_t sum = 0;
    for (const chat::Part& part : prediction->parts) sum += part.tokens;
    FuzzCheck(sum == prediction->prompt_tokens, "the parts are the whole");
    if (request->endpoint == chat::Endpoint::kEmbeddings) continue;
    std::size_t next = 0;
    for (const chat::MessageUnit& unit : units) {
      FuzzCheck(unit.first == next && unit.end > unit.first, "the units follow one another");
      next = unit.end;
    }
    FuzzCheck(next == request->messages.size(), "the units hold all messages");
  }
  TrimAndParse(text, *request, counter, 20);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > toktally::testing::kLongestMerge) return 0;
  const toktally::testing::ExactCopy copy(data, size);
  CountText(copy.view());
  toktally::testing::JsonFromBytes json(copy.view());
  CountText(R"({"messages":[)" + json.Make() + "," + json.Make() + R"(],"tools":[)" + json.Make() +
            "]}");
  CountText(R"({"input":[)" + json.Make() + R"(],"text":)" + json.Make() + "}");
  return 0;
}
