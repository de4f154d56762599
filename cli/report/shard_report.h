// What one run found of its part of an input, in a file that adds up with the others': the map step
// writes it (count --report), the reduce step reads it (merge). Adding is associative and
// commutative: sums of a sum, in any order, are the report of the whole.

#ifndef TOKTALLY_CLI_REPORT_SHARD_REPORT_H_
#define TOKTALLY_CLI_REPORT_SHARD_REPORT_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/histogram.h"
#include "cli/io/output.h"
#include "pricing/money.h"

namespace toktally::cli {

struct ShardReport {
  // What was counted in one way.
  struct Row {
    std::string name;                                 // of an encoding or model
    std::string tokenizer;                            // "o200k_base"
    std::string sha256;                               // of its vocabulary; empty for an estimate
    std::string certainty;                            // "exact", "reconstructed", "estimate"
    std::map<std::string, std::uint64_t> sums;        // "tokens", "documents", "bytes", …
    std::map<std::string, pricing::Money> amounts{};  // "expected", "worst_case" in USD
    Histogram tokens;                                 // of each document
    friend bool operator==(const Row&, const Row&) = default;
  };

  std::string command;       // "count", "request"
  std::string tool_version;  // "0.1.0"
  std::string texts;         // what a document is: "file", "line", "field content"
  std::vector<std::string> counted_with;
  // SHA-256 of the names and sizes of all files, of every shard, and of the options that decide
  // what is counted. Not of the contents, which no run has read all of.
  std::string input_sha256;
  std::uint64_t of = 1;              // so many shards there are
  std::set<std::uint64_t> shards{};  // these are in it
  std::uint64_t failed = 0;          // inputs or records of them that could not be read
  std::vector<Row> rows;

  // Every shard, and all of it.
  bool complete() const { return shards.size() == of && failed == 0; }
  // "3/4", "5-7/64": those that are not in it; empty where none is missing.
  std::string Missing() const;
};

// JSON, as ParseShardReport reads it; `pretty` or in one line.
void PrintShardReport(const ShardReport& report, bool pretty, Output& output);
absl::StatusOr<ShardReport> ParseShardReport(std::string_view text, const std::string& file_name);

// OK if `other` is of the same input, counted in the same way by the same version, and shares no
// shard; else what is different, to read on from "FILE: ".
absl::Status CheckFits(const ShardReport& report, const ShardReport& other);
// Adds `other`, which fits. OutOfRange where a sum is beyond 64 bits.
absl::Status Add(const ShardReport& other, ShardReport& report);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_REPORT_SHARD_REPORT_H_
