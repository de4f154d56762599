// toktally prices find: the cheapest models for a call. prices history: what a model cost when.

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/absl_text.h"
#include "cli/commands/models.h"
#include "cli/commands/prices.h"
#include "cli/report/document.h"
#include "cli/report/html_page.h"
#include "cli/report/json_writer.h"
#include "cli/report/number.h"
#include "cli/report/table.h"
#include "cli/report/text.h"
#include "pricing/cost.h"

namespace toktally::cli {
namespace {

using pricing::PricedModel;
using pricing::RateKind;
using pricing::RateRow;

struct Found {
  const PricedModel* model = nullptr;
  pricing::Money cost;
  std::vector<std::string> remarks;
};

bool IsInService(const PricedModel& model, const pricing::Date& date) {
  const auto lifecycle = LifecycleOn(model, date);
  return !lifecycle || !lifecycle->retired;
}

std::optional<std::int64_t> WindowOf(const PricedModel& model) {
  return model.limits.context_window ? model.limits.context_window : model.limits.max_input;
}

// Whether the model can take the call at all; what is not known of it does not count as known.
bool Fits(const PricedModel& model, const PricesOptions& options, const pricing::Date& date) {
  if (model.kind != "chat" || !IsInService(model, date) || model.id.starts_with("ft:"))
    return false;
  const bool wanted =
      options.providers.empty() || std::find(options.providers.begin(), options.providers.end(),
                                             model.provider) != options.providers.end();
  if (!wanted) return false;
  if (!options.context) return true;
  const auto window = WindowOf(model);
  return window && static_cast<std::uint64_t>(*window) >= *options.context;
}

std::vector<Found> Cheapest(const PricesOptions& options, const Prices& prices) {
  pricing::Usage usage;
  const auto given = [](const std::optional<std::uint64_t>& n) {
    return static_cast<std::int64_t>(n.value_or(0));
  };
  usage.cached_input = given(options.cached_tokens);
  usage.uncached_input = given(options.input_tokens) - usage.cached_input;
  usage.output = given(options.output_tokens);
  std::vector<Found> found;
  for (const PricedModel& listed : prices.table().models()) {
    if (!Fits(listed, options, prices.date())) continue;
    const auto match = prices.table().Resolve(listed.FullName());
    if (!match.ok()) continue;
    auto cost = pricing::Cost(*match->model, usage, {.tier = options.tier, .date = prices.date()});
    if (!cost.ok()) continue;
    const bool cached_rate = options.cached_tokens.value_or(0) == 0 ||
                             cost->row->rate(RateKind::kCachedInput).has_value();
    if (cached_rate) found.push_back({match->model, cost->total, std::move(cost->remarks)});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Found& a, const Found& b) { return a.cost < b.cost; });
  constexpr std::uint64_t kMost = 20;
  found.resize(std::min<std::size_t>(found.size(), options.most.value_or(kMost)));
  return found;
}

void WriteFound(const std::vector<Found>& found, const Prices& prices, JsonWriter& json) {
  json.BeginObject();
  DocumentHead head;
  head.command = "prices find";
  head.prices_as_of = prices.TableDate();
  head.prices_age_days = prices.AgeDays();
  WriteHead(head, json);
  json.Key("models").BeginArray();
  for (const Found& each : found) {
    json.BeginObject();
    json.Key("model").String(each.model->FullName());
    json.Key("cost_per_call").String(each.cost.ToString());
    json.Key("context_window");
    const auto window = WindowOf(*each.model);
    window ? json.Uint(static_cast<std::uint64_t>(*window)) : json.Null();
    json.Key("remarks").BeginArray();
    for (const std::string& remark : each.remarks) json.String(remark);
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

// The rows of a model by tier, band and time.
std::vector<const RateRow*> InOrder(const PricedModel& model) {
  std::vector<const RateRow*> rows;
  for (const RateRow& row : model.rows) rows.push_back(&row);
  const auto key = [](const RateRow* row) {
    return std::tuple(row->tier, row->above ? row->above->prompt_tokens : 0,
                      row->from.value_or(pricing::Date{}));
  };
  std::stable_sort(rows.begin(), rows.end(),
                   [&key](const RateRow* a, const RateRow* b) { return key(a) < key(b); });
  return rows;
}

std::string BandOf(const RateRow& row) {
  return Concat(TierName(row.tier), row.above ? Concat(" ", row.above->ToString()) : "",
                row.hours ? Concat(" ", row.hours->ToString()) : "");
}

std::string SinceOf(const RateRow& row) { return row.from ? ToString(*row.from) : ""; }
std::string UntilOf(const RateRow& row) { return row.to ? ToString(*row.to) : ""; }

std::string RateText(const RateRow& row, RateKind kind) {
  return row.rate(kind) ? row.rate(kind)->ForPeople() : "";
}

pricing::Ratio RatioOf(const RateRow& row, RateKind kind) {
  const auto& rate = row.rate(kind);
  if (!rate) return pricing::Ratio(0);
  return *pricing::Ratio::Of(rate->units(), pricing::PowerOfTen(pricing::Rate::kDecimals));
}

// A page: for input and output the rates of each tier and band, one bar a period.
std::string HistoryPage(const PricedModel& model, const Prices& prices) {
  HtmlPage page(Concat("Prices of ", model.FullName()),
                Concat("USD per million tokens; ", prices.Heading(), "."));
  for (const auto& [kind, title] :
       {std::pair(RateKind::kInput, "Input"), std::pair(RateKind::kOutput, "Output")}) {
    std::vector<HtmlBar> bars;
    for (const RateRow* row : InOrder(model)) {
      if (!row->rate(kind)) continue;
      const pricing::Ratio rate = RatioOf(*row, kind);
      const std::string since = SinceOf(*row);
      const std::string until = UntilOf(*row);
      bars.push_back({BandOf(*row),
                      Concat(since.empty() ? "…" : since, " – ", until.empty() ? "…" : until),
                      Concat("$", RateText(*row, kind)), rate, rate, rate});
    }
    if (bars.empty()) continue;
    page.Heading(title);
    page.Bars(bars);
  }
  std::vector<std::vector<std::string>> rows;
  for (const RateRow* row : InOrder(model)) {
    rows.push_back({BandOf(*row), SinceOf(*row), UntilOf(*row), RateText(*row, RateKind::kInput),
                    RateText(*row, RateKind::kCachedInput), RateText(*row, RateKind::kOutput)});
  }
  page.Heading("All rows");
  page.Table({"tier", "from", "to", "input", "cached", "output"}, rows);
  return std::move(page).Finish();
}

}  // namespace

ExitCode FindPrices(const PricesOptions& options, const Prices& prices, Output& output) {
  if (!options.input_tokens && !options.output_tokens) {
    output.Error("prices: find the cheapest for what? give --input-tokens and --output-tokens");
    return ExitCode::kUsage;
  }
  if (options.cached_tokens.value_or(0) > options.input_tokens.value_or(0)) {
    output.Error("prices: find: cached tokens are a part of --input-tokens");
    return ExitCode::kUsage;
  }
  const std::vector<Found> found = Cheapest(options, prices);
  if (found.empty()) {
    output.Error("prices: find: no model in the table has all that, and a rate for it");
    return ExitCode::kUnknownModel;
  }
  const Format format = options.output.ChosenFormat();
  if (format == Format::kJson || format == Format::kJsonl) {
    JsonWriter json(output, format == Format::kJson);
    WriteFound(found, prices, json);
    return ExitCode::kOk;
  }
  Table table({{"model", "model", Align::kLeft, true},
               MoneyColumn("one call", "cost_per_call"),
               {"context", "context_window"},
               {"note", "note", Align::kLeft}});
  for (const Found& each : found) {
    const auto window = WindowOf(*each.model);
    table.AddRow({each.model->FullName(), Cell(FormatExact(each.cost), each.cost.ToString()),
                  window ? Cell(GroupDigits(static_cast<std::uint64_t>(*window)),
                                Concat(static_cast<std::uint64_t>(*window)))
                         : Cell(""),
                  each.remarks.empty() ? "" : each.remarks.front()});
  }
  table.Print(format, output);
  return ExitCode::kOk;
}

ExitCode HistoryOfPrices(const PricesOptions& options, const Prices& prices, Output& output) {
  if (options.words.size() != 2) {
    output.Error("prices: history of which one MODEL?");
    return ExitCode::kUsage;
  }
  const auto match = prices.table().Resolve(options.words[1]);
  if (!match.ok()) {
    output.Error(Concat("prices: ", MessageOf(match.status())));
    return ExitCode::kUnknownModel;
  }
  const Format format = options.output.ChosenFormat();
  if (format == Format::kHtml) {
    output.Print(HistoryPage(*match->model, prices));
    return ExitCode::kOk;
  }
  Table table({{"tier", "tier", Align::kLeft},
               {"from", "from", Align::kLeft},
               {"to", "to", Align::kLeft},
               {"$/1M in", "input"},
               {"cached", "cached_input"},
               {"out", "output"},
               {"note", "note", Align::kLeft}});
  for (const RateRow* row : InOrder(*match->model)) {
    table.AddRow({BandOf(*row), SinceOf(*row), UntilOf(*row), RateText(*row, RateKind::kInput),
                  RateText(*row, RateKind::kCachedInput), RateText(*row, RateKind::kOutput),
                  row->caution.empty() ? row->note : row->caution});
  }
  table.Print(format, output);
  return ExitCode::kOk;
}

}  // namespace toktally::cli
