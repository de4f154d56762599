// One counted request of `toktally request`, what it may cost, and how such rows are written.

#ifndef TOKTALLY_CLI_REPORT_REQUEST_ROW_H_
#define TOKTALLY_CLI_REPORT_REQUEST_ROW_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/count.h"
#include "cli/io/output.h"
#include "cli/report/json_writer.h"
#include "cli/report/shard_report.h"
#include "forecast/request_cost.h"
#include "pricing/cost.h"

namespace toktally::cli {

struct RequestRow {
  std::string id;  // custom_id or id, else the number of the line
  std::string model;
  chat::Prediction prediction;
  std::optional<forecast::RequestCost> cost;
  std::vector<std::string> warnings;  // limits that are passed, what is not priced

  bool is_known() const { return prediction.label.certainty != chat::Certainty::kUnknown; }
};

// "a reply of 20,000 tokens is over the output limit of gpt-4o, 16,384".
std::string PassedLimitText(const forecast::PassedLimit& passed, std::string_view model);

// "modelled, within 2".
std::string LabelText(const chat::Label& label);

void WriteRequest(const RequestRow& row, JsonWriter& json);
// For people: the request in its parts.
void PrintRequest(const RequestRow& row, Format format, Output& output);

// Many requests, by model.
class RequestSummary {
 public:
  absl::Status Add(const RequestRow& row);
  void Print(Format format, Output& output) const;
  // A row for each model, for --report.
  std::vector<ShardReport::Row> ReportRows() const;

 private:
  struct Group {
    std::uint64_t requests = 0;
    std::int64_t tokens = 0;
    std::int64_t least = 0;
    std::int64_t most = 0;
    std::uint64_t unknown = 0;  // requests of which only a part could be counted
    chat::Certainty certainty = chat::Certainty::kExact;
    std::int64_t bound = 0;
    std::uint64_t warnings = 0;
    std::uint64_t unpriced = 0;
    pricing::Money expected;
    pricing::Money worst;
    std::uint64_t without_worst = 0;
    bool priced = false;
    std::int64_t bounds = 0;  // the sum of them
    Histogram prompts;        // tokens of each request

    absl::Status Add(const RequestRow& row);
    absl::Status Add(const Group& group);
  };
  std::vector<std::string> Cells(const Group& group) const;

  std::map<std::string, Group> groups_;
};

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_REPORT_REQUEST_ROW_H_
