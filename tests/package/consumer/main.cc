// A program outside the tree: counts a text, and multiplies a usage with a model's rates.

#include <toktally/bpe/encoding.h>
#include <toktally/bpe/encodings.h>
#include <toktally/pricing/cost.h>
#include <toktally/pricing/money.h>
#include <toktally/pricing/rate_table.h>

#include <cstdio>

int main() {
  const auto model = toktally::EncodingForModel("gpt-4o");
  if (!model.ok()) return 1;
  const auto ids = model->encoding->EncodeOrdinary("hello world");
  const auto text = model->encoding->Decode(ids);
  if (!text.ok() || *text != "hello world") return 1;

  namespace pricing = toktally::pricing;
  const auto& table = pricing::RateTable::BuiltIn();
  if (!table.ok()) return 1;
  const auto priced = table->Resolve("gpt-4o");
  if (!priced.ok()) return 1;
  pricing::Usage usage;
  usage.uncached_input = 703;
  usage.output = 172;
  const pricing::CostOptions options{.date = table->as_of()};
  const auto cost = pricing::Cost(*priced->model, usage, options);
  if (!cost.ok()) return 1;
  const auto month = cost->total.Times(1'000'000);
  if (!month.ok()) return 1;
  std::printf("%zu %s %s\n", ids.size(), std::string(model->encoding->name()).c_str(),
              pricing::FormatRounded(*month).c_str());
}
