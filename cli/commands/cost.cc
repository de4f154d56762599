#include "cli/commands/cost.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/absl_text.h"
#include "base/utf8.h"
#include "bpe/encodings.h"
#include "chat/workspaces.h"
#include "cli/report/cost_row.h"
#include "cli/report/number.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

// A text to count, given as a file or as its number of tokens.
struct TextSide {
  std::string_view flag;  // "--input"
  const std::optional<std::string>& file;
  const std::optional<std::uint64_t>& tokens;
  std::string text{};
};

// Where a usage counts what is not tokens; nullptr for other kinds.
std::int64_t* UnitsOf(pricing::Usage& usage, pricing::RateKind kind) {
  using pricing::RateKind;
  switch (kind) {
    case RateKind::kWebSearch:
      return &usage.web_searches;
    case RateKind::kFileSearch:
      return &usage.file_searches;
    case RateKind::kCodeSession:
      return &usage.code_sessions;
    case RateKind::kGroundedQuery:
      return &usage.grounded_queries;
    case RateKind::kRerankSearch:
      return &usage.rerank_searches;
    case RateKind::kImage:
      return &usage.images;
    case RateKind::kPage:
      return &usage.pages;
    case RateKind::kVideoSecond:
      return &usage.video_seconds;
    case RateKind::kCharacter:
      return &usage.characters;
    case RateKind::kCacheStorage:
      return &usage.cached_token_hours;
    default:
      return nullptr;
  }
}

// "web_search=3" into `units`.
absl::Status AddUnits(const std::string& value, std::map<pricing::RateKind, std::uint64_t>& units) {
  const std::size_t equals = value.find('=');
  const auto kind = pricing::ParseRateKind(value.substr(0, equals));
  pricing::Usage usage;
  const auto count = equals == std::string::npos ? absl::StatusOr<std::uint64_t>(std::uint64_t{0})
                                                 : ParseCount(value.substr(equals + 1));
  const bool known = kind && UnitsOf(usage, *kind) != nullptr && equals != std::string::npos;
  if (!known || !count.ok()) {
    return absl::InvalidArgumentError(
        "is not KIND=N; there are web_search, file_search, code_session, grounded_query, "
        "rerank_search, image, page, video_second, character, cache_storage (tokens times hours)");
  }
  units[*kind] = *count;
  return absl::OkStatus();
}

absl::Status ParseMinute(const std::string& value, std::optional<int>& minute) {
  const auto span = pricing::ParseHours(Concat(value, "-24:00"));
  if (!span.ok()) return absl::InvalidArgumentError("is no time of the day such as 02:30");
  minute = span->from;
  return absl::OkStatus();
}

class CostCommand {
 public:
  CostCommand(const CostArguments& options, Input& input, Output& output)
      : options_(options),
        input_(input),
        output_(output),
        prices_(options.prices, "cost", input, output),
        prompt_{"--input", options.input_file, options.input_tokens},
        reply_{"--output", options.output_file, options.output_tokens} {}

  ExitCode Run() {
    if (!prices_.ok()) return ExitCode::kUsage;
    if (!CheckOptions()) return ExitCode::kUsage;
    if (!ReadText(prompt_) || !ReadText(reply_)) return ExitCode::kInput;
    for (const std::string& model : options_.models) {
      if (const ExitCode code = AddRow(model); code == ExitCode::kUsage) return code;
    }
    if (rows_.empty()) return code_;
    std::stable_sort(rows_.begin(), rows_.end(), [](const CostRow& a, const CostRow& b) {
      return a.call.total > b.call.total;
    });
    const CostTerms terms{options_.calls, options_.tier, options_.data_residency, options_.explain};
    PrintCosts(rows_, terms, prices_, options_.output.ChosenFormat(), output_);
    return code_;
  }

 private:
  bool WrongUse(std::string_view message) {
    output_.Error(Concat("cost: ", message));
    return false;
  }

  bool CheckOptions() {
    if (options_.models.empty())
      return WrongUse("which model? -m MODEL; `toktally models` lists them");
    for (const TextSide* side : {&prompt_, &reply_}) {
      if (side->file && side->tokens) {
        return WrongUse(Concat(side->flag, " and ", side->flag, "-tokens both say it; give one"));
      }
    }
    if (prompt_.file == "-" && reply_.file == "-") {
      return WrongUse("--input - and --output -: standard input is one text only");
    }
    const bool anything = prompt_.file || prompt_.tokens || reply_.file || reply_.tokens ||
                          options_.audio_input_tokens || options_.audio_output_tokens ||
                          options_.image_input_tokens || options_.image_output_tokens ||
                          options_.audio_seconds || options_.session_seconds;
    if (!anything) {
      return WrongUse(
          "nothing to price; give --input FILE or --input-tokens N, and the same for "
          "--output");
    }
    return true;
  }

