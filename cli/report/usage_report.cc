#include "cli/report/usage_report.h"

#include <utility>

#include "cli/report/html_page.h"
#include "cli/report/number.h"
#include "cli/report/table.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

using usage::Sum;

std::int64_t Cached(const pricing::Usage& tokens) {
  return tokens.cached_input + tokens.audio_cached_input + tokens.image_cached_input;
}
std::int64_t Written(const pricing::Usage& tokens) {
  return tokens.cache_write_short + tokens.cache_write_long;
}

std::string CostText(const Sum& sum) {
  if (sum.complete()) return pricing::FormatRounded(sum.cost);
  if (sum.unpriced == sum.calls && sum.cost.is_zero()) return "unknown";
  return Concat("at least ", pricing::FormatRounded(sum.cost));
}

Cell Tokens(std::int64_t n) { return Cell::Number(static_cast<std::uint64_t>(n)); }

void WriteSum(const Sum& sum, JsonWriter& json) {
  const auto write = [&json](std::string_view key, std::int64_t n) {
    json.Key(key).Uint(static_cast<std::uint64_t>(n));
  };
  const pricing::Usage& tokens = sum.tokens;
  json.Key("calls").Uint(sum.calls);
  write("input_tokens", tokens.PromptTokens());
  write("cached_tokens", Cached(tokens));
  write("cache_write_tokens", Written(tokens));
  write("output_tokens", tokens.OutputTokens());
  write("reasoning_tokens", tokens.reasoning_output);
  write("audio_tokens", tokens.audio_input + tokens.audio_cached_input + tokens.audio_output);
  write("image_tokens", tokens.image_input + tokens.image_cached_input + tokens.image_output);
  json.Key("counted_replies").Uint(sum.counted);
  json.Key("cost");
  sum.complete() ? json.String(sum.cost.ToString()) : json.Null();
  json.Key("cost_at_least").String(sum.cost.ToString());
  json.Key("unpriced_calls").Uint(sum.unpriced);
}

}  // namespace

void PrintUsage(const usage::Sums& sums, Format format, Output& output) {
  if (sums.empty() && format == Format::kTable) return;
  Table table({{std::string(Title(sums.by())), "key", Align::kLeft, true},
               {"calls", "calls"},
               {"input", "input_tokens"},
               {"cached", "cached_tokens"},
               {"written", "cache_write_tokens"},
               {"output", "output_tokens"},
               {"reasoning", "reasoning_tokens"},
               {"cost", "cost"}});
  const auto add = [&table](const std::string& key, const Sum& sum, Style style) {
    const pricing::Usage& tokens = sum.tokens;
    table.AddRow({Cell(key), Cell::Number(sum.calls), Tokens(tokens.PromptTokens()),
                  Tokens(Cached(tokens)), Tokens(Written(tokens)), Tokens(tokens.OutputTokens()),
                  Tokens(tokens.reasoning_output),
                  Cell(CostText(sum), sum.complete() ? sum.cost.ToString() : "", style)});
  };
  for (const auto& [key, sum] : sums.rows()) {
    const bool stands_out = sums.by() == usage::GroupBy::kFinishReason && usage::IsCutOff(key);
    add(key, sum, stands_out ? Style::kYellow : Style::kPlain);
  }
  if (sums.rows().size() > 1) {
    table.AddRule();
    add("total", sums.total(), Style::kBold);
  }
  table.Print(format, output);
  if (format == Format::kCsv) return;
  for (const auto& [reason, sum] : sums.cut_off()) {
    output.Print(
        Concat(GroupDigits(sum.calls), sum.calls == 1 ? " reply" : " replies", " ended with ",
               reason, ": ", GroupDigits(static_cast<std::uint64_t>(sum.tokens.OutputTokens())),
               " output tokens, ", CostText(sum), " paid\n"),
        Style::kYellow);
  }
  if (sums.total().counted > 0) {
    output.Print(Concat(GroupDigits(sums.total().counted),
                        " counted: the stream ended without usage; its prompt is not known\n"));
  }
}

