// The sentences of the gate: what changed, and what is over a limit or cannot happen.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "cli/report/check_report.h"
#include "cli/report/number.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

using forecast::Change;
using forecast::Finding;
using forecast::kPoints;
using forecast::LimitKind;
using forecast::OwnerKind;
using forecast::Workload;

std::string Count(std::int64_t n) { return GroupDigits(static_cast<std::uint64_t>(n)); }

std::string At(Point point) {
  return point == Point::kExpected ? "" : Concat(" (", PointName(point), ")");
}

// Whose limit it is, in front of a sentence.
std::string OwnerText(const Finding& finding) {
  if (finding.owner == OwnerKind::kAll) {
    return finding.workload.empty() ? "" : Concat(finding.workload, ": ");
  }
  std::string text = finding.owner == OwnerKind::kWorkload
                         ? finding.name
                         : Concat(OwnerKindName(finding.owner), " ", finding.name);
  if (!finding.workload.empty() && finding.workload != finding.name) {
    text += Concat(", ", finding.workload);
  }
  return text + ": ";
}

std::string LimitValue(LimitKind kind, const forecast::Limit& limit) {
  const bool money = kind == LimitKind::kMonthly || kind == LimitKind::kIncrease;
  return Concat(money ? "$" : "", limit.text, kind == LimitKind::kIncreasePercent ? " %" : "");
}

std::string PassedText(const Finding& finding) {
  const forecast::Limit& limit = *finding.limit;
  const std::string over = Concat(At(limit.on), " is over ", LimitValue(finding.limit_kind, limit));
  switch (finding.limit_kind) {
    case LimitKind::kMonthly:
      return Concat("monthly ", FormatUsd(finding.value), over);
    case LimitKind::kIncrease:
      return Concat("increase ", FormatUsd(finding.value), over);
    case LimitKind::kIncreasePercent: {
      const auto percent = pricing::PercentOf(finding.value, *finding.base);
      return Concat("increase ", percent ? *percent + " %" : "from nothing", over);
    }
    case LimitKind::kPricesAgeDays:
      return Concat("the price table is ", finding.value.ToString(0), " days old, over ",
                    limit.text, "; toktally prices update takes a newer one");
    case LimitKind::kPromptTokens:
      break;
  }
  return Concat("prompt of ", pricing::WithThousands(finding.value.ToString(0)), " tokens", over);
}

std::string WeakenedText(const Finding& finding) {
  const std::string_view prefix = finding.is_warning ? "warn_" : "max_";
  const std::string was =
      Concat(LimitValue(finding.limit_kind, *finding.before), At(finding.before->on));
  const std::string now =
      finding.limit
          ? Concat("is ", LimitValue(finding.limit_kind, *finding.limit), At(finding.limit->on))
          : "is gone";
  return Concat("limit weakened: ", prefix, LimitName(finding.limit_kind), " was ", was, ", ", now);
}

// Adds "from → to" where they differ.
class Differences {
 public:
  explicit Differences(bool unicode) : arrow_(unicode ? " → " : " -> ") {}

  void Add(const std::string& from, const std::string& to, std::string_view unit) {
    if (from != to) text_ += Concat(text_.empty() ? "" : ", ", from, arrow_, to, unit);
  }
  void AddShare(const Ratio& from, const Ratio& to, std::string_view unit) {
    const auto percent = [](const Ratio& share) {
      return Concat((share * Ratio(100)).ToString(1), " %");
    };
    if (from != to) Add(percent(from), percent(to), unit);
  }
  const std::string& text() const { return text_; }

 private:
  std::string_view arrow_;
  std::string text_;
};

Range<std::int64_t> OutputOf(const Workload& workload) {
  Range<std::int64_t> output;
  for (const Point point : kPoints) {
    output.at(point) = workload.reply_tokens.at(point) + workload.reasoning_tokens.at(point);
  }
  return output;
}

}  // namespace

std::string FindingText(const Finding& finding) {
  const auto model = [&finding](std::string_view text) {
    return Concat(OwnerText(finding), finding.model, text);
  };
  switch (finding.kind) {
    case Finding::Kind::kLimit:
      return Concat(OwnerText(finding), PassedText(finding));
    case Finding::Kind::kWeakened:
      return Concat(OwnerText(finding), WeakenedText(finding));
    case Finding::Kind::kPromptOverWindow:
      return model(Concat(" takes ", Count(finding.most), " tokens (context window); the longest ",
                          "request has ", Count(finding.tokens)));
    case Finding::Kind::kReplyOverMost:
      return model(Concat(" writes ", Count(finding.most), " tokens at most; the reply has ",
                          Count(finding.tokens)));
    case Finding::Kind::kNothingToCache:
      return model(Concat(" caches prompts of ", Count(finding.most),
                          " tokens and more; the longest has ", Count(finding.tokens),
                          ", so nothing is cached"));
    case Finding::Kind::kShutDown:
      return model(finding.day ? Concat(" was shut down on ", ToString(*finding.day))
                               : std::string(" is shut down"));
    case Finding::Kind::kShutsDown:
      break;
  }
  return model(Concat(" shuts down on ", ToString(*finding.day)));
}

std::string WhatChanged(const Change& change, bool unicode) {
  if (change.kind == Change::Kind::kAdded) {
    const Range<Ratio> usd = change.now->forecast.Usd();
    if (usd.at(Point::kLow) != usd.at(Point::kHigh))
      return Concat("new, ", RangeText(usd, unicode));
    return Concat("new, ", CountsText(change.now->workload.prompt_tokens, unicode), " in");
  }
  if (change.kind == Change::Kind::kRemoved) return "removed";
  const Workload& before = change.before->workload;
  const Workload& now = change.now->workload;
  Differences differences(unicode);
  const auto counts = [unicode](const Range<std::int64_t>& range) {
    return CountsText(range, unicode);
  };
  differences.Add(change.before->model, change.now->model->FullName(), "");
  differences.Add(std::string(TierName(before.tier)), std::string(TierName(now.tier)), " tier");
  differences.Add(counts(before.prompt_tokens), counts(now.prompt_tokens), " in");
  if (change.before->complete) {
    differences.Add(counts(before.turn_input_tokens), counts(now.turn_input_tokens), " a turn");
  }
  differences.Add(counts(OutputOf(before)), counts(OutputOf(now)), " out");
  differences.Add(CallsText(*before.calls_per_month, unicode),
                  CallsText(*now.calls_per_month, unicode), " calls");
  differences.Add(counts(before.turns), counts(now.turns), " turns");
  if (change.before->complete) {
    differences.AddShare(before.cached_share, now.cached_share, " cached");
    differences.AddShare(before.cache_write_share + before.cache_write_long_share,
                         now.cache_write_share + now.cache_write_long_share, " written");
    differences.AddShare(before.batch_share, now.batch_share, " batch");
    differences.AddShare(before.retry_share, now.retry_share, " retried");
  }
  if (!differences.text().empty()) return differences.text();
  return change.before->complete ? "rates" : "rates or shares";
}

}  // namespace toktally::cli
