#include "cli/workload_file.h"

#include <span>
#include <utility>

#include "base/json.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

using pricing::Point;
using pricing::Range;
using pricing::Ratio;

constexpr std::int64_t kSchema = 1;

std::string Message(const absl::Status& status) { return std::string(status.message()); }

constexpr int kDecimals = 9;

absl::StatusOr<Ratio> InUnits(const absl::StatusOr<absl::int128>& units) {
  if (!units.ok()) return units.status();
  const auto ratio = Ratio::Of(*units, pricing::PowerOfTen(kDecimals));
  if (!ratio) return absl::InvalidArgumentError("is too large");
  return *ratio;
}

absl::StatusOr<Ratio> ParsePlain(std::string_view text) {
  return InUnits(pricing::ParseDecimal(text, kDecimals));
}

// A decimal, as a number (programs write 1e-05) or in quotes: then it is what `parse` takes.
absl::StatusOr<Ratio> ReadDecimal(const JsonValue& value,
                                  absl::StatusOr<Ratio> (*parse)(std::string_view)) {
  if (!value.is_number() && !value.is_string()) {
    return value.Error(Concat("expected a number, found ", JsonKindName(value.kind())));
  }
  const auto ratio = value.is_string() ? parse(value.text())
                                       : InUnits(pricing::ParseScientific(value.text(), kDecimals));
  if (!ratio.ok()) return value.Error(Message(ratio.status()));
  return *ratio;
}

// 0.6, "1/3", "60%".
absl::StatusOr<Ratio> ReadShare(const JsonValue& value) {
  const auto share = ReadDecimal(value, Ratio::Parse);
  if (share.ok() && *share > Ratio(1)) {
    return value.Error(Concat(value.text(), " is over 1; a share is 0 to 1, \"60%\" or \"3/5\""));
  }
  return share;
}

absl::StatusOr<std::int64_t> ReadCount(const JsonValue& value) { return value.WholeNumber(); }

// One value, or {"low": …, "expected": …, "high": …} in that order of size.
template <typename Value, typename Read, typename Less>
absl::StatusOr<Range<Value>> ReadRange(const JsonValue& value, Read read, Less less) {
  if (!value.is_object()) {
    const auto same = read(value);
    if (!same.ok()) return same.status();
    return Range<Value>::Same(*same);
  }
  Range<Value> range;
  JsonFields fields(value);
  for (const Point point : pricing::kPoints) {
    const auto part = fields.RequiredValue(PointName(point));
    if (!part) continue;
    const auto number = read(*part);
    if (number.ok()) range.at(point) = *number;
    fields.Keep(number.status());
  }
  if (absl::Status status = fields.Done(); !status.ok()) return status;
  if (less(range.at(Point::kExpected), range.at(Point::kLow)) ||
      less(range.at(Point::kHigh), range.at(Point::kExpected))) {
    return value.Error("low, expected and high must not fall");
  }
  return range;
}

absl::StatusOr<Range<std::int64_t>> ReadCounts(const JsonValue& value) {
  return ReadRange<std::int64_t>(value, ReadCount, std::less<>());
}

absl::StatusOr<Range<Ratio>> ReadCalls(const JsonValue& value) {
  const auto count = [](const JsonValue& part) -> absl::StatusOr<Ratio> {
    const auto whole = part.WholeNumber();
    if (!whole.ok()) return whole.status();
    return Ratio(*whole);
  };
  return ReadRange<Ratio>(value, count, std::less<>());
}

// Reads `key` through `read` into `out`.
template <typename Value, typename Read>
void Keep(JsonFields* fields, std::string_view key, Read read, Value* out) {
  const auto value = fields->Value(key);
  if (!value) return;
  auto result = read(*value);
  if (result.ok()) *out = *std::move(result);
  fields->Keep(result.status());
}

absl::StatusOr<Limit> ReadLimit(const JsonValue& value, bool money) {
  Limit limit;
  limit.where = value.Where();
  JsonValue number = value;
  if (value.is_object()) {
    JsonFields fields(value);
    std::string on = "expected";
    const auto inner = fields.RequiredValue("value");
    fields.OptionalString("on", &on);
    if (absl::Status status = fields.Done(); !status.ok()) return status;
    number = *inner;
    limit.on = on == "low" ? Point::kLow : on == "high" ? Point::kHigh : Point::kExpected;
    if (PointName(limit.on) != on) {
      return value.Error(Concat("on: \"", on, "\" is none of low, expected, high"));
    }
  }
  // No "20%": it would be a fifth of a percent, or of a dollar.
  const auto ratio = ReadDecimal(number, ParsePlain);
  if (!ratio.ok()) return ratio.status();
  limit.value = *ratio;
  limit.text = Concat(money ? "$" : "", number.text());
  return limit;
}

