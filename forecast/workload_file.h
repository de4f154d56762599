// toktally.json: what an application asks of its models in a month, and what it may cost. Its form
// is data/workloads.schema.json; docs/workloads.md explains it.

#ifndef TOKTALLY_CLI_WORKLOAD_FILE_H_
#define TOKTALLY_CLI_WORKLOAD_FILE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/json.h"
#include "pricing/workload.h"

namespace toktally::cli {

// Text that is counted with the model's encoding, or a number of tokens.
struct TokenSource {
  enum class Kind { kNone, kTokens, kText, kFile, kRequest };
  Kind kind = Kind::kNone;
  std::int64_t tokens = 0;
  std::optional<JsonValue> value;  // what says it

  bool HasText() const { return kind != Kind::kNone && kind != Kind::kTokens; }
  // The text of kText; of kFile and kRequest the path, as the configuration has it.
  std::string_view text() const { return value->text(); }
};

// One limit: a number, and at which point of the range it is read.
struct Limit {
  pricing::Ratio value;
  pricing::Point on = pricing::Point::kExpected;
  std::string text;   // "$2000", as written
  std::string where;  // "toktally.json:31: limits.max_monthly"
};

// The limits of one workload or of all together. `fail` ends with exit code 1, `warn` only says so.
struct LimitPair {
  std::optional<Limit> fail;  // max_…
  std::optional<Limit> warn;  // warn_…
};
struct Limits {
  LimitPair monthly;           // USD a month
  LimitPair increase;          // USD a month over the baseline
  LimitPair increase_percent;  // over the baseline
  LimitPair prompt_tokens;     // of a request's first turn; at the top: of any workload
};

struct WorkloadSpec {
  explicit WorkloadSpec(const JsonValue& where) : name(where.key()), value(where) {}

  std::string name;
  std::string model;
  TokenSource prompt;
  TokenSource turn_input;
  TokenSource reply;                     // kNone: reply_tokens says it
  pricing::Workload workload;            // what needs no counting; MakePlan fills in the rest
  std::unique_ptr<const Limits> limits;  // nullptr: none of its own
  JsonValue value;                       // where it stands
};

struct WorkloadFile {
  explicit WorkloadFile(JsonDocument parsed)
      : document(std::move(parsed)), name(document.file_name()) {}

  JsonDocument document;                // the values and views point into it
  std::string name;                     // of the file, for messages
  std::vector<JsonValue> prices;        // names of price files, relative to this file
  std::vector<WorkloadSpec> workloads;  // in the order of the file
  Limits limits;
};

// InvalidArgument with file, line, key and reason.
absl::StatusOr<WorkloadFile> ParseWorkloadFile(std::string text, std::string_view file_name);

// `path` as the configuration `file_name` means it: relative to that file's directory.
std::string RelativeTo(std::string_view file_name, const std::string& path);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_WORKLOAD_FILE_H_
