#include "cli/usage_sums.h"

#include <utility>

#include "cli/html_page.h"
#include "cli/number.h"
#include "cli/table.h"
#include "cli/text.h"

namespace toktally::cli {
namespace {

using pricing::Money;

constexpr std::string_view kNone = "(not said)";

pricing::Usage ToPricing(const chat::TokenCounts& tokens) {
  pricing::Usage usage;
  usage.uncached_input = tokens.uncached_input;
  usage.cached_input = tokens.cached_input;
  usage.cache_write_short = tokens.cache_write_short;
  usage.cache_write_long = tokens.cache_write_long;
  usage.output = tokens.output;
  usage.reasoning_output = tokens.reasoning_output;
  usage.audio_input = tokens.audio_input;
  usage.audio_cached_input = tokens.audio_cached_input;
  usage.audio_output = tokens.audio_output;
  usage.image_input = tokens.image_input;
  usage.image_cached_input = tokens.image_cached_input;
  usage.image_output = tokens.image_output;
  usage.audio_seconds = tokens.audio_seconds;
  return usage;
}

void AddTokens(const chat::TokenCounts& tokens, chat::TokenCounts& sum) {
  sum.uncached_input += tokens.uncached_input;
  sum.cached_input += tokens.cached_input;
  sum.cache_write_short += tokens.cache_write_short;
  sum.cache_write_long += tokens.cache_write_long;
  sum.output += tokens.output;
  sum.reasoning_output += tokens.reasoning_output;
  sum.audio_input += tokens.audio_input;
  sum.audio_cached_input += tokens.audio_cached_input;
  sum.audio_output += tokens.audio_output;
  sum.image_input += tokens.image_input;
  sum.image_cached_input += tokens.image_cached_input;
  sum.image_output += tokens.image_output;
  sum.audio_seconds += tokens.audio_seconds;
}

void AddCall(const chat::UsageRecord& record, const absl::StatusOr<Money>& cost, UsageSum& sum) {
  ++sum.calls;
  AddTokens(record.tokens, sum.tokens);
  if (record.counted) ++sum.counted;
  const auto added = cost.ok() ? sum.cost.Plus(*cost) : cost;
  if (added.ok()) sum.cost = *added;
  if (!added.ok() || record.counted) ++sum.unpriced;
}

std::int64_t Cached(const chat::TokenCounts& tokens) {
  return tokens.cached_input + tokens.audio_cached_input + tokens.image_cached_input;
}
std::int64_t Written(const chat::TokenCounts& tokens) {
  return tokens.cache_write_short + tokens.cache_write_long;
}

std::string CostText(const UsageSum& sum) {
  if (sum.complete()) return pricing::FormatRounded(sum.cost);
  if (sum.unpriced == sum.calls && sum.cost.is_zero()) return "unknown";
  return Concat("at least ", pricing::FormatRounded(sum.cost));
}

Cell Tokens(std::int64_t n) { return Cell::Number(static_cast<std::uint64_t>(n)); }

// A reply that ended before it was whole, or was held back.
bool IsCutOff(std::string_view finish_reason) {
  return finish_reason == "length" || finish_reason == "content_filter";
}

}  // namespace

// At the rates of the day of the call, unless --as-of names one; the tier that the response names
// is the one that was billed.
absl::StatusOr<Money> UsageSums::CostOf(const chat::UsageRecord& record) {
  const std::string& name = record.model.empty() && options_.model ? *options_.model : record.model;
  if (name.empty()) return absl::NotFoundError("no model is named; -m MODEL says which");
  const auto match = models_.Find(name);
  if (!match.ok()) return match.status();
  pricing::CostOptions how;
  how.tier = options_.tier.value_or(pricing::Tier::kStandard);
  if (!options_.tier && !record.service_tier.empty()) {
    const auto tier = pricing::ParseTier(record.service_tier);
    if (!tier.ok()) {
      return absl::NotFoundError(
          Concat("service tier \"", record.service_tier, "\" names no rate; --tier does"));
    }
    how.tier = *tier;
  }
  how.date = prices_.date();
  if (const auto day = pricing::ParseDate(record.day); day.ok() && !options_.prices.as_of) {
    how.date = *day;
  }
  const auto cost = pricing::Cost(*(*match)->model, ToPricing(record.tokens), how);
  if (!cost.ok()) return cost.status();
  return cost->total;
}

std::string UsageSums::KeyOf(const chat::UsageRecord& record) const {
  const auto or_none = [](const std::string& text) {
    return text.empty() ? std::string(kNone) : text;
  };
  switch (options_.by) {
    case UsageGroup::kModel:
      return or_none(record.model);
    case UsageGroup::kDay:
      return or_none(record.day);
    case UsageGroup::kFile:
      return or_none(record.source);
    case UsageGroup::kFinishReason:
      return or_none(record.finish_reason);
  }
  return std::string(kNone);
}

void UsageSums::Add(const chat::UsageRecord& record) {
  const absl::StatusOr<Money> cost = CostOf(record);
  if (!cost.ok()) ++why_unpriced_[std::string(cost.status().message())];
  AddCall(record, cost, total_);
  AddCall(record, cost, sums_[KeyOf(record)]);
  if (IsCutOff(record.finish_reason)) AddCall(record, cost, cut_off_[record.finish_reason]);
}

std::string_view UsageSums::Title() const {
  constexpr std::string_view kTitles[] = {"model", "day", "file", "finish reason"};
  return kTitles[static_cast<std::size_t>(options_.by)];
}

void UsageSums::Print(Format format, Output& output) const {
  if (empty() && format == Format::kTable) return;
  Table table({{std::string(Title()), "key", Align::kLeft, true},
               {"calls", "calls"},
               {"input", "input_tokens"},
               {"cached", "cached_tokens"},
               {"written", "cache_write_tokens"},
               {"output", "output_tokens"},
               {"reasoning", "reasoning_tokens"},
               {"cost", "cost"}});
  const auto add = [&table](const std::string& key, const UsageSum& sum, Style style) {
    const chat::TokenCounts& tokens = sum.tokens;
    table.AddRow({Cell(key), Cell::Number(sum.calls), Tokens(tokens.Input()),
                  Tokens(Cached(tokens)), Tokens(Written(tokens)), Tokens(tokens.Output()),
                  Tokens(tokens.reasoning_output),
                  Cell(CostText(sum), sum.complete() ? sum.cost.ToString() : "", style)});
  };
  for (const auto& [key, sum] : sums_) {
    const bool stands_out = options_.by == UsageGroup::kFinishReason && IsCutOff(key);
    add(key, sum, stands_out ? Style::kYellow : Style::kPlain);
  }
  if (sums_.size() > 1) {
    table.AddRule();
    add("total", total_, Style::kBold);
  }
  table.Print(format, output);
  if (format == Format::kCsv) return;
  for (const auto& [reason, sum] : cut_off_) {
    output.Print(
        Concat(GroupDigits(sum.calls), sum.calls == 1 ? " reply" : " replies", " ended with ",
               reason, ": ", GroupDigits(static_cast<std::uint64_t>(sum.tokens.Output())),
               " output tokens, ", CostText(sum), " paid\n"),
        Style::kYellow);
  }
  if (total_.counted > 0) {
    output.Print(Concat(GroupDigits(total_.counted),
                        " counted: the stream ended without usage; its prompt is not known\n"));
  }
}

void UsageSums::PrintPage(Output& output) const {
  HtmlPage page("What was used", Concat(GroupDigits(total_.calls), " calls, ", CostText(total_)));
  page.Paragraph(Concat("price table of ", prices_.TableDate()));
  page.Heading(Concat("Cost by ", Title()));
  std::vector<HtmlBar> bars;
  std::vector<HtmlStack> stacks;
  std::vector<std::vector<std::string>> rows;
  for (const auto& [key, sum] : sums_) {
    const pricing::Ratio usd = sum.cost.ToRatio();
    const chat::TokenCounts& tokens = sum.tokens;
    bars.push_back({key, Concat(GroupDigits(sum.calls), sum.calls == 1 ? " call" : " calls"),
                    CostText(sum), usd, usd, usd});
    const std::int64_t reused = Cached(tokens) + Written(tokens);
    const std::int64_t shown = tokens.Output() - tokens.reasoning_output;
    const auto part = [](std::int64_t n) { return pricing::Ratio(n); };
    stacks.push_back(
        {key,
         Concat(GroupDigits(static_cast<std::uint64_t>(tokens.Input() + tokens.Output())),
                " tokens"),
         {part(tokens.Input() - reused), part(Cached(tokens)), part(Written(tokens)), part(shown),
          part(tokens.reasoning_output)}});
    std::vector<std::string> row = {key, GroupDigits(sum.calls)};
    for (const std::int64_t n : {tokens.Input(), Cached(tokens), Written(tokens), tokens.Output(),
                                 tokens.reasoning_output}) {
      row.push_back(GroupDigits(static_cast<std::uint64_t>(n)));
    }
    row.push_back(CostText(sum));
    rows.push_back(std::move(row));
  }
  page.Bars(bars);
  page.Heading("Tokens by kind");
  page.Stacks({"input", "cached", "written", "output", "reasoning"}, stacks);
  page.Heading("In numbers");
  page.Table(
      {std::string(Title()), "calls", "input", "cached", "written", "output", "reasoning", "cost"},
      rows);
  std::vector<std::string> notes;
  for (const auto& [reason, sum] : cut_off_) {
    notes.push_back(
        Concat(GroupDigits(sum.calls), " ended with ", reason, ": ", CostText(sum), " paid"));
  }
  for (const auto& [why, n] : why_unpriced_)
    notes.push_back(Concat(GroupDigits(n), " not priced: ", why));
  if (!notes.empty()) page.Heading("To know");
  page.List(notes);
  output.Print(std::move(page).Finish());
}

void UsageSums::WriteSum(const UsageSum& sum, JsonWriter& json) const {
  const auto write = [&json](std::string_view key, std::int64_t n) {
    json.Key(key).Uint(static_cast<std::uint64_t>(n));
  };
  const chat::TokenCounts& tokens = sum.tokens;
  json.Key("calls").Uint(sum.calls);
  write("input_tokens", tokens.Input());
  write("cached_tokens", Cached(tokens));
  write("cache_write_tokens", Written(tokens));
  write("output_tokens", tokens.Output());
  write("reasoning_tokens", tokens.reasoning_output);
  write("audio_tokens", tokens.audio_input + tokens.audio_cached_input + tokens.audio_output);
  write("image_tokens", tokens.image_input + tokens.image_cached_input + tokens.image_output);
  json.Key("counted_replies").Uint(sum.counted);
  json.Key("cost");
  sum.complete() ? json.String(sum.cost.ToString()) : json.Null();
  json.Key("cost_at_least").String(sum.cost.ToString());
  json.Key("unpriced_calls").Uint(sum.unpriced);
}

void UsageSums::Write(JsonWriter& json) const {
  json.Key("by").String(Title());
  json.Key("rows").BeginArray();
  for (const auto& [key, sum] : sums_) {
    json.BeginObject();
    json.Key("key").String(key);
    WriteSum(sum, json);
    json.EndObject();
  }
  json.EndArray();
  json.Key("total").BeginObject();
  WriteSum(total_, json);
  json.EndObject();
  json.Key("cut_off").BeginObject();
  for (const auto& [reason, sum] : cut_off_) {
    json.Key(reason).BeginObject();
    WriteSum(sum, json);
    json.EndObject();
  }
  json.EndObject();
  json.Key("unpriced").BeginArray();
  for (const auto& [why, calls] : why_unpriced_) {
    json.BeginObject(/*inline_items=*/true);
    json.Key("reason").String(why).Key("calls").Uint(calls);
    json.EndObject();
  }
  json.EndArray();
}

void UsageSums::PrintLines(Output& output) const {
  for (const auto& [key, sum] : sums_) {
    JsonWriter json(output, /*pretty=*/false);
    json.BeginObject();
    json.Key("key").String(key);
    WriteSum(sum, json);
    json.EndObject();
  }
}

}  // namespace toktally::cli