// Reads one kind of limit, which fails under one key and warns under the other.
void ReadLimitPair(JsonFields* fields, std::string_view fail, std::string_view warn, bool money,
                   LimitPair* pair) {
  const auto read = [&](std::string_view key, std::optional<Limit>* out) {
    const auto value = fields->Value(key);
    if (!value) return;
    auto limit = ReadLimit(*value, money);
    if (!limit.ok()) return fields->Keep(limit.status());
    *out = *std::move(limit);
  };
  read(fail, &pair->fail);
  read(warn, &pair->warn);
}

absl::Status ReadLimits(const JsonValue& object, Limits* limits) {
  JsonFields fields(object);
  ReadLimitPair(&fields, "max_monthly", "warn_monthly", true, &limits->monthly);
  ReadLimitPair(&fields, "max_increase", "warn_increase", true, &limits->increase);
  ReadLimitPair(&fields, "max_increase_percent", "warn_increase_percent", false,
                &limits->increase_percent);
  ReadLimitPair(&fields, "max_prompt_tokens", "warn_prompt_tokens", false, &limits->prompt_tokens);
  return fields.Done();
}

// One of the keys that say the same thing in several ways.
struct SourceKey {
  std::string_view key;
  TokenSource::Kind kind;
};

absl::Status ReadSource(JsonFields* fields, std::span<const SourceKey> keys, TokenSource* source) {
  std::string_view taken;
  for (const SourceKey& key : keys) {
    const auto value = fields->Value(key.key);
    if (!value) continue;
    if (!taken.empty()) {
      return value->Error(Concat("\"", taken, "\" says it already; give one of them"));
    }
    taken = key.key;
    source->kind = key.kind;
    source->value = *value;
    if (key.kind == TokenSource::Kind::kTokens) {
      const auto tokens = value->WholeNumber();
      if (!tokens.ok()) return tokens.status();
      source->tokens = *tokens;
    } else if (!value->is_string()) {
      return value->Error(Concat("expected a string, found ", JsonKindName(value->kind())));
    }
  }
  return absl::OkStatus();
}

// calls_per_day, calls_per_month, conversations_per_day or conversations_per_month.
absl::Status ReadFrequency(JsonFields* fields, pricing::Workload* workload) {
  constexpr std::string_view kKeys[] = {"calls_per_month", "calls_per_day",
                                        "conversations_per_month", "conversations_per_day"};
  std::string_view taken;
  for (const std::string_view key : kKeys) {
    const auto value = fields->Value(key);
    if (!value) continue;
    if (!taken.empty()) {
      return value->Error(Concat("\"", taken, "\" says it already; give one of them"));
    }
    taken = key;
    auto calls = ReadCalls(*value);
    if (!calls.ok()) return calls.status();
    for (const Point point : pricing::kPoints) {
      Ratio& place = calls->at(point);
      if (key.ends_with("_day")) place *= pricing::DaysPerMonth();
      if (key.starts_with("conv")) place *= Ratio(workload->turns);
    }
    workload->calls_per_month = *std::move(calls);
  }
  if (taken.empty()) {
    fields->KeepMissing("how often? \"calls_per_month\" or \"calls_per_day\" is missing");
  }
  return absl::OkStatus();
}

void ReadTier(JsonFields* fields, pricing::Tier* tier) {
  const auto value = fields->OfKind("tier", JsonKind::kString);
  if (!value) return;
  const auto parsed = pricing::ParseTier(value->text());
  if (parsed.ok()) *tier = *parsed;
  if (!parsed.ok()) fields->Keep(value->Error(Message(parsed.status())));
}

absl::Status ReadTurns(JsonFields* fields, WorkloadSpec* spec) {
  const auto value = fields->Value("turns");
  if (value) {
    const auto turns = value->WholeNumber(pricing::Workload::kMostTurns);
    if (!turns.ok()) return turns.status();
    if (*turns == 0) return value->Error("a conversation has at least one turn");
    spec->workload.turns = *turns;
  }
  constexpr SourceKey kKeys[] = {{"turn_input_tokens", TokenSource::Kind::kTokens},
                                 {"turn_input_text", TokenSource::Kind::kText},
                                 {"turn_input_file", TokenSource::Kind::kFile}};
  if (absl::Status status = ReadSource(fields, kKeys, &spec->turn_input); !status.ok()) {
    return status;
  }
  if (spec->workload.turns > 1 && spec->turn_input.kind == TokenSource::Kind::kNone) {
    fields->KeepMissing(
        "\"turn_input_tokens\" is missing: what each turn after the first adds beside the history");
  }
  return absl::OkStatus();
}

