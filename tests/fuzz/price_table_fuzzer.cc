// Any text as a price table: it is refused in one line that names the file, or read, written and
// read again as the same; and what it says prices calls without a crash.

#include <limits>
#include <string>

#include "pricing/cost.h"
#include "pricing/import.h"
#include "pricing/rate_table.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/json_from_bytes.h"
#include "tests/fuzz/price_words.h"

using toktally::testing::FuzzCheck;
namespace pricing = toktally::pricing;

namespace {

void Price(const pricing::PricedModel& model) {
  for (const std::int64_t tokens :
       {std::int64_t{0}, std::int64_t{272'001}, std::int64_t{1} << 49}) {
    pricing::Usage usage;
    usage.uncached_input = tokens;
    usage.cached_input = tokens;
    usage.cache_write_long = tokens;
    usage.output = tokens;
    for (const pricing::Tier tier : pricing::kTiers) {
      for (const bool resident : {false, true}) {
        const auto cost =
            pricing::Cost(model, usage, {tier, pricing::Date{2026, 11, 22}, resident});
        FuzzCheck(!cost.ok() || cost->total.units() >= 0, "no cost is negative");
      }
    }
  }
}

void ReadTable(std::string_view text) {
  const auto table = pricing::RateTable::Parse(text, "fuzz.json");
  if (!table.ok()) {
    const absl::string_view message = table.status().message();
    FuzzCheck(message.substr(0, 10) == "fuzz.json:", "the error names the file");
    return;
  }
  const std::string written = WritePrices(table->models(), table->sources(), table->as_of());
  const auto again = pricing::RateTable::Parse(written, "again.json");
  FuzzCheck(again.ok(), "what is written can be read");
  FuzzCheck(WritePrices(again->models(), again->sources(), again->as_of()) == written,
            "and is the same");
  for (const pricing::PricedModel& model : table->models()) {
    const auto match = table->Resolve(model.FullName());
    FuzzCheck(match.ok() && match->model == &model, "a full name is found");
    Price(model);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > toktally::testing::kLongestMerge) return 0;
  const toktally::testing::ExactCopy copy(data, size);
  ReadTable(copy.view());
  toktally::testing::JsonFromBytes json(copy.view(), toktally::testing::kTableWords);
  const auto table = [](std::string_view rows, std::string_view rest) {
    return std::string(R"({"schema": 1, "as_of": "2026-11-22", "sources": {"s": {"what": "w"}},
        "models": [{"provider": "p", "id": "m", "kind": "chat", "status": "active", "rows": [)") +
           std::string(rows) + "]" + std::string(rest) + "}]}";
  };
  ReadTable(table(json.Make(), ""));
  const auto row = [](std::string_view rest) {
    return R"({"tier": "standard", "rates": {"input": "1", "output": "2.50"})" + std::string(rest) +
           "}";
  };
  ReadTable(table(row(", \"above\": " + json.Make()) + "," + row(", \"derived\": " + json.Make()),
                  ", \"limits\": " + json.Make()));
  ReadTable(table(row(""), ", \"data_residency\": " + json.Make()));
  return 0;
}
