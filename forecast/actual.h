// What was foreseen beside what was: a plan's assumptions against recorded calls.
//
//   const auto compared = forecast::CompareWithActual(plan, calls, days, table);
//   for (const forecast::ActualRow& row : compared.rows) recorded += row.calls;
//
// A workload says by "match" whose calls are its own: {"project": "shop", "key": "prod", "model":
// "gpt-4o"}, each as the logs have it; without it they are the calls of its models. Where several
// workloads fit, the one that says most has the calls; where that is no single one, none has.

#ifndef TOKTALLY_FORECAST_ACTUAL_H_
#define TOKTALLY_FORECAST_ACTUAL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "forecast/plan.h"
#include "pricing/money.h"
#include "pricing/rate_table.h"

namespace toktally::forecast {

// Recorded calls of one project, key and model, added up over the days of the record.
struct ActualCalls {
  std::string project;  // "" where none is named
  std::string key;
  std::string model;  // as it is recorded
  std::uint64_t calls = 0;
  std::int64_t prompt_tokens = 0;
  std::int64_t cached_tokens = 0;  // of the prompts
  std::int64_t output_tokens = 0;  // reasoning included
  pricing::Money cost;             // of what is priced
  std::uint64_t unpriced = 0;      // calls whose cost, or a part of it, is not known
};

// One number of a workload.
struct Compared {
  enum class What { kCalls, kInput, kCached, kOutput, kCost };
  What what = What::kCalls;
  Ratio forecast;
  std::optional<Ratio> actual;  // nullopt: nothing was recorded that says it
  // How far the forecast is from what was, in percent of that; nullopt by nothing.
  std::optional<Ratio> ErrorPercent() const;
};
// "calls a month", "input a call", "cached share", "output a call", "USD a month".
std::string_view WhatName(Compared::What what);

struct ActualRow {
  std::string workload;          // all steps of one together
  std::vector<Compared> values;  // of each What, in their order
  std::uint64_t calls = 0;       // recorded
  std::uint64_t unpriced = 0;
};

struct Unclaimed {
  ActualCalls calls;
  std::vector<std::string> workloads;  // that fit equally well; empty: none does
};

struct ActualReport {
  int days = 0;                 // of the record, scaled to a month of 365/12
  std::vector<ActualRow> rows;  // in the order of the plan
  std::vector<Compared> total;  // calls and cost of all rows
  std::vector<Unclaimed> unclaimed;
};

// `days`, from the first to the last that was recorded, is at least 1.
ActualReport CompareWithActual(const Plan& plan, const std::vector<ActualCalls>& calls, int days,
                               const pricing::RateTable& table);

// What WithSettings (forecast/what_if.h) would have to set so that the plan says what was: calls,
// tokens of input and output where the file states them as numbers, and cached shares. Of a
// workload of steps, and of conversations, the frequency alone.
std::vector<std::string> CalibratedSettings(const Plan& plan, const ActualReport& report);

}  // namespace toktally::forecast

#endif  // TOKTALLY_FORECAST_ACTUAL_H_
