// What several formats share: reading an answer that holds a usage object.

#ifndef TOKTALLY_USAGE_FORMATS_RESPONSE_H_
#define TOKTALLY_USAGE_FORMATS_RESPONSE_H_

#include <vector>

#include "usage/format.h"

namespace toktally::usage {

// Reads the usage objects of `value` and below, each with what surrounds it; of one object only the
// uppermost, since that sums up what is below. `around` fills in what they do not say.
absl::Status ReadResponses(const JsonValue& value, const Record& around,
                           std::vector<Entry>& entries);

// The usage object of one holder.
absl::Status ReadResponse(const JsonValue& holder, const JsonValue& usage, const Record& around,
                          std::vector<Entry>& entries);

// What a record does not say itself.
void MergeSurroundings(const Record& around, Record& record);

}  // namespace toktally::usage

#endif  // TOKTALLY_USAGE_FORMATS_RESPONSE_H_
