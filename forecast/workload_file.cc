#include "forecast/workload_file.h"

#include <algorithm>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "forecast/json_values.h"

namespace toktally::forecast {
namespace {

constexpr std::int64_t kSchema = 1;

// One of the keys that say the same thing in several ways.
struct SourceKey {
  std::string_view key;
  TokenSource::Kind kind;
};

absl::Status SaidTwice(const JsonValue& value, std::string_view taken) {
  return value.Error(absl::StrCat("\"", ToAbsl(taken), "\" says it already; give one of them"));
}

absl::Status ReadSource(JsonFields* fields, std::span<const SourceKey> keys,
                        std::string_view file_name, TokenSource* source) {
  std::string_view taken;
  for (const SourceKey& key : keys) {
    const auto value = fields->Value(key.key);
    if (!value) continue;
    if (!taken.empty()) return SaidTwice(*value, taken);
    taken = key.key;
    source->kind = key.kind;
    source->value = *value;
    if (key.kind == TokenSource::Kind::kTokens) {
      const auto tokens = ReadRange<std::int64_t>(*value, ReadCount);
      if (!tokens.ok()) return tokens.status();
      source->tokens = *tokens;
    } else if (!value->is_string()) {
      return value->Error(
          absl::StrCat("expected a string, found ", ToAbsl(JsonKindName(value->kind()))));
    } else if (key.kind != TokenSource::Kind::kText) {
      source->path = RelativeTo(file_name, std::string(value->text()));
    }
  }
  return absl::OkStatus();
}

// calls_per_day, calls_per_month, conversations_per_day or conversations_per_month.
absl::Status ReadFrequency(JsonFields* fields, Workload* workload) {
  constexpr std::string_view kKeys[] = {"calls_per_month", "calls_per_day",
                                        "conversations_per_month", "conversations_per_day"};
  std::string_view taken;
  for (const std::string_view key : kKeys) {
    const auto value = fields->Value(key);
    if (!value) continue;
    if (!taken.empty()) return SaidTwice(*value, taken);
    taken = key;
    const auto counts = ReadRange<std::int64_t>(*value, ReadCount);
    if (!counts.ok()) return counts.status();
    Range<Ratio> calls;
    for (const Point point : kPoints) {
      Ratio& place = calls.at(point);
      place = Ratio(counts->at(point));
      if (key.ends_with("_day")) place *= DaysPerMonth();
      if (key.starts_with("conv")) place *= Ratio(workload->turns.at(point));
    }
    workload->calls_per_month = std::move(calls);
  }
  if (taken.empty()) {
    fields->KeepMissing("how often? \"calls_per_month\" or \"calls_per_day\" is missing");
  }
  return absl::OkStatus();
}

void ReadTier(JsonFields* fields, Tier* tier) {
  const auto value = fields->OfKind("tier", JsonKind::kString);
  if (!value) return;
  const auto parsed = pricing::ParseTier(value->text());
  if (parsed.ok()) *tier = *parsed;
  if (!parsed.ok()) fields->Keep(value->Error(Message(parsed.status())));
}

// {"audio_input": 800, "image_input": {"low": …}}: kinds of rates that are no text.
absl::StatusOr<std::vector<OtherUse>> ReadOther(const JsonValue& object) {
  if (!object.is_object()) {
    return object.Error(
        absl::StrCat("expected an object, found ", ToAbsl(JsonKindName(object.kind()))));
  }
  std::vector<OtherUse> uses;
  for (auto value = object.first(); value; value = value->next()) {
    const auto kind = pricing::ParseRateKind(value->key());
    constexpr RateKind kText[] = {RateKind::kInput, RateKind::kCachedInput,
                                  RateKind::kCacheWriteShort, RateKind::kCacheWriteLong,
                                  RateKind::kOutput};
    if (!kind || std::find(std::begin(kText), std::end(kText), *kind) != std::end(kText)) {
      return value->Error(
          "is no kind of use beside text; there are audio_input, image_input, audio_minute and the "
          "others that toktally prices shows");
    }
    const auto amount = ReadRange<Ratio>(*value, ReadDecimal);
    if (!amount.ok()) return amount.status();
    uses.push_back({*kind, *amount});
  }
  return uses;
}

// {"count": 8, "tokens": {"low": 200, …}}: what a search adds to a prompt.
absl::StatusOr<Range<std::int64_t>> ReadChunks(const JsonValue& object) {
  JsonFields fields(object);
  Range<std::int64_t> count;
  Range<std::int64_t> tokens;
  const auto read = [&fields](std::string_view key, Range<std::int64_t>* out) {
    const auto value = fields.RequiredValue(key);
    if (!value) return;
    const auto counts = ReadRange<std::int64_t>(*value, ReadCount);
    if (counts.ok()) *out = *counts;
    fields.Keep(counts.status());
  };
  read("count", &count);
  read("tokens", &tokens);
  if (absl::Status status = fields.Done(); !status.ok()) return status;
  for (const Point point : kPoints) {
    const auto product = pricing::CheckedMultiply(count.at(point), tokens.at(point));
    if (!product || *product > 1'000'000'000'000'000) return object.Error("is over 10^15 tokens");
    tokens.at(point) = static_cast<std::int64_t>(*product);
  }
  return tokens;
}

// "2027-01"
absl::StatusOr<std::optional<Date>> ReadMonth(const JsonValue& value) {
  const auto date = pricing::ParseDate(absl::StrCat(ToAbsl(value.text()), "-01"));
  if (!value.is_string() || !date.ok()) return value.Error("is no month such as \"2027-01\"");
  return std::optional<Date>(*date);
}

class SpecReader {
 public:
  SpecReader(std::string_view file_name, LimitSet* limits)
      : file_name_(file_name), limits_(limits) {}

  // A workload, or the steps of one.
  absl::StatusOr<std::vector<WorkloadSpec>> Read(const JsonValue& value) {
    WorkloadSpec spec(value);
    JsonFields fields(value);
    const auto steps = fields.ok() ? fields.Value("steps") : std::nullopt;
    if (fields.ok()) {
      ReadCommon(&fields, /*needs_model=*/!steps, &spec);
      ReadOwner(&fields, &spec);
      if (!steps) ReadTokens(&fields, &spec);
      fields.Keep(ReadFrequency(&fields, &spec.workload));
      if (!steps) ReadWhere(&fields, &spec);
    }
    if (absl::Status status = fields.Done(); !status.ok()) return status;
    std::vector<WorkloadSpec> specs;
    if (!steps) {
      if (absl::Status status = CheckShares(spec); !status.ok()) return status;
      specs.push_back(std::move(spec));
      return specs;
    }
    if (!steps->is_object() || steps->size() == 0) {
      return steps->Error("expected an object of steps by their names");
    }
    for (auto step = steps->first(); step; step = step->next()) {
      auto read = ReadStep(spec, *step);
      if (!read.ok()) return read.status();
      specs.push_back(*std::move(read));
    }
    return specs;
  }

 private:
  // What a step takes over from its workload unless it says otherwise.
  static void ReadCommon(JsonFields* fields, bool needs_model, WorkloadSpec* spec) {
    Workload& workload = spec->workload;
    std::string note;
    if (needs_model) {
      fields->String("model", &spec->model);
    } else {
      fields->OptionalString("model", &spec->model);
    }
    fields->OptionalString("note", &note);
    ReadTier(fields, &workload.tier);
    fields->OptionalBool("data_residency", &workload.data_residency);
    KeepValue(fields, "cached_share", ReadShare, &workload.cached_share);
    KeepValue(fields, "cache_write_share", ReadShare, &workload.cache_write_share);
    KeepValue(fields, "cache_write_long_share", ReadShare, &workload.cache_write_long_share);
    KeepValue(fields, "batch_share", ReadShare, &workload.batch_share);
    KeepValue(fields, "retry_share", ReadShare, &workload.retry_share);
  }

  void ReadOwner(JsonFields* fields, WorkloadSpec* spec) const {
    fields->OptionalString("team", &spec->team);
    fields->OptionalString("environment", &spec->environment);
    fields->OptionalStrings("tags", &spec->tags);
    Ratio percent;
    KeepValue(fields, "growth_percent", ReadDecimal, &percent);
    spec->growth = percent * *Ratio::Of(1, 100);
    KeepValue(fields, "start", ReadMonth, &spec->start);
    KeepValue(fields, "end", ReadMonth, &spec->end);
    if (spec->start && spec->end && *spec->end < *spec->start) {
      fields->Keep(spec->value.Error("\"end\" is a month before \"start\""));
    }
    if (const auto match = fields->OfKind("match", JsonKind::kObject)) {
      JsonFields calls(*match);
      calls.OptionalString("project", &spec->match.project);
      calls.OptionalString("key", &spec->match.key);
      calls.OptionalString("model", &spec->match.model);
      fields->Keep(calls.Done());
    }
    if (const auto limits = fields->OfKind("limits", JsonKind::kObject)) {
      OwnedLimits own{OwnerKind::kWorkload, spec->name, {}};
      fields->Keep(ReadLimits(*limits, &own.limits));
      limits_->owners.push_back(std::move(own));
    }
  }

  void ReadTokens(JsonFields* fields, WorkloadSpec* spec) const {
    KeepValue(fields, "reasoning_tokens", CountRange, &spec->workload.reasoning_tokens);
    KeepValue(fields, "other_use", ReadOther, &spec->workload.other);
    KeepValue(fields, "chunks", ReadChunks, &spec->chunk_tokens);
    fields->Keep(ReadTurns(fields, spec));
  }

  void ReadWhere(JsonFields* fields, WorkloadSpec* spec) const {
    fields->Keep(ReadReply(fields, spec));
    fields->Keep(ReadPrompt(fields, spec));
  }

  static absl::StatusOr<Range<std::int64_t>> CountRange(const JsonValue& value) {
    return ReadRange<std::int64_t>(value, ReadCount);
  }

  absl::StatusOr<WorkloadSpec> ReadStep(const WorkloadSpec& base, const JsonValue& value) const {
    WorkloadSpec spec = base;
    spec.name = absl::StrCat(base.name, "/", ToAbsl(value.key()));
    spec.value = value;
    Range<Ratio> times = Range<Ratio>::Same(Ratio(1));
    JsonFields fields(value);
    if (fields.ok()) {
      ReadCommon(&fields, /*needs_model=*/base.model.empty(), &spec);
      KeepValue(
          &fields, "times",
          [](const JsonValue& part) { return ReadRange<Ratio>(part, ReadDecimal); }, &times);
      ReadTokens(&fields, &spec);
      ReadWhere(&fields, &spec);
    }
    if (absl::Status status = fields.Done(); !status.ok()) return status;
    for (const Point point : kPoints) {
      spec.workload.calls_per_month->at(point) *=
          times.at(point) * Ratio(spec.workload.turns.at(point));
    }
    if (absl::Status status = CheckShares(spec); !status.ok()) return status;
    return spec;
  }

  static absl::Status CheckShares(const WorkloadSpec& spec) {
    const Workload& workload = spec.workload;
    if (workload.cached_share + workload.cache_write_share + workload.cache_write_long_share <=
        Ratio(1)) {
      return absl::OkStatus();
    }
    return spec.value.Error("cached_share and cache_write_share are over 1 together");
  }

  absl::Status ReadTurns(JsonFields* fields, WorkloadSpec* spec) const {
    Range<std::int64_t>& turns = spec->workload.turns;
    if (const auto value = fields->Value("turns")) {
      const auto read = ReadRange<std::int64_t>(
          *value, [](const JsonValue& part) -> absl::StatusOr<std::int64_t> {
            return part.WholeNumber(Workload::kMostTurns);
          });
      if (!read.ok()) return read.status();
      if (read->at(Point::kLow) == 0) {
        return value->Error("a conversation has at least one turn");
      }
      turns = *read;
    }
    constexpr SourceKey kKeys[] = {{"turn_input_tokens", TokenSource::Kind::kTokens},
                                   {"turn_input_text", TokenSource::Kind::kText},
                                   {"turn_input_file", TokenSource::Kind::kFile}};
    if (absl::Status status = ReadSource(fields, kKeys, file_name_, &spec->turn_input);
        !status.ok()) {
      return status;
    }
    if (turns.at(Point::kHigh) > 1 && spec->turn_input.kind == TokenSource::Kind::kNone) {
      fields->KeepMissing(
          "\"turn_input_tokens\" is missing: what each turn after the first adds beside the "
          "history");
    }
    return absl::OkStatus();
  }

  absl::Status ReadReply(JsonFields* fields, WorkloadSpec* spec) const {
    constexpr SourceKey kKeys[] = {{"output_text", TokenSource::Kind::kText},
                                   {"output_file", TokenSource::Kind::kFile}};
    if (absl::Status status = ReadSource(fields, kKeys, file_name_, &spec->reply); !status.ok()) {
      return status;
    }
    const auto tokens = fields->Value("output_tokens");
    if (tokens && spec->reply.kind != TokenSource::Kind::kNone) {
      return tokens->Error("the output's text says it already; give one of them");
    }
    if (!tokens && spec->reply.kind == TokenSource::Kind::kNone) {
      fields->KeepMissing("\"output_tokens\" is missing (or \"output_text\", \"output_file\")");
    }
    if (!tokens) return absl::OkStatus();
    auto counts = CountRange(*tokens);
    if (!counts.ok()) return counts.status();
    spec->workload.reply_tokens = *counts;
    return absl::OkStatus();
  }

  absl::Status ReadPrompt(JsonFields* fields, WorkloadSpec* spec) const {
    constexpr SourceKey kKeys[] = {{"input_tokens", TokenSource::Kind::kTokens},
                                   {"input_text", TokenSource::Kind::kText},
                                   {"input_file", TokenSource::Kind::kFile},
                                   {"request", TokenSource::Kind::kRequest}};
    if (absl::Status status = ReadSource(fields, kKeys, file_name_, &spec->prompt); !status.ok()) {
      return status;
    }
    if (spec->prompt.kind == TokenSource::Kind::kNone) {
      fields->KeepMissing(
          "the prompt is missing: \"request\", \"input_file\", \"input_text\" or "
          "\"input_tokens\"");
    }
    return absl::OkStatus();
  }

  std::string_view file_name_;
  LimitSet* limits_;
};

// {"team": {"search": {"max_monthly": 100}}, "tag": …, "environment": …}
absl::Status ReadOwners(const JsonValue& object, LimitSet* limits) {
  JsonFields fields(object);
  for (const OwnerKind kind : {OwnerKind::kTeam, OwnerKind::kTag, OwnerKind::kEnvironment}) {
    const auto owners = fields.OfKind(OwnerKindName(kind), JsonKind::kObject);
    if (!owners) continue;
    for (auto owner = owners->first(); owner; owner = owner->next()) {
      OwnedLimits own{kind, std::string(owner->key()), {}};
      fields.Keep(ReadLimits(*owner, &own.limits));
      limits->owners.push_back(std::move(own));
    }
  }
  return fields.Done();
}

void ReadAllLimits(JsonFields* fields, LimitSet* limits) {
  if (const auto value = fields->OfKind("limits", JsonKind::kObject)) {
    OwnedLimits all;
    fields->Keep(ReadLimits(*value, &all.limits));
    limits->owners.push_back(std::move(all));
  }
  if (const auto value = fields->OfKind("limits_by", JsonKind::kObject)) {
    fields->Keep(ReadOwners(*value, limits));
  }
  fields->OptionalBool("limits_locked", &limits->locked);
  fields->OptionalBool("limits_strict", &limits->strict);
  fields->OptionalBool("limits_with_rates", &limits->with_rates);
}

absl::Status ReadFactors(const JsonValue& object, std::map<std::string, Ratio>* factors) {
  for (auto member = object.first(); member; member = member->next()) {
    const auto factor = ReadDecimal(*member);
    if (!factor.ok()) return factor.status();
    factors->insert_or_assign(std::string(member->key()), *factor);
  }
  return absl::OkStatus();
}

absl::Status ReadNames(const JsonValue& object, std::map<std::string, std::string>* names) {
  for (auto member = object.first(); member; member = member->next()) {
    if (!member->is_string() || member->text().empty()) {
      return member->Error("expected the model that the name stands for: \"azure/gpt-4o\"");
    }
    names->insert_or_assign(std::string(member->key()), std::string(member->text()));
  }
  return absl::OkStatus();
}

// What somebody pays instead of the list, and how they call their models.
void ReadContract(JsonFields* fields, pricing::Contract* contract) {
  if (const auto value = fields->OfKind("factors", JsonKind::kObject)) {
    fields->Keep(ReadFactors(*value, &contract->factors));
  }
  if (const auto value = fields->OfKind("seller_factors", JsonKind::kObject)) {
    fields->Keep(ReadFactors(*value, &contract->seller_factors));
  }
  if (const auto value = fields->OfKind("map", JsonKind::kObject)) {
    fields->Keep(ReadNames(*value, &contract->names));
  }
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
  ReadContract(&fields, &file.contract);
  ReadAllLimits(&fields, &file.limits);
  if (const auto workloads = fields.RequiredOfKind("workloads", JsonKind::kObject)) {
    file.workloads.reserve(workloads->size());
    SpecReader reader(document.file_name(), &file.limits);
    for (auto value = workloads->first(); value && fields.ok(); value = value->next()) {
      auto specs = reader.Read(*value);
      if (!specs.ok()) file.failures.push_back({std::string(value->key()), specs.status()});
      if (specs.ok()) std::move(specs->begin(), specs->end(), std::back_inserter(file.workloads));
    }
    if (fields.ok() && workloads->size() == 0) {
      fields.Keep(workloads->Error("no workload in it"));
    }
  }
  if (absl::Status status = fields.Done(); !status.ok()) return status;
  return file;
}

}  // namespace

absl::StatusOr<WorkloadFile> ParseWorkloadFile(std::string text, std::string_view file_name) {
  const JsonOptions options{.allow_comments = true};
  const auto document = JsonDocument::Parse(text, file_name, options);
  if (!document.ok()) return document.status();
  absl::StatusOr<WorkloadFile> file = ReadFile(*document);
  if (file.ok()) file->text = std::move(text);
  return file;
}

std::string RelativeTo(std::string_view file_name, const std::string& path) {
  const std::size_t slash = file_name.rfind('/');
  if (path.starts_with('/') || slash == std::string_view::npos) return path;
  return absl::StrCat(ToAbsl(file_name.substr(0, slash + 1)), path);
}

}  // namespace toktally::forecast
