#include "cli/report/shard_report.h"

#include <algorithm>
#include <optional>

#include "base/json.h"
#include "cli/report/document.h"
#include "cli/report/json_writer.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::int64_t kMostSum = INT64_MAX;

// Ranges of consecutive shards: first and last.
std::vector<std::pair<std::uint64_t, std::uint64_t>> RangesOf(
    const std::set<std::uint64_t>& shards) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
  for (const std::uint64_t shard : shards) {
    if (!ranges.empty() && ranges.back().second + 1 == shard) {
      ranges.back().second = shard;
    } else {
      ranges.emplace_back(shard, shard);
    }
  }
  return ranges;
}

void PrintRow(const ShardReport::Row& row, JsonWriter& json) {
  json.BeginObject().Bytes("name", row.name).Bytes("tokenizer", row.tokenizer);
  json.Key("sha256");
  row.sha256.empty() ? json.Null() : json.String(row.sha256);
  json.Key("certainty").String(row.certainty);
  json.Key("sums").BeginObject(/*inline_items=*/true);
  for (const auto& [name, sum] : row.sums) json.Key(name).Uint(sum);
  json.EndObject();
  if (!row.amounts.empty()) {
    json.Key("amounts_usd").BeginObject(/*inline_items=*/true);
    for (const auto& [name, amount] : row.amounts) json.Key(name).String(amount.ToString());
    json.EndObject();
  }
  // The lower bound of each bucket and what is in it.
  json.Key("histogram").BeginArray(/*inline_items=*/true);
  for (const Histogram::Bucket& bucket : row.tokens.Buckets()) {
    json.BeginArray(true).Uint(bucket.bounds.low).Uint(bucket.count).EndArray();
  }
  json.EndArray().EndObject();
}

absl::StatusOr<std::pair<std::uint64_t, std::uint64_t>> ParsePair(const JsonValue& value) {
  const std::vector<JsonValue> numbers =
      value.is_array() ? value.children() : std::vector<JsonValue>();
  if (numbers.size() != 2) return value.Error("must be an array of two whole numbers");
  const auto first = numbers[0].WholeNumber(kMostSum);
  if (!first.ok()) return first.status();
  const auto second = numbers[1].WholeNumber(kMostSum);
  if (!second.ok()) return second.status();
  return std::pair(static_cast<std::uint64_t>(*first), static_cast<std::uint64_t>(*second));
}

absl::Status ParseShards(const JsonValue& list, ShardReport& report) {
  for (auto range = list.first(); range; range = range->next()) {
    const auto pair = ParsePair(*range);
    if (!pair.ok()) return pair.status();
    if (pair->first < 1 || pair->first > pair->second || pair->second > report.of) {
      return range->Error(Concat("is no range of the shards 1 to ", report.of));
    }
    for (std::uint64_t shard = pair->first; shard <= pair->second; ++shard) {
      report.shards.insert(shard);
    }
  }
  if (report.shards.empty()) return list.Error("names no shard");
  return absl::OkStatus();
}

absl::StatusOr<ShardReport::Row> ParseRow(const JsonValue& value) {
  ShardReport::Row row;
  JsonFields fields(value);
  fields.String("name", &row.name);
  fields.String("tokenizer", &row.tokenizer);
  const auto sha256 = fields.RequiredValue("sha256");
  if (sha256 && sha256->is_string()) row.sha256 = sha256->text();
  fields.String("certainty", &row.certainty);
  const auto sums = fields.RequiredOfKind("sums", JsonKind::kObject);
  const auto amounts = fields.OfKind("amounts_usd", JsonKind::kObject);
  const auto histogram = fields.RequiredOfKind("histogram", JsonKind::kArray);
  if (absl::Status status = fields.Done(); !status.ok()) return status;
  for (auto sum = sums->first(); sum; sum = sum->next()) {
    const auto number = sum->WholeNumber(kMostSum);
    if (!number.ok()) return number.status();
    row.sums[std::string(sum->key())] = static_cast<std::uint64_t>(*number);
  }
  for (auto amount = amounts ? amounts->first() : std::nullopt; amount; amount = amount->next()) {
    const auto money = pricing::Money::Parse(amount->text());
    if (!amount->is_string() || !money.ok()) return amount->Error("is no amount, such as \"1.25\"");
    row.amounts[std::string(amount->key())] = *money;
  }
  for (auto bucket = histogram->first(); bucket; bucket = bucket->next()) {
    const auto pair = ParsePair(*bucket);
    if (!pair.ok()) return pair.status();
    if (!row.tokens.AddBucket(pair->first, pair->second)) {
      return bucket->Error(Concat("begins no bucket at ", pair->first));
    }
  }
  return row;
}

}  // namespace

std::string ShardReport::Missing() const {
  std::set<std::uint64_t> missing;
  for (std::uint64_t shard = 1; shard <= of; ++shard) {
    if (!shards.contains(shard)) missing.insert(shard);
  }
  std::string text;
  for (const auto& [first, last] : RangesOf(missing)) {
    text += Concat(text.empty() ? "" : ", ", first);
    if (last != first) text += Concat('-', last);
  }
  return text.empty() ? text : Concat(text, '/', of);
}

