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
#include "cli/commands/request.h"
#include "cli/io/output.h"
#include "cli/report/json_writer.h"
#include "pricing/cost.h"

namespace toktally::cli {

// Money for one request. Absent where nobody knows: an input that cannot be counted, a reply of no
// stated length, no limit.
struct RequestCost {
  std::optional<pricing::Money> input;
  // The whole call with the stated replies.
  std::optional<pricing::Money> low;
  std::optional<pricing::Money> expected;
  std::optional<pricing::Money> high;
  // With every choice as long as the request allows.
  std::optional<pricing::Money> worst_case;
  pricing::Tier tier = pricing::Tier::kStandard;
  // Of the models in the prediction's `alternatives`; low, high and worst_case above cover them.
  std::vector<std::optional<pricing::Money>> alternative_inputs;
};

struct RequestRow {
  std::string id;  // custom_id or id, else the number of the line
  std::string model;
  std::int64_t choices = 1;
  std::optional<std::int64_t> max_output_tokens;
  bool batch = false;        // a line of a batch input file
  std::string service_tier;  // "" where the request asks for none
  bool audio_reply = false;
  chat::Prediction prediction;
  std::optional<RequestCost> cost;
  std::vector<std::string> warnings;  // limits that are passed

  bool is_known() const { return prediction.label.certainty != chat::Certainty::kUnknown; }
};

// Prices rows and compares them with the limits of their models.
class RequestPricer {
 public:
  RequestPricer(const RequestOptions& options, const Prices& prices)
      : options_(options), prices_(prices), models_(prices) {}

  // Fills row.cost and row.warnings. NotFound for a model or a tier without rates.
  absl::Status Price(RequestRow& row);

 private:
  absl::StatusOr<pricing::Money> CostOf(const pricing::PricedModel& model, std::int64_t prompt,
                                        std::int64_t output, pricing::Tier tier) const;
  pricing::Tier TierOf(RequestRow& row) const;
  absl::Status PriceModel(const pricing::PricedModel& model, const RequestRow& row,
                          RequestCost& cost) const;
  void PriceAlternatives(RequestRow& row);
  void CheckLimits(const pricing::PricedModel& model, RequestRow& row) const;

  const RequestOptions& options_;
  const Prices& prices_;
  ModelFinder models_;
};

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

    absl::Status Add(const RequestRow& row);
    absl::Status Add(const Group& group);
  };
  std::vector<std::string> Cells(const Group& group) const;

  std::map<std::string, Group> groups_;
};

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_REPORT_REQUEST_ROW_H_