absl::Status ReadReply(JsonFields* fields, WorkloadSpec* spec) {
  constexpr SourceKey kKeys[] = {{"output_text", TokenSource::Kind::kText},
                                 {"output_file", TokenSource::Kind::kFile}};
  if (absl::Status status = ReadSource(fields, kKeys, &spec->reply); !status.ok()) return status;
  const auto tokens = fields->Value("output_tokens");
  if (tokens && spec->reply.kind != TokenSource::Kind::kNone) {
    return tokens->Error("the output's text says it already; give one of them");
  }
  if (!tokens && spec->reply.kind == TokenSource::Kind::kNone) {
    fields->KeepMissing("\"output_tokens\" is missing (or \"output_text\", \"output_file\")");
  }
  if (!tokens) return absl::OkStatus();
  auto counts = ReadCounts(*tokens);
  if (!counts.ok()) return counts.status();
  spec->workload.reply_tokens = *counts;
  return absl::OkStatus();
}

absl::Status ReadPrompt(JsonFields* fields, WorkloadSpec* spec) {
  constexpr SourceKey kKeys[] = {{"input_tokens", TokenSource::Kind::kTokens},
                                 {"input_text", TokenSource::Kind::kText},
                                 {"input_file", TokenSource::Kind::kFile},
                                 {"request", TokenSource::Kind::kRequest}};
  if (absl::Status status = ReadSource(fields, kKeys, &spec->prompt); !status.ok()) return status;
  if (spec->prompt.kind == TokenSource::Kind::kNone) {
    fields->KeepMissing(
        "the prompt is missing: \"request\", \"input_file\", \"input_text\" or \"input_tokens\"");
  }
  return absl::OkStatus();
}

absl::StatusOr<WorkloadSpec> ReadWorkload(const JsonValue& value) {
  WorkloadSpec spec(value);
  pricing::Workload& workload = spec.workload;
  JsonFields fields(value);
  std::string note;
  if (fields.ok()) {
    fields.String("model", &spec.model);
    fields.OptionalString("note", &note);
    ReadTier(&fields, &workload.tier);
    fields.OptionalBool("data_residency", &workload.data_residency);
    Keep(&fields, "cached_share", ReadShare, &workload.cached_share);
    Keep(&fields, "cache_write_share", ReadShare, &workload.cache_write_share);
    Keep(&fields, "batch_share", ReadShare, &workload.batch_share);
    Keep(&fields, "reasoning_tokens", ReadCounts, &workload.reasoning_tokens);
    if (const auto limits = fields.OfKind("limits", JsonKind::kObject)) {
      auto own = std::make_unique<Limits>();
      fields.Keep(ReadLimits(*limits, own.get()));
      spec.limits = std::move(own);
    }
    fields.Keep(ReadTurns(&fields, &spec));
    fields.Keep(ReadFrequency(&fields, &workload));
    fields.Keep(ReadReply(&fields, &spec));
    fields.Keep(ReadPrompt(&fields, &spec));
  }
  if (absl::Status status = fields.Done(); !status.ok()) return status;
  if (workload.cached_share + workload.cache_write_share > Ratio(1)) {
    return value.Error("cached_share and cache_write_share are over 1 together");
  }
  return spec;
}

absl::StatusOr<WorkloadFile> ReadFile(const JsonDocument& document) {
  WorkloadFile file(document);
  std::optional<std::int64_t> schema;
  std::string ignored;
  JsonFields fields(document.root());
  fields.OptionalWholeNumber("schema", &schema);
  if (fields.ok() && schema && schema != kSchema) {
    return document.root().Error("\"schema\" must be 1: this version knows no other form");
  }
  fields.OptionalString("$schema", &ignored);
  std::vector<std::string> prices;
  fields.OptionalStrings("prices", &prices);
  if (const auto value = document.root().Find("prices")) file.prices = value->children();
  if (const auto limits = fields.OfKind("limits", JsonKind::kObject)) {
    fields.Keep(ReadLimits(*limits, &file.limits));
  }
  if (const auto workloads = fields.RequiredOfKind("workloads", JsonKind::kObject)) {
    file.workloads.reserve(workloads->size());
    for (auto value = workloads->first(); value && fields.ok(); value = value->next()) {
      auto spec = ReadWorkload(*value);
      if (spec.ok()) file.workloads.push_back(*std::move(spec));
      fields.Keep(spec.status());
    }
    if (fields.ok() && file.workloads.empty()) fields.Keep(workloads->Error("no workload in it"));
  }
  if (absl::Status status = fields.Done(); !status.ok()) return status;
  return file;
}

}  // namespace

absl::StatusOr<WorkloadFile> ParseWorkloadFile(std::string text, std::string_view file_name) {
  const JsonOptions options{.allow_comments = true};
  const auto document = JsonDocument::ParseOwned(std::move(text), file_name, options);
  if (!document.ok()) return document.status();
  return ReadFile(*document);
}

std::string RelativeTo(std::string_view file_name, const std::string& path) {
  const std::size_t slash = file_name.rfind('/');
  if (path.starts_with('/') || slash == std::string_view::npos) return path;
  return Concat(file_name.substr(0, slash + 1), path);
}

}  // namespace toktally::cli
