#include "cli/commands/growth.h"

#include <array>
#include <utility>
#include <vector>

#include "base/absl_text.h"
#include "chat/growth.h"
#include "cli/commands/single_request.h"
#include "cli/io/encoding_store.h"
#include "cli/report/document.h"
#include "cli/report/json_writer.h"
#include "cli/report/number.h"
#include "cli/report/request_row.h"
#include "cli/report/table.h"
#include "cli/report/text.h"
#include "pricing/cost.h"

namespace toktally::cli {
namespace {

using pricing::Money;

constexpr std::uint64_t kDefaultTurns = 10;
constexpr std::uint64_t kMostTurns = 1'000'000;

// The same conversation in four ways of sending it.
enum Way { kResent, kResentCached, kTrimmed, kTrimmedCached };
constexpr std::size_t kWays = 4;
constexpr std::array<std::string_view, kWays> kWayNames = {"resent", "resent, cached", "trimmed",
                                                           "trimmed, cached"};
constexpr std::array<std::string_view, kWays> kWayKeys = {"resent", "resent_cached", "trimmed",
                                                          "trimmed_cached"};

struct Totals {
  std::int64_t prompt = 0;
  std::int64_t cached = 0;
  Money cost;
};

class GrowthCommand {
 public:
  GrowthCommand(const GrowthArguments& options, Input& input, Output& output)
      : options_(options),
        input_(input),
        output_(output),
        prices_(options.prices, "growth", input, output) {}

  ExitCode Run() {
    if (!prices_.ok()) return ExitCode::kUsage;
    if (options_.turns.value_or(1) == 0 || options_.turns.value_or(1) > kMostTurns) {
      output_.Error("growth: --turns takes 1 to 1,000,000");
      return ExitCode::kUsage;
    }
    const auto single = ReadSingleRequest(options_.path, input_);
    if (!single.ok()) return Fail(single.status());
    const chat::Request& request = (*single)->request;
    chat::CountOptions count;
    if (options_.model) count.model = *options_.model;
    model_ = std::string(options_.prices.Mapped(chat::ModelOf(request, count)));
    if (model_ != request.model) count.model = model_;
    chat::Counter counter;
    counter.UseClaudePieces(FindStoredPieces(input_, output_, "growth"));
    auto growth = chat::PredictGrowth(request, ForLibrary(), counter, count);
    if (!growth.ok()) return Fail(growth.status());
    growth_ = *std::move(growth);
    if (const absl::Status status = AddUp(); !status.ok()) return Fail(status);
    Print();
    return ExitCode::kOk;
  }

 private:
  ExitCode Fail(const absl::Status& status) {
    output_.Error(Concat("growth: ", MessageOf(status)));
    return CodeOfCountError(status);
  }

  chat::GrowthOptions ForLibrary() const {
    const auto number = [](const std::optional<std::uint64_t>& n) {
      return n ? std::optional<std::int64_t>(static_cast<std::int64_t>(*n)) : std::nullopt;
    };
    chat::GrowthOptions growth;
    growth.turns = static_cast<std::size_t>(options_.turns.value_or(kDefaultTurns));
    growth.user_tokens = number(options_.user_tokens);
    growth.reply_tokens = number(options_.reply_tokens);
    growth.max_tokens = number(options_.max_tokens);
    return growth;
  }

  std::size_t WaysShown() const { return options_.max_tokens ? kWays : 2; }

  // Prompt and cached tokens of a turn in one way.
  static std::pair<std::int64_t, std::int64_t> Sent(const chat::GrowthTurn& turn, std::size_t way) {
    const bool trimmed = way == kTrimmed || way == kTrimmedCached;
    const bool cached = way == kResentCached || way == kTrimmedCached;
    const std::int64_t prompt = trimmed ? turn.trimmed_prompt : turn.prompt;
    if (!cached) return {prompt, 0};
    return {prompt, trimmed ? turn.trimmed_cached : turn.cached};
  }

  absl::Status AddUp() {
    const pricing::PricedModel* model = nullptr;
    if (options_.cost) {
      const auto match = prices_.table().Resolve(model_);
      if (!match.ok()) return match.status();
      model = match->model;
    }
    for (const chat::GrowthTurn& turn : growth_.turns) {
      for (std::size_t way = 0; way < WaysShown(); ++way) {
        const auto [prompt, cached] = Sent(turn, way);
        totals_[way].prompt += prompt;
        totals_[way].cached += cached;
        if (model == nullptr) continue;
        if (absl::Status status = AddCost(*model, prompt, cached, turn.reply, totals_[way]);
            !status.ok()) {
          return status;
        }
      }
    }
    return absl::OkStatus();
  }

  absl::Status AddCost(const pricing::PricedModel& model, std::int64_t prompt, std::int64_t cached,
                       std::int64_t reply, Totals& totals) const {
    pricing::Usage usage;
    usage.uncached_input = prompt - cached;
    usage.cached_input = cached;
    usage.output = reply;
    const auto cost = pricing::Cost(model, usage, {options_.tier, prices_.date(), false});
    if (!cost.ok()) return cost.status();
    const auto sum = totals.cost.Plus(cost->total);
    if (!sum.ok()) return sum.status();
    totals.cost = *sum;
    return absl::OkStatus();
  }

  void Print() {
    const Format format = options_.output.ChosenFormat();
    if (format == Format::kJson || format == Format::kJsonl) return PrintJson();
    PrintTurns(format);
    if (format == Format::kCsv) return;
    output_.Print("\n");
    PrintTotals(format);
    if (growth_.turns.back().assumed) {
      output_.Print(
          "turns marked ~ are not in the conversation: they have its mean lengths, or those "
          "of --user-tokens and --reply-tokens\n");
    }
  }