void PrintUsagePage(const usage::Sums& sums, std::string_view table_date, Output& output) {
  HtmlPage page("What was used",
                Concat(GroupDigits(sums.total().calls), " calls, ", CostText(sums.total())));
  page.Paragraph(Concat("price table of ", table_date));
  page.Heading(Concat("Cost by ", Title(sums.by())));
  std::vector<HtmlBar> bars;
  std::vector<HtmlStack> stacks;
  std::vector<std::vector<std::string>> rows;
  for (const auto& [key, sum] : sums.rows()) {
    const pricing::Ratio usd = sum.cost.ToRatio();
    const pricing::Usage& tokens = sum.tokens;
    bars.push_back({key, Concat(GroupDigits(sum.calls), sum.calls == 1 ? " call" : " calls"),
                    CostText(sum), usd, usd, usd});
    const std::int64_t reused = Cached(tokens) + Written(tokens);
    const std::int64_t shown = tokens.OutputTokens() - tokens.reasoning_output;
    const auto part = [](std::int64_t n) { return pricing::Ratio(n); };
    stacks.push_back({key,
                      Concat(GroupDigits(static_cast<std::uint64_t>(tokens.PromptTokens() +
                                                                    tokens.OutputTokens())),
                             " tokens"),
                      {part(tokens.PromptTokens() - reused), part(Cached(tokens)),
                       part(Written(tokens)), part(shown), part(tokens.reasoning_output)}});
    std::vector<std::string> row = {key, GroupDigits(sum.calls)};
    for (const std::int64_t n : {tokens.PromptTokens(), Cached(tokens), Written(tokens),
                                 tokens.OutputTokens(), tokens.reasoning_output}) {
      row.push_back(GroupDigits(static_cast<std::uint64_t>(n)));
    }
    row.push_back(CostText(sum));
    rows.push_back(std::move(row));
  }
  page.Bars(bars);
  page.Heading("Tokens by kind");
  page.Stacks({"input", "cached", "written", "output", "reasoning"}, stacks);
  page.Heading("In numbers");
  page.Table({std::string(Title(sums.by())), "calls", "input", "cached", "written", "output",
              "reasoning", "cost"},
             rows);
  std::vector<std::string> notes;
  for (const auto& [reason, sum] : sums.cut_off()) {
    notes.push_back(
        Concat(GroupDigits(sum.calls), " ended with ", reason, ": ", CostText(sum), " paid"));
  }
  for (const auto& [why, n] : sums.why_unpriced())
    notes.push_back(Concat(GroupDigits(n), " not priced: ", why));
  if (!notes.empty()) page.Heading("To know");
  page.List(notes);
  output.Print(std::move(page).Finish());
}

void WriteUsage(const usage::Sums& sums, JsonWriter& json) {
  json.Key("by").String(Title(sums.by()));
  json.Key("rows").BeginArray();
  for (const auto& [key, sum] : sums.rows()) {
    json.BeginObject();
    json.Key("key").String(key);
    WriteSum(sum, json);
    json.EndObject();
  }
  json.EndArray();
  json.Key("total").BeginObject();
  WriteSum(sums.total(), json);
  json.EndObject();
  json.Key("cut_off").BeginObject();
  for (const auto& [reason, sum] : sums.cut_off()) {
    json.Key(reason).BeginObject();
    WriteSum(sum, json);
    json.EndObject();
  }
  json.EndObject();
  json.Key("unpriced").BeginArray();
  for (const auto& [why, calls] : sums.why_unpriced()) {
    json.BeginObject(/*inline_items=*/true);
    json.Key("reason").String(why).Key("calls").Uint(calls);
    json.EndObject();
  }
  json.EndArray();
}

void PrintUsageLines(const usage::Sums& sums, Output& output) {
  for (const auto& [key, sum] : sums.rows()) {
    JsonWriter json(output, /*pretty=*/false);
    json.BeginObject();
    json.Key("key").String(key);
    WriteSum(sum, json);
    json.EndObject();
  }
}

}  // namespace toktally::cli