  bool ReadText(TextSide& side) {
    if (!side.file) return true;
    auto text = input_.ReadAll(*side.file);
    if (!text.ok()) {
      output_.Error(Concat("cost: ", side.flag, ": ", DisplayName(*side.file), ": ",
                           MessageOf(text.status())));
      return false;
    }
    side.text = *std::move(text);
    if (const std::size_t valid = ValidPrefix(side.text); valid < side.text.size()) {
      output_.Warn(Concat("cost: ", DisplayName(*side.file), ": not UTF-8 from byte ", valid,
                          " on; counted with U+FFFD in place of what is not"));
    }
    return true;
  }

  // Reports what cannot be priced and keeps the first such code; kUsage ends the run.
  ExitCode AddRow(const std::string& name) {
    CostRow row;
    row.name = name;
    const auto match = prices_.table().Resolve(name);
    if (!match.ok()) return Fail(MessageOf(match.status()), match.status().code());
    row.match = *match;
    if (!FindRowEncoding(row)) return code_;
    if (!CountUsage(row)) return ExitCode::kUsage;
    const pricing::CostOptions how{.tier = options_.tier,
                                   .date = prices_.date(),
                                   .data_residency = options_.data_residency,
                                   .region = options_.region,
                                   .minute_of_day = options_.minute_of_day};
    auto call = pricing::Cost(*row.match.model, row.usage, how);
    if (!call.ok()) return Fail(MessageOf(call.status()), call.status().code());
    row.call = *std::move(call);
    if (options_.calls) {
      const auto month = row.call.total.Times(static_cast<std::int64_t>(*options_.calls));
      if (!month.ok()) {
        return Fail(Concat(name, ": ", MessageOf(month.status())), month.status().code());
      }
      row.month = *month;
    }
    Annotate(row);
    rows_.push_back(std::move(row));
    return ExitCode::kOk;
  }

  ExitCode Fail(std::string_view message, absl::StatusCode status) {
    output_.Error(Concat("cost: ", message));
    const bool unknown = status == absl::StatusCode::kNotFound;
    code_ = WorstOf(code_, unknown ? ExitCode::kUnknownModel : ExitCode::kUsage);
    return unknown ? ExitCode::kUnknownModel : ExitCode::kUsage;
  }

  // The encoding matters only where a text is to be counted; elsewhere it is shown if known.
  bool FindRowEncoding(CostRow& row) {
    const auto& names = options_.prices.contract.names;
    const auto mapped = names.find(row.name);
    auto found = EncodingForModel(mapped == names.end() ? row.name : mapped->second);
    if (!found.ok()) found = EncodingForModel(row.match.model->id);
    if (found.ok()) {
      row.encoding = found->encoding;
      row.encoding_documented = found->documented;
      const bool counts = prompt_.file || reply_.file;
      if (counts && !found->documented) {
        row.assumptions.push_back(Concat(row.name, " is assumed to use ", found->encoding->name(),
                                         " (", found->how, ")"));
      }
      return true;
    }
    if (!prompt_.file && !reply_.file) return true;
    Fail(Concat(MessageOf(found.status()),
                "; give --input-tokens and --output-tokens instead of files"),
         absl::StatusCode::kNotFound);
    return false;
  }

  std::int64_t TokensOf(const TextSide& side, const Encoding* encoding) {
    if (!side.file) return static_cast<std::int64_t>(side.tokens.value_or(0));
    auto& counts = &side == &prompt_ ? prompt_counts_ : reply_counts_;
    const auto [place, added] = counts.emplace(encoding, 0);
    if (added) place->second = static_cast<std::int64_t>(workspaces_.Count(*encoding, side.text));
    return place->second;
  }

  bool CountUsage(CostRow& row) {
    const auto given = [](const std::optional<std::uint64_t>& n) {
      return static_cast<std::int64_t>(n.value_or(0));
    };
    const std::int64_t prompt = TokensOf(prompt_, row.encoding);
    pricing::Usage& usage = row.usage;
    usage.cached_input = given(options_.cached_tokens);
    usage.cache_write_short = given(options_.cache_write_tokens);
    usage.cache_write_long = given(options_.cache_write_long_tokens);
    usage.uncached_input =
        prompt - usage.cached_input - usage.cache_write_short - usage.cache_write_long;
    if (usage.uncached_input < 0) {
      return WrongUse(Concat("cached and written tokens are ", prompt - usage.uncached_input,
                             " of ", prompt, " input tokens; they are a part of them"));
    }
    usage.output = TokensOf(reply_, row.encoding);
    usage.reasoning_output = given(options_.reasoning_tokens);
    if (usage.reasoning_output > usage.output) {
      return WrongUse(Concat("reasoning tokens are ", usage.reasoning_output, " of ", usage.output,
                             " output tokens; they are a part of them"));
    }
    usage.audio_input = given(options_.audio_input_tokens);
    usage.audio_output = given(options_.audio_output_tokens);
    usage.image_input = given(options_.image_input_tokens);
    usage.image_output = given(options_.image_output_tokens);
    usage.audio_seconds = given(options_.audio_seconds);
    usage.session_seconds = given(options_.session_seconds);
    for (const auto& [kind, count] : options_.units) {
      *UnitsOf(usage, kind) = static_cast<std::int64_t>(count);
    }
    return true;
  }