  void PrintTurns(Format format) {
    std::vector<Column> columns = {{"turn", "turn"},
                                   {"prompt", "prompt_tokens"},
                                   {"so far", "prompt_tokens_so_far"},
                                   {"cached", "cached_tokens"}};
    if (options_.max_tokens) {
      columns.push_back({"trimmed", "trimmed_prompt_tokens"});
      columns.push_back({"so far", "trimmed_prompt_tokens_so_far"});
      columns.push_back({"cached", "trimmed_cached_tokens"});
    }
    Table table(std::move(columns));
    std::int64_t sum = 0;
    std::int64_t trimmed_sum = 0;
    for (std::size_t i = 0; i < growth_.turns.size(); ++i) {
      const chat::GrowthTurn& turn = growth_.turns[i];
      sum += turn.prompt;
      trimmed_sum += turn.trimmed_prompt;
      const std::string number = std::to_string(i + 1);
      std::vector<Cell> cells = {Cell(turn.assumed ? "~" + number : number, number),
                                 Tokens(turn.prompt), Tokens(sum), Tokens(turn.cached)};
      if (options_.max_tokens) {
        for (const std::int64_t n : {turn.trimmed_prompt, trimmed_sum, turn.trimmed_cached}) {
          cells.push_back(Tokens(n));
        }
      }
      table.AddRow(std::move(cells));
    }
    table.Print(format, output_);
  }

  static Cell Tokens(std::int64_t n) { return Cell::Number(static_cast<std::uint64_t>(n)); }

  void PrintTotals(Format format) {
    std::vector<Column> columns = {
        {"sent", "way", Align::kLeft}, {"prompt tokens", "prompt"}, {"of them cached", "cached"}};
    if (options_.cost) columns.push_back(MoneyColumn("cost", "cost"));
    Table table(std::move(columns));
    for (std::size_t way = 0; way < WaysShown(); ++way) {
      std::vector<Cell> cells = {Cell(std::string(kWayNames[way])), Tokens(totals_[way].prompt),
                                 Tokens(totals_[way].cached)};
      if (options_.cost) cells.emplace_back(pricing::FormatRounded(totals_[way].cost));
      table.AddRow(std::move(cells));
    }
    table.Print(format, output_);
  }

  void PrintJson() {
    const auto uint = [](std::int64_t n) { return static_cast<std::uint64_t>(n); };
    JsonWriter json(output_, options_.output.ChosenFormat() == Format::kJson);
    json.BeginObject();
    DocumentHead head{"growth", nullptr, std::nullopt, {}};
    if (options_.cost) head.prices_as_of = prices_.TableDate();
    if (growth_.turns.back().assumed) {
      head.assumptions.emplace_back(
          "turns beyond the conversation have its mean or stated lengths");
    }
    WriteHead(head, json);
    json.Key("model").String(model_);
    json.Key("certainty").String(chat::CertaintyName(growth_.prediction.label.certainty));
    json.Key("turns").BeginArray();
    for (const chat::GrowthTurn& turn : growth_.turns) {
      json.BeginObject(/*inline_items=*/true);
      json.Key("prompt_tokens")
          .Uint(uint(turn.prompt))
          .Key("cached_tokens")
          .Uint(uint(turn.cached));
      json.Key("reply_tokens").Uint(uint(turn.reply)).Key("assumed").Bool(turn.assumed);
      if (options_.max_tokens) {
        json.Key("trimmed_prompt_tokens").Uint(uint(turn.trimmed_prompt));
        json.Key("trimmed_cached_tokens").Uint(uint(turn.trimmed_cached));
      }
      json.EndObject();
    }
    json.EndArray();
    json.Key("totals").BeginObject();
    for (std::size_t way = 0; way < WaysShown(); ++way) {
      json.Key(kWayKeys[way]).BeginObject(/*inline_items=*/true);
      json.Key("prompt_tokens").Uint(uint(totals_[way].prompt));
      json.Key("cached_tokens").Uint(uint(totals_[way].cached));
      json.Key("cost");
      options_.cost ? json.String(totals_[way].cost.ToString()) : json.Null();
      json.EndObject();
    }
    json.EndObject().EndObject();
  }

  const GrowthArguments& options_;
  Input& input_;
  Output& output_;
  Prices prices_;
  std::string model_;
  chat::Growth growth_;
  std::array<Totals, kWays> totals_;
};

}  // namespace

void Declare(GrowthArguments& options, OptionSet& set) {
  set.Positional("FILE", options.path,
                 "A request with the conversation so far; - or nothing is standard input");
  set.Count("--turns", "N", options.turns, "How many turns (default 10)");
  set.Count("--max-tokens", "N", options.max_tokens,
            "Also show what is sent if the oldest turns are dropped beyond N");
  set.Count("--user-tokens", "N", options.user_tokens,
            "Tokens of the user's text in turns that FILE does not have (default: "
            "the mean of those it has)");
  set.Count("--reply-tokens", "N", options.reply_tokens, "The same for replies");
  set.Text("-m,--model", "MODEL", options.model, "The model, whatever the request names");
  set.Flag("--cost", options.cost, "Price the conversation: sent again, cached, trimmed");
  DeclareTier(options.tier, set);
  Declare(options.prices, set);
  Declare(options.output, set);
}

ExitCode RunGrowth(const GrowthArguments& options, Input& input, Output& output) {
  return GrowthCommand(options, input, output).Run();
}

}  // namespace toktally::cli
