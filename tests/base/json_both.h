// A text through both readers of JSON. They must take, refuse and read the same; what nlohmann/json
// alone refuses is named by kind.

#ifndef TOKTALLY_TESTS_BASE_JSON_BOTH_H_
#define TOKTALLY_TESTS_BASE_JSON_BOTH_H_

#include <string>
#include <string_view>

#include "base/json.h"

namespace toktally::testing {

// All that a reader tells of a text: every value with kind, key, place, line and content, or the
// error.
std::string ReadByDocuments(std::string_view text, const JsonOptions& options);
std::string ReadByLines(std::string_view text, const JsonOptions& options);

// Whether nlohmann/json itself took the text, before the reader of lines is asked.
bool TakenByNlohmann(std::string_view text, const JsonOptions& options);

// Whether a text that is JSON has a number that a double cannot hold, or an escaped surrogate
// without its partner: what nlohmann/json is too narrow for.
bool IsBeyondNlohmann(std::string_view text, const JsonOptions& options);

}  // namespace toktally::testing

#endif  // TOKTALLY_TESTS_BASE_JSON_BOTH_H_
