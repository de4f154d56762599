#include "cli/report/usd.h"

#include <algorithm>
#include <utility>

#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr int kCents = 2;

}  // namespace

std::string FormatUsd(const Ratio& usd) {
  const auto money = pricing::Money::FromRatio(usd);
  return money.ok() ? FormatRounded(*money) : "over $10^20";
}

std::string FormatUsdChange(const Ratio& usd) {
  return Concat(usd.sign() > 0 ? "+" : "", FormatUsd(usd));
}

std::string UsdString(const Ratio& usd) {
  const auto money = pricing::Money::FromRatio(usd);
  return money.ok() ? money->ToString() : usd.ToString(pricing::Money::kDecimals);
}

Ratio InCents(const Ratio& usd) {
  const Ratio down = usd.RoundedDown(kCents);
  const Ratio rest = (usd - down) * Ratio(200);  // 0 … 2, 1 is half a cent
  const bool odd = !(down * Ratio(50)).CutAt(0)->exact;
  const bool up = rest > Ratio(1) || (rest == Ratio(1) && odd);
  const Ratio rounded = up ? down + *Ratio::Of(1, 100) : down;
  return rounded.is_zero() ? usd : rounded;
}

std::vector<Ratio> CentsThatAddUp(std::vector<Ratio> parts, const Ratio& total) {
  const Ratio cent = *Ratio::Of(1, 100);
  Ratio missing = total.RoundedDown(kCents);
  std::vector<std::pair<Ratio, std::size_t>> lost;  // by rounding down, and by whom
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].is_zero()) continue;
    const Ratio down = parts[i].RoundedDown(kCents);
    lost.emplace_back(parts[i] - down, i);
    missing = missing - down;
    if (!down.is_zero()) parts[i] = down;
  }
  std::stable_sort(lost.begin(), lost.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [rest, i] : lost) {
    if (missing < cent) break;
    missing = missing - cent;
    // What is under a cent keeps its two digits, but takes its cent if it gets one.
    parts[i] = parts[i].RoundedDown(kCents) + cent;
  }
  return parts;
}

}  // namespace toktally::cli
