#include "cli/commands/cache.h"

#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "chat/cache_prefix.h"
#include "cli/commands/single_request.h"
#include "cli/io/encoding_store.h"
#include "cli/report/document.h"
#include "cli/report/json_writer.h"
#include "cli/report/number.h"
#include "cli/report/request_row.h"
#include "cli/report/table.h"
#include "cli/report/text.h"
#include "cli/report/usd.h"
#include "pricing/cost.h"

namespace toktally::cli {
namespace {

using pricing::RateKind;

constexpr std::int64_t kHoursPerMonth = 730;  // 365 / 12 days

// How long a prefix is kept after its last use, and what keeping it costs.
struct Keeping {
  std::string_view name;
  std::int64_t seconds;
  std::int64_t pricing::Usage::*written;  // of a miss; null: a miss costs what it did before
};

// One way of sending the request, a month of it.
struct MonthOf {
  std::string name;
  std::optional<Ratio> hits;  // the share of calls that find the prefix kept
  Ratio usd;
  std::optional<Ratio> from_calls;  // an hour: from there on it pays
};

class CacheCommand {
 public:
  CacheCommand(const CacheArguments& options, Input& input, Output& output)
      : options_(options),
        input_(input),
        output_(output),
        prices_(options.prices, "cache", input, output) {}