  void Annotate(CostRow& row) {
    const pricing::PricedModel& model = *row.match.model;
    for (const std::string& remark : row.call.remarks) {
      row.assumptions.push_back(Concat(model.id, ": ", remark));
    }
    if (const auto lifecycle = LifecycleOn(model, prices_.date())) {
      row.lifecycle = lifecycle->text;
      if (lifecycle->retired) {
        output_.Warn(
            Concat("cost: ", model.id, ": ", lifecycle->text, "; priced at its last known rates"));
      }
    }
    const auto released = pricing::ParseDate(model.released);
    if (released.ok() && prices_.date() < *released) {
      row.assumptions.push_back(Concat(model.id, ": released on ", model.released,
                                       ", after the day whose rates are taken"));
    }
  }

  const CostArguments& options_;
  Input& input_;
  Output& output_;
  Prices prices_;
  TextSide prompt_;
  TextSide reply_;
  chat::Workspaces workspaces_;
  std::map<const Encoding*, std::int64_t> prompt_counts_;
  std::map<const Encoding*, std::int64_t> reply_counts_;
  std::vector<CostRow> rows_;
  ExitCode code_ = ExitCode::kOk;
};

}  // namespace

void Declare(CostArguments& options, OptionSet& set) {
  set.Texts("-m,--model", "MODEL", options.models, "The model; give it again to compare models");
  set.Text("--input", "FILE", options.input_file,
           "Count this text as the prompt (- is standard input)");
  set.Count("--input-tokens", "N", options.input_tokens, "The prompt's tokens: 703, 2.5k, 1M");
  set.Text("--output", "FILE", options.output_file, "Count this text as the reply");
  set.Count("--output-tokens", "N", options.output_tokens,
            "The reply's tokens, reasoning included");
  set.Count("-n,--calls-per-month,--calls", "N", options.calls,
            "Calls in a month: 1000000, 1_000_000, 1e6, 1M");
  DeclareTier(options.tier, set);
  set.Count("--cached-tokens", "N", options.cached_tokens,
            "Part of the input that is read from the prompt cache");
  set.Count("--cache-write-tokens", "N", options.cache_write_tokens,
            "Part of the input that is written to the cache (30 minutes; Anthropic 5 minutes)");
  set.Count("--cache-write-long-tokens", "N", options.cache_write_long_tokens,
            "The same for the long cache (12 hours; Anthropic 1 hour)");
  set.Count("--reasoning-tokens", "N", options.reasoning_tokens,
            "Part of the output that is not shown; billed as output, never twice");
  set.Count("--audio-input-tokens", "N", options.audio_input_tokens, "Beside --input-tokens");
  set.Count("--audio-output-tokens", "N", options.audio_output_tokens, "Beside --output-tokens");
  set.Count("--image-input-tokens", "N", options.image_input_tokens, "Beside --input-tokens");
  set.Count("--image-output-tokens", "N", options.image_output_tokens, "Beside --output-tokens");
  set.Count("--audio-seconds", "N", options.audio_seconds, "For models billed by length of audio");
  set.Count("--session-seconds", "N", options.session_seconds,
            "For models billed by length of session");
  set.Parsed(
      "--units", "KIND=N",
      [&options](const std::string& value) { return AddUnits(value, options.units); },
      "What is not tokens: web_search=3, image=1, character=4000, …", /*repeats=*/true);
  set.Text("--region", "NAME", options.region,
           "Where the provider itself processes it: us (Anthropic's inference_geo)");
  set.Parsed(
      "--at", "HH:MM",
      [&options](const std::string& value) { return ParseMinute(value, options.minute_of_day); },
      "The time of the call in UTC, for models with peak hours");
  set.Flag("--data-residency", options.data_residency,
           "Processed in a region: with the model's uplift");
  set.Flag("--explain", options.explain, "Show every factor and where it comes from");
  Declare(options.prices, set);
  Declare(options.output, set);
}

ExitCode RunCost(const CostArguments& options, Input& input, Output& output) {
  return CostCommand(options, input, output).Run();
}

}  // namespace toktally::cli
