// compile_prices prices.json > price_index.inc: reads the whole table as RateTable::Parse does, and
// writes where its models and names stand, for pricing/built_in.cc. A table with a fault does not
// build.

#include <absl/strings/str_cat.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "base/json.h"
#include "pricing/table_state.h"

namespace toktally::pricing {
namespace {

int Fail(const absl::Status& status) {
  const std::string message(status.message());
  std::fprintf(stderr, "%s\n", message.c_str());
  return 1;
}

int Fail(std::string_view message) {
  std::fprintf(stderr, "%.*s\n", static_cast<int>(message.size()), message.data());
  return 1;
}

std::string SliceOf(const JsonValue& value) {
  return absl::StrCat("{", value.begin(), ", ", value.end() - value.begin(), ", ", value.line(),
                      "}");
}

std::string SliceOf(const JsonValue& root, std::string_view key) {
  const auto value = root.Find(key);
  return value ? SliceOf(*value) : "{0, 0, 0}";
}

void Print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void PrintNames(const ModelNames& names) {
  constexpr std::string_view kOrigins[] = {"kId", "kSnapshot", "kAlias", "kFullName"};
  const std::map<std::string, std::vector<NameEntry>> sorted(names.all().begin(),
                                                             names.all().end());
  Print("static constexpr NameEntry kEntries[] = {\n");
  for (const auto& [name, entries] : sorted) {
    for (const NameEntry& entry : entries) {
      const std::string origin(kOrigins[static_cast<std::size_t>(entry.origin)]);
      Print(absl::StrCat("{", entry.model, ", Origin::", origin,
                         entry.hosted ? ", true},\n" : ", false},\n"));
    }
  }
  Print("};\nstatic constexpr PriceIndex::Name kNames[] = {\n");
  std::size_t first = 0;
  for (const auto& [name, entries] : sorted) {
    Print(
        absl::StrCat("{", JsonQuote(name), ", {kEntries + ", first, ", ", entries.size(), "}},\n"));
    first += entries.size();
  }
  Print("};\n");
}

int Compile(const std::string& text, const std::string& file_name) {
  const auto table = RateTable::Parse(text, file_name);
  if (!table.ok()) return Fail(table.status());
  const auto document = JsonDocument::Parse(text, file_name);
  if (!document.ok()) return Fail(document.status());
  const JsonValue root = document->root();
  ModelNames names;
  const std::vector<PricedModel>& models = table->models();
  for (std::size_t i = 0; i < models.size(); ++i) {
    const absl::Status status = names.Add(models, i, file_name);
    if (!status.ok()) return Fail(status);
  }
  Print("// Made by compile_prices from data/prices.json.\n");
  Print("static constexpr PriceIndex::Slice kModels[] = {\n");
  const auto list = root.Find("models");
  for (auto model = list->first(); model; model = model->next()) {
    Print(absl::StrCat(SliceOf(*model), ",\n"));
  }
  Print("};\n");
  PrintNames(names);
  const Date& day = table->as_of();
  Print(absl::StrCat("static constexpr PriceIndex kIndex = {kModels, kNames, ",
                     SliceOf(root, "sources"), ", ", SliceOf(root, "factors"), ", ",
                     SliceOf(root, "fees"), ", ", SliceOf(root, "exchange"), ", {", day.year, ", ",
                     day.month, ", ", day.day, "}};\n"));
  return 0;
}

}  // namespace
}  // namespace toktally::pricing

int main(int argc, char** argv) {
  if (argc != 2) return toktally::pricing::Fail("usage: compile_prices prices.json");
  std::ifstream file(argv[1], std::ios::binary);
  if (!file) return toktally::pricing::Fail("compile_prices: the file cannot be read");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return toktally::pricing::Compile(text, argv[1]);
}