  ExitCode Run() {
    if (!prices_.ok()) return ExitCode::kUsage;
    if (options_.calls_per_hour == 0) {
      output_.Error("cache: --calls-per-hour 0 is no call at all");
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
    counter.UseClaudePieces(FindStoredPieces(input_, output_, "cache"));
    auto prefix = chat::FindCachePrefix(request, counter, count);
    if (!prefix.ok()) return Fail(prefix.status());
    prefix_ = *std::move(prefix);
    const auto match = prices_.table().Resolve(model_);
    if (!match.ok()) return Fail(match.status());
    priced_ = match->model;
    FindBreakpoints(**single);
    if (const absl::Status status = PriceWays(); !status.ok()) return Fail(status);
    Print();
    return ExitCode::kOk;
  }

 private:
  ExitCode Fail(const absl::Status& status) {
    const std::string name = DisplayName(options_.path);
    const std::string message(status.message());
    output_.Error(Concat("cache: ", message.starts_with(name) ? "" : Concat(name, ": "), message));
    return CodeOfCountError(status);
  }

  bool is_claude() const { return prefix_.prediction.family.starts_with("claude"); }

  // Marks of Anthropic's, cache_control: the parts that they close.
  void FindBreakpoints(const SingleRequest& single) {
    marked_.assign(prefix_.parts.size(), false);
    const JsonValue root = single.document->root();
    const auto body = root.Find("body");
    const JsonValue request = body && body->is_object() ? *body : root;
    for (const char* key : {"tools", "system"}) {
      const auto list = request.Find(key);
      if (list && HasMark(*list)) marked_[0] = true;
    }
    if (!single.request.message_array) return;
    std::size_t index = 0;
    for (auto message = single.request.message_array->first(); message; message = message->next()) {
      const auto content = message->Find("content");
      const bool mark = (content && HasMark(*content)) || message->Find("cache_control");
      for (std::size_t i = 1; mark && i < prefix_.parts.size(); ++i) {
        const chat::PrefixPart& part = prefix_.parts[i];
        if (index >= part.first && index < part.end) marked_[i] = true;
      }
      ++index;
    }
  }
  static bool HasMark(const JsonValue& list) {
    if (!list.is_array()) return false;
    for (auto element = list.first(); element; element = element->next()) {
      if (element->is_object() && element->Find("cache_control")) return true;
    }
    return false;
  }

  const std::optional<pricing::Rate>& RateOf(RateKind kind) const {
    static const std::optional<pricing::Rate> kNone;
    const auto row = pricing::FindRow(*priced_, pricing::Tier::kStandard, prices_.date(),
                                      prefix_.prediction.prompt_tokens);
    return row.ok() ? (*row)->rate(kind) : kNone;
  }

  // Where writing has a rate, what it keeps is kept for a stated time; else the provider decides,
  // and two times stand for it.
  std::vector<Keeping> Ways() const {
    const bool claude = is_claude();
    std::vector<Keeping> ways;
    if (RateOf(RateKind::kCacheWriteShort)) {
      ways.push_back(claude ? Keeping{"5 minutes", 300, &pricing::Usage::cache_write_short}
                            : Keeping{"30 minutes", 1800, &pricing::Usage::cache_write_short});
    }
    if (RateOf(RateKind::kCacheWriteLong)) {
      ways.push_back(claude ? Keeping{"1 hour", 3600, &pricing::Usage::cache_write_long}
                            : Keeping{"12 hours", 43'200, &pricing::Usage::cache_write_long});
    }
    if (ways.empty()) ways = {{"5 minutes", 300, nullptr}, {"1 hour", 3600, nullptr}};
    return ways;
  }

  absl::StatusOr<Ratio> CallUsd(const pricing::Usage& usage) const {
    const auto cost =
        pricing::Cost(*priced_, usage, {pricing::Tier::kStandard, prices_.date(), false});
    if (!cost.ok()) return cost.status();
    return cost->total.ToRatio();
  }

  absl::Status PriceWays() {
    const std::int64_t all = prefix_.prediction.prompt_tokens;
    const std::int64_t kept = prefix_.stable_tokens;
    pricing::Usage plain;
    plain.uncached_input = all;
    pricing::Usage hit;
    hit.uncached_input = all - kept;
    hit.cached_input = kept;
    const auto without = CallUsd(plain);
    if (!without.ok()) return without.status();
    const auto with_hit = CallUsd(hit);
    if (!with_hit.ok()) return with_hit.status();
    const Ratio calls(static_cast<std::int64_t>(options_.calls_per_hour.value_or(0)));
    const Ratio month = calls * Ratio(kHoursPerMonth);
    months_.push_back({"not kept", std::nullopt, *without * month, std::nullopt});
    if (!CanBeKept()) return absl::OkStatus();
    for (const Keeping& way : Ways()) {
      pricing::Usage miss = plain;
      if (way.written != nullptr) {
        miss.uncached_input = all - kept;
        miss.*way.written = kept;
      }
      const auto with_miss = CallUsd(miss);
      if (!with_miss.ok()) return with_miss.status();
      const Ratio hits = HitShare(options_.calls_per_hour.value_or(0), way.seconds);
      const Ratio usd = (*with_hit * hits + *with_miss * (Ratio(1) - hits)) * month;
      months_.push_back({std::string(way.name), hits, usd,
                         PaysFrom(*without, *with_hit, *with_miss, way.seconds)});
    }
    return absl::OkStatus();
  }

  // Of calls at random times, the share that comes within `seconds` of the one before.
  static Ratio HitShare(std::uint64_t calls_per_hour, std::int64_t seconds) {
    const double rate = static_cast<double>(calls_per_hour) / 3600;
    const double share = 1 - std::exp(-rate * static_cast<double>(seconds));
    return *Ratio::Of(std::llround(share * 10'000), 10'000);
  }

  // The calls an hour from which on writing pays; nullopt where a miss costs nothing more.
  static std::optional<Ratio> PaysFrom(const Ratio& without, const Ratio& hit, const Ratio& miss,
                                       std::int64_t seconds) {
    const auto least = (miss - without).DividedBy(miss - hit);
    if (!least || least->sign() <= 0 || *least >= Ratio(1)) return std::nullopt;
    const double share = std::stod(least->ToString(9));
    const double calls = -std::log(1 - share) * 3600 / static_cast<double>(seconds);
    return *Ratio::Of(std::llround(std::ceil(calls * 10)), 10);
  }

  std::optional<std::int64_t> Least() const { return priced_->limits.min_cacheable; }
  bool CanBeKept() const {
    return RateOf(RateKind::kCachedInput) && prefix_.stable_tokens > 0 &&
           (!Least() || prefix_.stable_tokens >= *Least());
  }

  // What decides, and what to do about it.
  std::vector<std::string> Remarks() const {
    std::vector<std::string> remarks;
    const auto count = [](std::int64_t n) { return GroupDigits(static_cast<std::uint64_t>(n)); };
    for (std::size_t i = 0; i + 1 < prefix_.parts.size(); ++i) {
      const chat::PrefixPart& part = prefix_.parts[i];
      if (!part.unstable) continue;
      const bool day = part.unstable->kind == chat::VolatileText::Kind::kDay;
      remarks.push_back(Concat(part.what, ": \"", std::string(part.unstable->text),
                               "\" looks like ", VolatileName(part.unstable->kind),
                               day ? ": if it is the day's, the cache is lost once a day; "
                                   : ": if it is another one in each call, ",
                               "nothing from here on is kept; put it into the last message"));
      break;
    }
    if (Least() && prefix_.stable_tokens < *Least()) {
      remarks.push_back(Concat(count(prefix_.stable_tokens), " tokens are the same each time, and ",
                               priced_->id, " keeps prefixes from ", count(*Least()), " on"));
    }
    if (!Least()) {
      remarks.push_back(Concat("the shortest prefix that ", priced_->id, " keeps is not known"));
    }
    AddMarkRemarks(remarks);
    return remarks;
  }

  void AddMarkRemarks(std::vector<std::string>& remarks) const {
    if (!is_claude()) {
      if (RateOf(RateKind::kCacheWriteShort)) return;
      remarks.emplace_back(
          priced_->provider == "openai"
              ? "OpenAI keeps it without being asked, 5 to 10 minutes after its last "
                "use and at most an hour"
              : "whether and for how long it is kept is the provider's choice");
      return;
    }
    bool any = false;
    for (std::size_t i = 0; i < marked_.size(); ++i) {
      if (!marked_[i]) continue;
      any = true;
      const chat::PrefixPart& part = prefix_.parts[i];
      if (i >= prefix_.stable_parts) {
        remarks.push_back(Concat("cache_control in ", part.what,
                                 " is behind what changes: it writes each time and is never read"));
      } else if (Least() && part.up_to < *Least()) {
        remarks.push_back(Concat("cache_control in ", part.what, " closes ",
                                 GroupDigits(static_cast<std::uint64_t>(part.up_to)),
                                 " tokens, too few to be kept"));
      }
    }
    if (!any && prefix_.stable_parts > 0) {
      remarks.push_back(
          Concat("no cache_control: Anthropic keeps nothing without one; put it at the "
                 "end of ",
                 prefix_.parts[prefix_.stable_parts - 1].what));
    }
  }

  void Print() {
    const Format format = options_.output.ChosenFormat();
    if (format == Format::kJson || format == Format::kJsonl) return PrintJson(format);
    Table parts({{"prefix", "prefix", Align::kLeft, true},
                 {"tokens", "tokens"},
                 {"up to", "up_to", Align::kRight, false, true},
                 {"", "kept", Align::kLeft}});
    for (std::size_t i = 0; i < prefix_.parts.size(); ++i) {
      const chat::PrefixPart& part = prefix_.parts[i];
      const std::string_view state = i < prefix_.stable_parts ? "the same each time"
                                     : part.unstable && i + 1 < prefix_.parts.size() ? "changes"
                                     : i + 1 == prefix_.parts.size()                 ? "the newest"
                                                                                     : "behind it";
      parts.AddRow({Cell(part.what), Cell::Number(static_cast<std::uint64_t>(part.tokens)),
                    Cell::Number(static_cast<std::uint64_t>(part.up_to)),
                    Cell(Concat(state, marked_[i] ? ", cache_control" : ""))});
    }
    if (format == Format::kTable) {
      output_.PrintLine(
          format,
          Concat(priced_->id, " · ", LabelText(prefix_.prediction.label), " · ", prices_.Heading()),
          Style::kDim);
    }
    parts.Print(format, output_);
    if (format == Format::kCsv) return;
    if (options_.calls_per_hour && months_.size() > 1) PrintMonths(format);
    for (const std::string& remark : Remarks()) {
      output_.PrintLine(format, Concat(format == Format::kMarkdown ? "- " : "  ! ", remark));
    }
    if (!options_.calls_per_hour) {
      output_.PrintLine(format, "--calls-per-hour N says what keeping it saves a month",
                        Style::kDim);
    }
  }

  void PrintMonths(Format format) {
    Table table({{"kept for", "kept_for", Align::kLeft, false, true},
                 {"found", "hit_share"},
                 MoneyColumn("input a month", "monthly_usd"),
                 MoneyColumn("saves", "saves_usd"),
                 {"pays from", "pays_from_calls_per_hour"}});
    for (const MonthOf& month : months_) {
      const Ratio saved = months_[0].usd - month.usd;
      table.AddRow({Cell(month.name),
                    month.hits ? Cell(Concat((*month.hits * Ratio(100)).ToString(1), " %"),
                                      month.hits->ToString(4))
                               : Cell(""),
                    Cell(FormatUsd(month.usd), UsdString(month.usd)),
                    month.hits ? Cell(FormatUsd(saved), UsdString(saved)) : Cell(""),
                    month.from_calls ? Cell(Concat(month.from_calls->ToString(1), " calls/h"),
                                            month.from_calls->ToString(1))
                                     : Cell("")});
    }
    output_.Print("\n");
    table.Print(format, output_);
    output_.PrintLine(format,
                      Concat("of ", GroupDigits(*options_.calls_per_hour),
                             " calls an hour at random times; replies not counted"),
                      Style::kDim);
  }

  void PrintJson(Format format) {
    JsonWriter json(output_, format == Format::kJson);
    json.BeginObject();
    WriteHead(DocumentHead{"cache",
                           nullptr,
                           prices_.TableDate(),
                           {"calls come at random times (Poisson)",
                            "the last message is another one "
                            "in each call"}},
              json);
    json.Key("model").String(priced_->id);
    json.Key("prompt_tokens").Uint(static_cast<std::uint64_t>(prefix_.prediction.prompt_tokens));
    json.Key("certainty").String(LabelText(prefix_.prediction.label));
    json.Key("stable_tokens").Uint(static_cast<std::uint64_t>(prefix_.stable_tokens));
    json.Key("least_tokens");
    Least() ? json.Uint(static_cast<std::uint64_t>(*Least())) : json.Null();
    json.Key("can_be_kept").Bool(CanBeKept());
    json.Key("parts").BeginArray();
    for (std::size_t i = 0; i < prefix_.parts.size(); ++i) {
      const chat::PrefixPart& part = prefix_.parts[i];
      json.BeginObject().Key("part").String(part.what);
      json.Key("tokens").Uint(static_cast<std::uint64_t>(part.tokens));
      json.Key("up_to").Uint(static_cast<std::uint64_t>(part.up_to));
      json.Key("stable").Bool(i < prefix_.stable_parts).Key("marked").Bool(marked_[i]);
      json.Key("unstable");
      part.unstable ? json.String(part.unstable->text) : json.Null();
      json.EndObject();
    }
    json.EndArray().Key("months").BeginArray();
    for (const MonthOf& month : months_) {
      if (!options_.calls_per_hour) break;
      json.BeginObject().Key("kept_for").String(month.name).Key("hit_share");
      month.hits ? json.String(month.hits->ToString(4)) : json.Null();
      json.Key("input_usd").String(UsdString(month.usd)).Key("pays_from_calls_per_hour");
      month.from_calls ? json.String(month.from_calls->ToString(1)) : json.Null();
      json.EndObject();
    }
    json.EndArray().Key("remarks").BeginArray();
    for (const std::string& remark : Remarks()) json.String(remark);
    json.EndArray().EndObject();
  }

  const CacheArguments& options_;
  Input& input_;
  Output& output_;
  Prices prices_;
  std::string model_;
  chat::CachePrefix prefix_;
  const pricing::PricedModel* priced_ = nullptr;
  std::vector<bool> marked_;  // of each part
  std::vector<MonthOf> months_;
};

}  // namespace

void Declare(CacheArguments& options, OptionSet& set) {
  set.Positional("FILE", options.path,
                 "The request, as it is sent; - or nothing is standard input");
  set.Text("-m,--model", "MODEL", options.model, "The model, whatever the request names");
  set.Count("--calls-per-hour", "N", options.calls_per_hour,
            "How often it is sent: what keeping its beginning saves a month");
  Declare(options.prices, set);
  Declare(options.output, set);
}

ExitCode RunCache(const CacheArguments& options, Input& input, Output& output) {
  return CacheCommand(options, input, output).Run();
}

}  // namespace toktally::cli
