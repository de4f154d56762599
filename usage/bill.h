// What one text says was used, priced as a whole: a usage object, a response, a few lines of a log.
//
//   const auto sums = usage::PriceText(response, "response", counter, pricer);
//   if (sums.ok() && sums->total().complete()) cost = sums->total().cost;

#ifndef TOKTALLY_USAGE_BILL_H_
#define TOKTALLY_USAGE_BILL_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "chat/count.h"
#include "usage/pricer.h"
#include "usage/sums.h"

namespace toktally::usage {

// By model. InvalidArgument, with `name` and the line, if anything in the text cannot be read,
// since it may be money; or if nothing in it says what was used. `counter` counts the replies of
// streams that end without usage. One thread at a time.
absl::StatusOr<Sums> PriceText(std::string_view text, std::string_view name, chat::Counter& counter,
                               Pricer& pricer);

}  // namespace toktally::usage

#endif  // TOKTALLY_USAGE_BILL_H_
