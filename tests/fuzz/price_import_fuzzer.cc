// Any text as a price database of others: it is refused, or what is taken from it can be written,
// read again and laid over our table.

#include <string>
#include <vector>

#include "pricing/import.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/json_from_bytes.h"
#include "tests/fuzz/price_words.h"

using toktally::testing::FuzzCheck;
namespace pricing = toktally::pricing;

namespace {

constexpr pricing::Date kToday = {2026, 11, 22};

// A few models of the built-in table; all of them would only take time.
absl::StatusOr<pricing::RateTable> Ours() {
  const auto& table = pricing::RateTable::BuiltIn();
  if (!table.ok()) return table.status();
  std::vector<pricing::PricedModel> models;
  for (const pricing::PricedModel& model : table->models()) {
    const bool known = model.id == "gpt-4o" || model.id == "o3" || model.id == "claude-opus-4-5";
    const bool host = model.hosted && (models.empty() || !models.back().hosted);
    if (known || host) models.push_back(model);
  }
  return pricing::RateTable::Of(models, table->sources(), table->rules(), table->as_of(),
                                "ours.json");
}

void Import(std::string_view text) {
  const auto foreign = pricing::ReadForeignPrices(text, "fuzz.json", {kToday, {"all"}});
  if (!foreign.ok()) {
    FuzzCheck(foreign.status().message().substr(0, 10) == "fuzz.json:", "the error names the file");
    return;
  }
  static const auto own = Ours();
  FuzzCheck(own.ok(), "our table is fine");
  pricing::ImportReport report;
  const auto merged = MergeImport(*own, *foreign, &report);
  auto sources = own->sources();
  sources[std::string(ImportFormatName(foreign->format))].what = "imported";
  const auto table = pricing::RateTable::Parse(WritePrices(merged, sources, kToday), "merged.json");
  if (!table.ok()) std::fprintf(stderr, "%s\n", std::string(table.status().message()).c_str());
  FuzzCheck(table.ok(), "what is imported can be read");
  const auto both = own->ReplacedBy(*table);
  if (!both.ok()) std::fprintf(stderr, "%s\n", std::string(both.status().message()).c_str());
  FuzzCheck(both.ok(), "and laid over ours");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > toktally::testing::kLongestMerge) return 0;
  const toktally::testing::ExactCopy copy(data, size);
  Import(copy.view());
  toktally::testing::JsonFromBytes json(copy.view(), toktally::testing::kForeignWords);
  const auto rest = [&json] { return json.Make().substr(1); };
  const auto comma = [](const std::string& members) { return members == "}" ? "" : ", "; };
  std::string members = rest();
  Import(R"({"gpt-4o": {"litellm_provider": "openai")" + (comma(members) + members) + R"(, "n": )" +
         json.Make() + "}");
  members = rest();
  Import(R"([{"id": "openai", "models": [{"id": "gpt-4o", "prices": {"input_mtok": 2)" +
         (comma(members) + members) + R"(}, {"id": "n", "prices": [)" + json.Make() + "," +
         json.Make() + "]}]}]");
  members = rest();
  Import(R"({"openai": {"models": {"gpt-4o": {"cost": {"input": 2)" + (comma(members) + members) +
         R"(}, "n": )" + json.Make() + R"(}}, "groq": {"models": )" + json.Make() + "}}");
  return 0;
}
