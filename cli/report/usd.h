// Exact amounts as people and machines read them.

#ifndef TOKTALLY_CLI_REPORT_USD_H_
#define TOKTALLY_CLI_REPORT_USD_H_

#include <string>
#include <vector>

#include "base/decimal.h"
#include "pricing/money.h"

namespace toktally::cli {

using pricing::Ratio;

// USD for people: "$3,477.50". An amount beyond what money can hold prints as "over $10^20".
std::string FormatUsd(const Ratio& usd);
// The same with a sign: "+$184.20".
std::string FormatUsdChange(const Ratio& usd);
// As an exact decimal for machines, cut at 10^-18.
std::string UsdString(const Ratio& usd);
// To cents, so that they add up to `total` in cents: each down, and the cents that are missing to
// those that lost most. Amounts under a cent stay as they are.
std::vector<Ratio> CentsThatAddUp(std::vector<Ratio> parts, const Ratio& total);
// Half-even to cents; as it is under a cent.
Ratio InCents(const Ratio& usd);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_REPORT_USD_H_
