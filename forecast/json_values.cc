#include "forecast/json_values.h"

#include "absl/strings/str_cat.h"

namespace toktally::forecast {
namespace {

constexpr int kDecimals = 9;

absl::StatusOr<Ratio> InUnits(const absl::StatusOr<absl::int128>& units) {
  if (!units.ok()) return units.status();
  return *Ratio::Of(*units, pricing::PowerOfTen(kDecimals));
}

absl::StatusOr<Ratio> ParsePlain(std::string_view text) {
  return InUnits(pricing::ParseDecimal(text, kDecimals));
}

// As a number, or in quotes: then it is what `parse` takes.
absl::StatusOr<Ratio> ReadNumber(const JsonValue& value,
                                 absl::StatusOr<Ratio> (*parse)(std::string_view)) {
  if (!value.is_number() && !value.is_string()) {
    return value.Error(
        absl::StrCat("expected a number, found ", ToAbsl(JsonKindName(value.kind()))));
  }
  const auto ratio = value.is_string() ? parse(value.text())
                                       : InUnits(pricing::ParseScientific(value.text(), kDecimals));
  if (!ratio.ok()) return value.Error(Message(ratio.status()));
  return *ratio;
}

}  // namespace

absl::StatusOr<Ratio> ReadDecimal(const JsonValue& value) { return ReadNumber(value, ParsePlain); }

absl::StatusOr<Ratio> ReadShare(const JsonValue& value) {
  const auto share = ReadNumber(value, Ratio::Parse);
  if (share.ok() && *share > Ratio(1)) {
    return value.Error(
        absl::StrCat(ToAbsl(value.text()), " is over 1; a share is 0 to 1, \"60%\" or \"3/5\""));
  }
  return share;
}

absl::StatusOr<Ratio> ReadFraction(const JsonValue& value) {
  if (!value.is_string()) return value.Error("expected a fraction such as \"2/3\" in quotes");
  const auto ratio = Ratio::Parse(value.text());
  if (!ratio.ok()) return value.Error(Message(ratio.status()));
  return *ratio;
}

absl::StatusOr<std::int64_t> ReadCount(const JsonValue& value) { return value.WholeNumber(); }

}  // namespace toktally::forecast