void PrintShardReport(const ShardReport& report, bool pretty, Output& output) {
  JsonWriter json(output, pretty);
  json.BeginObject();
  json.Key("schema_version").Uint(1).Key("tool_version").String(report.tool_version);
  json.Key("command").String(report.command).Bytes("texts", report.texts);
  json.Key("counted_with").BeginArray(true);
  for (const std::string& name : report.counted_with) json.String(name);
  json.EndArray();
  json.Key("input_sha256").String(report.input_sha256).Key("of").Uint(report.of);
  json.Key("shards").BeginArray(true);
  for (const auto& [first, last] : RangesOf(report.shards)) {
    json.BeginArray(true).Uint(first).Uint(last).EndArray();
  }
  json.EndArray();
  json.Key("failed").Uint(report.failed).Key("complete").Bool(report.complete());
  json.Key("rows").BeginArray();
  for (const ShardReport::Row& row : report.rows) PrintRow(row, json);
  json.EndArray().EndObject();
}

absl::StatusOr<ShardReport> ParseShardReport(std::string_view text, const std::string& file_name) {
  const auto document = JsonDocument::Parse(text, file_name);
  if (!document.ok()) return document.status();
  const JsonValue root = document->root();
  if (!root.is_object()) return root.Error("is no report of --report");
  ShardReport report;
  JsonFields fields(root);
  std::optional<std::int64_t> version;
  std::optional<std::int64_t> of;
  std::optional<std::int64_t> failed;
  bool complete = false;
  fields.OptionalWholeNumber("schema_version", &version);
  fields.String("tool_version", &report.tool_version);
  fields.String("command", &report.command);
  fields.String("texts", &report.texts);
  fields.OptionalStrings("counted_with", &report.counted_with);
  fields.String("input_sha256", &report.input_sha256);
  fields.OptionalWholeNumber("of", &of);
  const auto shards = fields.RequiredOfKind("shards", JsonKind::kArray);
  fields.OptionalWholeNumber("failed", &failed);
  fields.OptionalBool("complete", &complete);
  const auto rows = fields.RequiredOfKind("rows", JsonKind::kArray);
  if (absl::Status status = fields.Done(); !status.ok()) return status;
  if (version != 1) return root.Error("schema_version is not 1, the only one that there is");
  if (!of || *of < 1 || *of > 1'000'000) return root.Error("of must be a number of shards");
  if (!failed) return root.Error("failed is missing");
  report.of = static_cast<std::uint64_t>(*of);
  report.failed = static_cast<std::uint64_t>(*failed);
  if (absl::Status status = ParseShards(*shards, report); !status.ok()) return status;
  for (auto value = rows->first(); value; value = value->next()) {
    absl::StatusOr<ShardReport::Row> row = ParseRow(*value);
    if (!row.ok()) return row.status();
    report.rows.push_back(*std::move(row));
  }
  return report;
}

absl::Status CheckFits(const ShardReport& report, const ShardReport& other) {
  const auto differs = [](std::string_view what, std::string_view here, std::string_view there) {
    return absl::InvalidArgumentError(Concat(what, ' ', here, ", the first report ", there));
  };
  const auto list = [](const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += Concat(text.empty() ? "" : ", ", name);
    return text;
  };
  if (other.command != report.command) return differs("is of", other.command, report.command);
  if (other.counted_with != report.counted_with) {
    return differs("counts with", list(other.counted_with), list(report.counted_with));
  }
  if (other.texts != report.texts) return differs("counts by", other.texts, report.texts);
  if (other.of != report.of) {
    return differs("is one of", Concat(other.of), Concat(report.of, " shards"));
  }
  if (other.tool_version != report.tool_version) {
    return differs("is of version", other.tool_version, report.tool_version);
  }
  if (other.input_sha256 != report.input_sha256) {
    return absl::InvalidArgumentError(
        "is of another input than the first report: other names, sizes or options");
  }
  return absl::OkStatus();
}

absl::Status Add(const ShardReport& other, ShardReport& report) {
  const auto add = [](std::uint64_t more, std::uint64_t& sum) {
    if (more > static_cast<std::uint64_t>(kMostSum) - sum) return false;
    sum += more;
    return true;
  };
  const absl::Status too_large = absl::OutOfRangeError("a sum is beyond 64 bits");
  for (const ShardReport::Row& row : other.rows) {
    auto mine = std::find_if(report.rows.begin(), report.rows.end(), [&row](const auto& each) {
      return each.name == row.name && each.tokenizer == row.tokenizer &&
             each.sha256 == row.sha256 && each.certainty == row.certainty;
    });
    if (mine == report.rows.end()) {
      report.rows.push_back(row);
      // Whatever comes first: the sum does not depend on it.
      std::stable_sort(report.rows.begin(), report.rows.end(),
                       [](const auto& a, const auto& b) { return a.name < b.name; });
      continue;
    }
    for (const auto& [name, sum] : row.sums) {
      if (!add(sum, mine->sums[name])) return too_large;
    }
    for (const auto& [name, amount] : row.amounts) {
      const auto sum = mine->amounts[name].Plus(amount);
      if (!sum.ok()) return too_large;
      mine->amounts[name] = *sum;
    }
    mine->tokens.Add(row.tokens);
  }
  report.shards.insert(other.shards.begin(), other.shards.end());
  if (!add(other.failed, report.failed)) return too_large;
  return absl::OkStatus();
}

}  // namespace toktally::cli
