// toktally.json: what an application asks of its models in a month, and what it may cost. Its form
// is data/workloads.schema.json; docs/workloads.md explains it.

#ifndef TOKTALLY_FORECAST_WORKLOAD_FILE_H_
#define TOKTALLY_FORECAST_WORKLOAD_FILE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/json.h"
#include "forecast/limits.h"
#include "forecast/workload.h"
#include "pricing/rate_table.h"

namespace toktally::forecast {

// Text that is counted with the model's encoding, or a number of tokens.
struct TokenSource {
  enum class Kind { kNone, kTokens, kText, kFile, kRequest };
  Kind kind = Kind::kNone;
  Range<std::int64_t> tokens;      // of kTokens
  std::optional<JsonValue> value;  // what says it
  std::string path;                // of kFile and kRequest, relative to the working directory

  bool HasText() const { return kind != Kind::kNone && kind != Kind::kTokens; }
  // What makes it the same text as another of its kind: the text, or the path.
  std::string_view text() const { return kind == Kind::kText ? value->text() : path; }
};

// Which recorded calls are a workload's own, as logs name them; "" where it does not matter.
struct CallMatch {
  std::string project;
  std::string key;
  std::string model;
};

// Calls of one kind: a workload, or a step of one.
struct WorkloadSpec {
  explicit WorkloadSpec(const JsonValue& where)
      : name(where.key()), owner(where.key()), value(where), whole(where) {}

  std::string name;   // "agent"; of a step "agent/plan"
  std::string owner;  // the workload: "agent"
  std::string team;   // "" where none is named
  std::string environment;
  std::vector<std::string> tags;
  std::string model;
  TokenSource prompt;
  TokenSource turn_input;
  TokenSource reply;                 // kNone: workload.reply_tokens says it
  Range<std::int64_t> chunk_tokens;  // beside the prompt: what was retrieved
  Workload workload;                 // what needs no counting; MakePlan fills in the rest
  Ratio growth;                      // of the calls, a month: 0.05 is 5 % more
  std::optional<Date> start;         // the first month and the last that it runs in
  std::optional<Date> end;
  CallMatch match;
  JsonValue value;  // where it stands
  JsonValue whole;  // of a step: where its workload stands
};

// A workload that is left out, and why: one line.
struct Failure {
  std::string name;
  absl::Status status;
};

struct WorkloadFile {
  explicit WorkloadFile(JsonDocument parsed)
      : document(std::move(parsed)), name(document.file_name()) {}

  JsonDocument document;                // the values and views point into it
  std::string text{};                   // that it was parsed from
  std::string name;                     // of the file, for messages
  std::vector<JsonValue> prices;        // names of price files, relative to this file
  std::vector<WorkloadSpec> workloads;  // in the order of the file, steps one after the other
  LimitSet limits;
  pricing::Contract contract;     // factors, seller_factors, map
  std::vector<Failure> failures;  // what is left out above, in the order of the file
};

// InvalidArgument with file, line, key and reason where the file as a whole is none; what is wrong
// with one workload stands in `failures`.
absl::StatusOr<WorkloadFile> ParseWorkloadFile(std::string text, std::string_view file_name);

// `path` as the configuration `file_name` means it: relative to that file's directory.
std::string RelativeTo(std::string_view file_name, const std::string& path);

}  // namespace toktally::forecast

#endif  // TOKTALLY_FORECAST_WORKLOAD_FILE_H_
